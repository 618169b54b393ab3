/* Files have the time of day, to the nanosecond on APFS. */
#include "hookrun/base/filetime.h"

void filetime_now(struct timespec *ret)
{
	clock_gettime(CLOCK_REALTIME, ret);
}
