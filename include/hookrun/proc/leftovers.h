/*
 * What the tasks of a loop leave behind: processes that are still there when
 * their job has ended.
 *
 * A process is detached on purpose when what started it has ended and it has a
 * session of its own (setsid, daemon(3)) or ignores SIGHUP (nohup).  Such a
 * one, and what it starts, is left alone; where the last task ended by itself,
 * also one whose stdout and stderr lead to files or nowhere.  Everything else
 * is ended.
 */
#ifndef HOOKRUN_PROC_LEFTOVERS_H
#define HOOKRUN_PROC_LEFTOVERS_H

#include "hookrun/base/strvec.h"
#include "hookrun/proc/loop.h"

struct leftovers;

/* Before the first task: `loop` becomes the parent of what will be left
 * behind. */
struct leftovers *leftovers_new(struct loop *loop);
void leftovers_free(struct leftovers *leftovers);

/* Who is detached by now stays; who comes later is ended.  For the moment in
 * which an end from outside begins, by `sig`: what loses its parents from then
 * on was not detached by its job, but by us. */
void leftovers_spare(struct leftovers *leftovers, int sig);

/* When no task is left: TERM, and KILL after 2 s (sooner after Ctrl-C).
 * `on_done` is called from the loop, or at once where there is nothing to end.
 */
void leftovers_end(
	struct leftovers *leftovers, void (*on_done)(void *data), void *data);

/* The names of the programs that were ended without being asked for it by a
 * signal from outside. */
const struct strvec *leftovers_ended(const struct leftovers *leftovers);

/* KILL at once what leftovers_end() has begun to end. */
void leftovers_kill(struct leftovers *leftovers);

#endif
