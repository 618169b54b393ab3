/* Descriptors that are waited for together. */
#ifndef PROC_POLLSET_H
#define PROC_POLLSET_H

#include <stdint.h>

struct pollset;

struct pollset_event {
	int fd;
	uint32_t id; /* of pollset_add() */
	short events;
};

/* Free with pollset_free(); NULL with errno. */
struct pollset *pollset_new(void);
void pollset_free(struct pollset *set);

/* Wait for `events` (POLLIN, POLLOUT) of `fd`, which is not in the set. */
void pollset_add(struct pollset *set, int fd, short events, uint32_t id);
void pollset_remove(struct pollset *set, int fd);

/* At most `max` that are ready or hung up, or as many as there are within
 * `timeout_ms` (-1: however long that takes).  Their number; -1 with errno
 * (EINTR: a signal came). */
int pollset_wait(struct pollset *set, struct pollset_event *ret, int max,
	int timeout_ms);

#endif
