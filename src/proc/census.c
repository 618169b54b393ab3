/*
 * Who is whose child.
 *
 * No kernel has a call that ends a tree of processes, so all there are have to
 * be listed, and that is never done while all goes well: only where something
 * has to be ended or was left behind.
 */
#include "proc/census.h"

#include <stdlib.h>

void census_release(struct census *census)
{
	free(census->v);
	*census = (struct census){ 0 };
}

const struct process *census_find(
	const struct census *census, pid_t pid, uint64_t started)
{
	for (size_t i = 0; i < census->nr; i++)
		if (census->v[i].pid == pid && census->v[i].started == started)
			return &census->v[i];
	return NULL;
}
