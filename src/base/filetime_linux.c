/*
 * Linux stamps files with the time of the last tick, some milliseconds late,
 * which has a clock of its own.
 */
#include "hookrun/base/filetime.h"

void filetime_now(struct timespec *ret)
{
	clock_gettime(CLOCK_REALTIME_COARSE, ret);
}
