/*
 * struct task: one child in the loop, with its output, its deadline, and the
 * ladder that ends its whole tree.
 *
 * A task is done when its output is at end of file and it is reaped; after the
 * reap its output is drained for at most 100 ms more, so that a daemon it left
 * behind cannot hang a hook.  Ending it: TERM to its whole tree, which is its
 * session and all descendants wherever they are, and KILL after 2 s; when the
 * leader is dead and members remain, they get TERM at once.
 */
#ifndef HOOKRUN_PROC_TASK_H
#define HOOKRUN_PROC_TASK_H

#include "hookrun/proc/child.h"
#include "hookrun/proc/loop.h"

#include <stdint.h>

struct task;

struct task_opts {
	/* argv, env, cwd, func: as in child.h.  fds beyond 2 may be given; 0 to
	 * 2, new_session and ctty are the task's own business. */
	struct child_opts child;
	bool pty;	  /* stdin, stdout, stderr are a terminal of its own */
	bool interactive; /* instead: our terminal and process group; fd 0 is
			     `tty_fd`, output is not captured */
	int tty_fd;
	const void *in; /* bytes for stdin; NULL: /dev/null.  Not copied. */
	size_t in_len;
	int64_t timeout_ms; /* 0: none */
	void (*on_output)(struct task *task, const char *data, size_t len,
		void *data_ptr);
	void (*on_done)(struct task *task, void *data_ptr); /* the last call;
							       free it there */
	void *data;
};

int task_start(struct loop *loop, const struct task_opts *opts,
	struct task **ret, struct err *err);
void task_free(struct task *task); /* only in or after on_done */

/* Pass a signal on and start the ladder (first call), or KILL at once.  They
 * never call on_done themselves, so that any callback may use them.  To an
 * interactive task INT and QUIT are not passed on: the terminal did that. */
void task_end(struct task *task, int sig);
void task_kill(struct task *task);

/* Our terminal changed its size: hand it on to a task with a pty. */
void task_winch(struct task *task);

/* After it is done. */
int task_status(const struct task *task); /* as child_status() */
int task_signal(const struct task *task); /* that killed it, or 0 */
bool task_timed_out(const struct task *task);

#endif
