/*
 * How late the times of files are nobody tells: a tick is ten milliseconds on
 * the slowest kernels, so that is taken off.
 */
#include "hookrun/base/filetime.h"

#define TICK_NS 10000000L
#define SECOND_NS 1000000000L

void filetime_now(struct timespec *ret)
{
	clock_gettime(CLOCK_REALTIME, ret);
	ret->tv_nsec -= TICK_NS;
	if (ret->tv_nsec < 0) {
		ret->tv_nsec += SECOND_NS;
		ret->tv_sec--;
	}
}
