/*
 * Out of an anonymous file: nothing has to be installed beside hookrun and
 * nothing stays in a folder for temporary files, which may also forbid
 * execution.
 */
#include "proc/image.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* Linux 6.3; before, all are executable */
#endif

int image_open(
	struct image *image, const char *name, const void *bytes, size_t len)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_EXEC);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC);
	if (fd >= 0 && fs_write_all(fd, bytes, len)) {
		close(fd);
		fd = -1;
	}
	image->fd = fd;
	if (fd < 0)
		return -1;
	image->path = xstrdup("/proc/self/fd/3"); /* IMAGE_FD */
	return 0;
}

void image_close(struct image *image)
{
	fs_auto_close(&image->fd);
	image->fd = -1;
	free(image->path);
	image->path = NULL;
}
