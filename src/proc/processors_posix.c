/* Those that are online: which of them are ours, POSIX does not tell. */
#include "hookrun/proc/processors.h"

#include <unistd.h>

size_t processors(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	return online > 0 ? (size_t)online : 1;
}
