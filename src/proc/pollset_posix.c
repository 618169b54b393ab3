/*
 * poll(2), which every system has.  A wait that finds more than are asked for
 * goes on behind them the next time, so that a loud one at the front does not
 * keep the others waiting.
 */
#include "proc/pollset.h"

#include "hookrun/base/alloc.h"

#include <poll.h>
#include <stdlib.h>

struct pollset {
	struct pollfd *fds;
	uint32_t *ids; /* of the same */
	size_t nr, fd_cap, id_cap, next;
};

struct pollset *pollset_new(void)
{
	return xcalloc(1, sizeof(struct pollset));
}

void pollset_free(struct pollset *set)
{
	if (!set)
		return;
	free(set->fds);
	free(set->ids);
	free(set);
}

void pollset_add(struct pollset *set, int fd, short events, uint32_t id)
{
	xgrow(&set->fds, &set->fd_cap, set->nr + 1, sizeof(*set->fds));
	xgrow(&set->ids, &set->id_cap, set->nr + 1, sizeof(*set->ids));
	set->fds[set->nr] = (struct pollfd){ .fd = fd, .events = events };
	set->ids[set->nr++] = id;
}

void pollset_remove(struct pollset *set, int fd)
{
	for (size_t i = 0; i < set->nr; i++)
		if (set->fds[i].fd == fd) {
			set->fds[i] = set->fds[--set->nr];
			set->ids[i] = set->ids[set->nr];
			return;
		}
}

int pollset_wait(
	struct pollset *set, struct pollset_event *ret, int max, int timeout_ms)
{
	int ready = poll(set->fds, (nfds_t)set->nr, timeout_ms), nr = 0;
	size_t first = set->next;

	for (size_t i = 0; i < set->nr && nr < ready && nr < max; i++) {
		size_t at = (first + i) % set->nr;

		if (!set->fds[at].revents)
			continue;
		ret[nr++] = (struct pollset_event){
			.fd = set->fds[at].fd,
			.id = set->ids[at],
			.events = set->fds[at].revents,
		};
		set->next = at + 1;
	}
	return ready < 0 ? -1 : nr;
}
