/* fsync(2) is all that POSIX has; sync(2) neither waits nor answers. */
#include "hookrun/base/disk.h"

#include <errno.h>
#include <unistd.h>

int disk_sync_file(int fd)
{
	return fsync(fd);
}

void disk_start(int fd)
{
	(void)fd;
}

bool disk_can_sync_all(int fd)
{
	(void)fd;
	return false;
}

int disk_sync_all(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return -1;
}
