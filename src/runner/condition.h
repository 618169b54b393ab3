/*
 * skip and only: whether a job, a group or a whole hook is left out.
 */
#ifndef RUNNER_CONDITION_H
#define RUNNER_CONDITION_H

#include "runner/pushed.h"

#include "hookrun/config/config.h"
#include "hookrun/git/repo.h"

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
};

/* Whether `skip` or `only` leave it out.  -1: a pattern is malformed, a
 * command cannot be run. */
int condition_skips(struct condition_env *env, const struct conditions *skip,
	const struct conditions *only, bool *ret, struct err *err);

#endif
