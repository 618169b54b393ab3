/*
 * fsync(2) brings a file to the disk's own memory here, which a power cut
 * empties; F_FULLFSYNC waits for the disk itself (fcntl(2)).  File systems that
 * do not know it (network, FAT) get the other.  None can be written out as a
 * whole with an answer.
 */
#include "hookrun/base/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int disk_sync_file(int fd)
{
	return fcntl(fd, F_FULLFSYNC) < 0 ? fsync(fd) : 0;
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
