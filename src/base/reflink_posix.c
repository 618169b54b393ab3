/*
 * POSIX knows no files that share blocks.  (What macOS has wants a name that is
 * not there yet, where callers have an open file.)
 */
#include "hookrun/base/reflink.h"

#include <errno.h>

int reflink(int from, int to)
{
	(void)from;
	(void)to;
	errno = ENOSYS;
	return -1;
}
