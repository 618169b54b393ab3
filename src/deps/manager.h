/* One package manager, asked and started for one lock file. */
#ifndef DEPS_MANAGER_H
#define DEPS_MANAGER_H

#include "deps/dep.h"

/* What the lock file of `dep` pins is there afterwards, and the file as it was
 * before; the manager's output goes to our stdout and stderr, with a line for
 * the user about what was done.  What the manager says of itself is remembered
 * in `state`.  -1: it is not installed, and why. */
int manager_satisfy(struct step_ctx *ctx, const struct deps *deps,
	const struct dep *dep, struct state *state, struct err *err);

#endif
