/* What a run of pre-push knows about the push. */
#ifndef RUNNER_PUSHED_H
#define RUNNER_PUSHED_H

#include "hookrun/files/push.h"
#include "hookrun/runner/event.h"

/* Zeroed but for the first two. */
struct pushed {
	struct event *event;
	const char *base; /* the hook's, or NULL */
	bool known;
	struct push_opts opts;
};

/* Read at the first call, into the arena.  -1 where stdin has something else
 * than git's lines. */
int pushed_get(struct pushed *pushed, struct arena *arena,
	const struct push_opts **ret, struct err *err);

#endif
