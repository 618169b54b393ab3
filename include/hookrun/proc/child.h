/*
 * Starting one process, and ending it with all that it started.
 *
 * A child has default signal handlers, an empty mask, and no descriptors but
 * the ones named here.
 */
#ifndef HOOKRUN_PROC_CHILD_H
#define HOOKRUN_PROC_CHILD_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct child_fd {
	int from; /* a descriptor of ours (stays open and ours) */
	int to;	  /* its number in the child */
};

struct child_opts {
	char *const *argv; /* NULL-terminated; argv[0] is looked up in the
			      child's PATH unless it has a slash */
	char *const *env;  /* NULL-terminated; NULL: env_clean() */
	const char *cwd;   /* NULL: ours */
	/* Instead of argv: run this in the child; its result is the exit
	 * status.  For built-in steps, which are jobs without a program.  Here
	 * env NULL means ours as it is, and only pipes are closed: files and
	 * sockets that a library opened before the fork keep their numbers. */
	int (*func)(void *data);
	void *func_data;
	struct child_fd fds[8]; /* 0, 1, 2 missing here become /dev/null */
	size_t nfds;
	bool new_session; /* setsid: own session and process group */
	bool ctty;	  /* with new_session: fd 0 becomes the terminal */
	int death_signal; /* signal when our process dies, 0: none */
};

/* Returns the pid in `ret_pid`.  -1 also where the program cannot be executed:
 * the message names it ("cannot run 'x': No such file or directory"). */
int child_spawn(const struct child_opts *opts, pid_t *ret_pid, struct err *err);

/* Whether child_spawn() was ever called, here or in whom we are a child of:
 * until then nobody can have moved HEAD on our behalf. */
bool child_spawned(void);

/* Have room for `nr` open descriptors of ours, or as many as the hard limit
 * allows; the number that there is room for.  Children keep the limit that we
 * were started with. */
size_t child_want_fds(size_t nr);

/* Wait for the end of `pid`, however long that takes: its exit status as
 * child_status(), 255 where it is no child of ours. */
int child_wait(pid_t pid);

/* The exit status as a shell would have it: 0 to 255, or 128 + signal. */
int child_status(int wait_status);

/* Signal the process group of `pid` (a session leader of ours). */
void child_signal_group(pid_t pid, int sig);

/* Whether a member of that group still runs; zombies do not count. */
bool child_group_alive(pid_t pid);

/* End the group: TERM, then KILL after `grace_ms`; reaps `pid` if nobody has.
 * For callers outside the scheduler's loop. */
void child_end_group(pid_t pid, int grace_ms);

#endif
