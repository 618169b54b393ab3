/* POSIX has none; macOS has one to sockets only. */
#include "proc/sendfile.h"

#include <errno.h>

ssize_t sendfile_some(int to, int from, off_t *pos, size_t len)
{
	(void)to;
	(void)from;
	(void)pos;
	(void)len;
	errno = ENOSYS;
	return -1;
}
