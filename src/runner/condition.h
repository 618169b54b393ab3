/*
 * skip and only: whether a job, a group or a whole hook is left out.
 */
#ifndef RUNNER_CONDITION_H
#define RUNNER_CONDITION_H

#include "runner/pushed.h"

#include "hookrun/config/config.h"
#include "hookrun/git/repo.h"
#include "hookrun/runner/reason.h"

#include <stdbool.h>

/* What conditions ask the repository, each thing asked once a run.  Zeroed but
 * for the first three. */
struct condition_env {
	struct repo *repo;
	struct arena *arena;
	struct pushed *pushed; /* of pre-push; NULL in other hooks */
	const char *state;     /* "" none; NULL: not asked yet */
	const char *branch;    /* "" detached; NULL: not asked yet */
	bool skipping;	       /* it is `skip` that is being looked at */
	bool no_programs;      /* those with `run` are left open */
};

/* Why `skip` or `only` leave it out, or that a program has to be asked first;
 * REASON_NONE: it runs.  -1: a pattern is malformed, a command cannot be
 * run. */
int condition_decide(struct condition_env *env, const struct conditions *skip,
	const struct conditions *only, struct reason *ret, struct err *err);

#endif
