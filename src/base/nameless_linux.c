/*
 * Memory has no folder that could be full or missing.  On the disk O_TMPFILE
 * never has a name; a file system that cannot do that (NFS, overlayfs at times)
 * gets one that is taken away at once.
 */
#include "hookrun/base/nameless.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int nameless_in_memory(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC);
}

int nameless_on_disk(void)
{
	const char *dir = getenv("TMPDIR");
	AUTO_FREE char *path = NULL;
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	path = fs_join(dir, "hookrun-output.XXXXXX");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}
