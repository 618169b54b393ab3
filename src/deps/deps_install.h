/* Installing what changed lock files pin. */
#ifndef DEPS_DEPS_INSTALL_H
#define DEPS_DEPS_INSTALL_H

#include "deps/dep.h"

/* The second half of the step: every changed lock file of `deps`, in turn, with
 * the package managers' output on our stdout and stderr.  Stops at the first
 * failure.  `later`: time has passed since they were read. */
int deps_install(
	struct step_ctx *ctx, struct deps *deps, bool later, struct err *err);

#endif
