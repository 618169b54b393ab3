/* All processes of one moment, as the system tells them. */
#ifndef PROC_CENSUS_H
#define PROC_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid, parent, group, session;
	uint64_t started; /* in whatever the system counts: tells a process
			     from the next one of the same number */
	bool over;	  /* only waits to be reaped */
	bool ignores_hup; /* as nohup(1) starts programs */
};

struct census {
	struct process *v;
	size_t nr, cap;
};

/* Replace what `census` holds; -1 where the system does not tell. */
int census_take(struct census *census);
void census_release(struct census *census);

/* NULL: there is no such process (any more). */
const struct process *census_find(
	const struct census *census, pid_t pid, uint64_t started);

#endif
