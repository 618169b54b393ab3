/*
 * A program can only be executed by its name: so it gets one, in a folder of
 * its own that nobody else may enter, and loses it as soon as it runs.  A kill
 * in between leaves it in the folder for temporary files, which must not forbid
 * execution.
 */
#include "proc/image.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int write_program(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	int failed;

	if (fd < 0)
		return -1;
	failed = fs_write_all(fd, bytes, len);
	return close(fd) || failed ? -1 : 0;
}

int image_open(
	struct image *image, const char *name, const void *bytes, size_t len)
{
	AUTO_FREE char *dir = NULL;
	struct err ignored = ERR_INIT;
	int saved;

	image->fd = -1;
	if (fs_temp_dir("hookrun-program", &dir, &ignored))
		return -1;
	image->path = fs_join(dir, name);
	if (!write_program(image->path, bytes, len))
		return 0;
	saved = errno;
	image_close(image);
	errno = saved;
	return -1;
}

void image_close(struct image *image)
{
	AUTO_FREE char *dir = fs_dirname(image->path);

	unlink(image->path);
	rmdir(dir);
	free(image->path);
	image->path = NULL;
}
