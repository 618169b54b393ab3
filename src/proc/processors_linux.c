/*
 * The affinity mask instead of the number of processors that are online: a
 * container or taskset may leave us fewer, and nproc(1) counts so too.
 */
#include "hookrun/proc/processors.h"

#include <sched.h>
#include <unistd.h>

size_t processors(void)
{
	cpu_set_t set;
	long online;

	if (!sched_getaffinity(0, sizeof(set), &set))
		return (size_t)CPU_COUNT(&set);
	online = sysconf(
		_SC_NPROCESSORS_ONLN); /* more than a set has room for */
	return online > 0 ? (size_t)online : 1;
}
