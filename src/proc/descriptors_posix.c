/*
 * There is no telling which are open, so all are tried that there can be; the
 * limit is infinite at times, and a number beyond the guess is seldom in use.
 * No folder of descriptors is read: /dev/fd lists a vforked child's parent on
 * some systems.
 */
#include "hookrun/proc/descriptors.h"

#include <unistd.h>

#define GUESS_MAX 65536

void descriptors_each(
	int first, void (*func)(int fd, const void *data), const void *data)
{
	long limit = sysconf(_SC_OPEN_MAX);

	if (limit < 0 || limit > GUESS_MAX)
		limit = GUESS_MAX;
	for (int fd = first; fd < limit; fd++)
		func(fd, data);
}

int descriptors_close(unsigned first, unsigned last)
{
	(void)first;
	(void)last;
	return -1;
}
