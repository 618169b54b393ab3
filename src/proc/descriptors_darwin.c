/*
 * libproc lists what a process has open.  A number that is not on the list, as
 * others were opened meanwhile, cannot be: the caller has but one thread.
 */
#include "hookrun/proc/descriptors.h"

#include <libproc.h>
#include <unistd.h>

#define OPEN_MAX_LISTED 4096
#define GUESS_MAX 65536 /* tried where there are more, or no list */

void descriptors_each(
	int first, void (*func)(int fd, const void *data), const void *data)
{
	struct proc_fdinfo list[OPEN_MAX_LISTED];
	int got = proc_pidinfo(
		getpid(), PROC_PIDLISTFDS, 0, list, (int)sizeof(list));

	if (got > 0 && got < (int)sizeof(list)) {
		for (int i = 0; i < got / (int)sizeof(*list); i++)
			if (list[i].proc_fd >= first)
				func(list[i].proc_fd, data);
		return;
	}
	for (int fd = first; fd < GUESS_MAX; fd++)
		func(fd, data);
}

int descriptors_close(unsigned first, unsigned last)
{
	(void)first;
	(void)last;
	return -1;
}
