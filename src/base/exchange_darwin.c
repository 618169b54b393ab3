/*
 * renamex_np(2), which APFS can do and HFS+ for one half.  It says ENOTSUP
 * where Linux says EINVAL, and callers know one word for it.
 */
#include "hookrun/base/exchange.h"

#include <errno.h>
#include <stdio.h>

static int change(const char *from, const char *to, unsigned flags)
{
	if (!renamex_np(from, to, flags))
		return 0;
	if (errno == ENOTSUP)
		errno = EINVAL;
	return -1;
}

int exchange_files(const char *a, const char *b)
{
	return change(a, b, RENAME_SWAP);
}

int exchange_free(const char *from, const char *to)
{
	return change(from, to, RENAME_EXCL);
}
