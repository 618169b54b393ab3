/*
 * POSIX has no such step: whoever asks goes the longer way that NFS needs on
 * every system.
 */
#include "hookrun/base/exchange.h"

#include <errno.h>

static int cannot(void)
{
	errno = ENOSYS;
	return -1;
}

int exchange_files(const char *a, const char *b)
{
	(void)a;
	(void)b;
	return cannot();
}

int exchange_free(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return cannot();
}
