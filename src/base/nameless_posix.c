/*
 * A file that nobody else may read, whose name is taken away at once; only a
 * kill between the two calls leaves it there, empty.
 */
#include "hookrun/base/nameless.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int nameless_on_disk(void)
{
	const char *dir = getenv("TMPDIR");
	AUTO_FREE char *path = fs_join(
		dir && *dir ? dir : "/tmp", "hookrun.XXXXXX");
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd >= 0)
		unlink(path);
	return fd;
}

int nameless_in_memory(const char *name)
{
	(void)name;
	return nameless_on_disk();
}
