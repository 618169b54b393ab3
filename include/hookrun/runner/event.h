/* The git event that a run answers: the hook, git's arguments, its stdin. */
#ifndef HOOKRUN_RUNNER_EVENT_H
#define HOOKRUN_RUNNER_EVENT_H

#include "hookrun/base/arena.h"

#include <stddef.h>

struct event {
	const char *hook;  /* "post-checkout"; a step run by hand: "" */
	char *const *args; /* NULL-terminated */
	size_t nargs;
	/* Git's stdin (pre-push refs, post-rewrite pairs), read when first
	 * asked for by event_stdin(). */
	char *stdin_text;
	size_t stdin_len;
	int stdin_read;	   /* already read */
	int stdin_is_pipe; /* then: as git's is */
};

#define EVENT_STDIN_MAX (16 << 20) /* bytes */

/* All of stdin, once, up to EVENT_STDIN_MAX; "" where it is a terminal. */
const char *event_stdin(struct event *event, size_t *ret_len);

/* The arguments as whoever stands in the folder `cwd` has to write them: those
 * that name files count from the work tree `top`.  Some are the event's own,
 * the others in `arena`. */
char *const *event_args_from(const struct event *event, const char *top,
	const char *cwd, struct arena *arena);

#endif
