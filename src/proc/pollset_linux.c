/*
 * epoll rather than poll, as a thousand jobs at once would cost a thousand
 * looks for each event.
 */
#include "proc/pollset.h"

#include "hookrun/base/alloc.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_MAX 64 /* asked for at once */

struct pollset {
	int fd;
};

struct pollset *pollset_new(void)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);
	struct pollset *set;

	if (fd < 0)
		return NULL;
	set = xmalloc(sizeof(*set));
	set->fd = fd;
	return set;
}

void pollset_free(struct pollset *set)
{
	if (!set)
		return;
	close(set->fd);
	free(set);
}

void pollset_add(struct pollset *set, int fd, short events, uint32_t id)
{
	struct epoll_event event = {
		.events = (uint32_t)events,
		.data.u64 = (uint64_t)id << 32 | (uint32_t)fd,
	};

	epoll_ctl(set->fd, EPOLL_CTL_ADD, fd, &event);
}

void pollset_remove(struct pollset *set, int fd)
{
	struct epoll_event unused = { 0 };

	epoll_ctl(set->fd, EPOLL_CTL_DEL, fd, &unused);
}

int pollset_wait(
	struct pollset *set, struct pollset_event *ret, int max, int timeout_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int nr = epoll_wait(set->fd, events,
		max < EVENTS_MAX ? max : EVENTS_MAX, timeout_ms);

	for (int i = 0; i < nr; i++)
		ret[i] = (struct pollset_event){
			.fd = (int)(uint32_t)events[i].data.u64,
			.id = (uint32_t)(events[i].data.u64 >> 32),
			.events = (short)events[i].events,
		};
	return nr;
}
