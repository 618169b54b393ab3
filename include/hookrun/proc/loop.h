/*
 * The one poll loop: descriptors, deadlines, children, signals.
 *
 * No ticks: it sleeps until the nearest deadline.  Children are reaped by
 * their own pid only, unless it adopts.  Callbacks may add and remove watches
 * freely.
 */
#ifndef HOOKRUN_PROC_LOOP_H
#define HOOKRUN_PROC_LOOP_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct loop;

/* Installs handlers for CHLD, INT, TERM, HUP, QUIT, WINCH, and ignores PIPE,
 * until loop_free(), which puts the old ones back.  One at a time. */
int loop_new(struct loop **ret, struct err *err);
void loop_free(struct loop *loop);

/* Call `func` when the pipe or terminal `fd` is ready for `events` (POLLIN,
 * POLLOUT) or hung up. */
void loop_watch(struct loop *loop, int fd, short events,
	void (*func)(int fd, short revents, void *data), void *data);
void loop_unwatch(struct loop *loop, int fd);

/* Call `func` once at `deadline_ms` (clock_now_ms() time).  Returns an id for
 * loop_cancel(); ids are never 0 and never used again. */
uint64_t loop_timer(struct loop *loop, int64_t deadline_ms,
	void (*func)(void *data), void *data);
void loop_cancel(struct loop *loop, uint64_t id); /* 0, or gone: nothing */

/* Call `func` with the wait status when `pid`, a child that was started since
 * loop_new(), has ended (and was reaped). */
void loop_child(struct loop *loop, pid_t pid,
	void (*func)(pid_t pid, int wait_status, void *data), void *data);

/* Become the parent of every descendant that outlives its own, and reap what
 * nobody waits for.  Until loop_free().  Not every system can do that. */
void loop_adopt(struct loop *loop);
bool loop_adopts(const struct loop *loop);

/* Whether `pid` is or was one of loop_child()'s; whether there ever was one. */
bool loop_is_child(const struct loop *loop, pid_t pid);
bool loop_had_children(const struct loop *loop);

/* The output of child `pid` came to its end: nobody has it any more. */
void loop_set_silent(struct loop *loop, pid_t pid);
bool loop_is_silent(const struct loop *loop, pid_t pid);

/* Call `func` for each INT, TERM, HUP, QUIT, WINCH that arrives. */
void loop_on_signal(
	struct loop *loop, void (*func)(int sig, void *data), void *data);

/* Whether INT, TERM, HUP or QUIT has come to a loop of this process, served or
 * not: for a callback that waits for something else. */
bool loop_interrupted(void);

/* Serve events until loop_stop() is called or nothing is left to wait for. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

#endif
