/*
 * The databases of the application that a migrate step is about.
 */
#ifndef HOOKRUN_MIGRATE_TARGETS_H
#define HOOKRUN_MIGRATE_TARGETS_H

#include "hookrun/db/target.h"
#include "hookrun/runner/step.h"

/* Those that can be asked without the application; `ctx` has the options of a
 * migrate step, `ret` is in its arena.  -1: there is no application here, or
 * only it knows which databases it has. */
int migrate_targets(
	struct step_ctx *ctx, struct db_targets *ret, struct err *err);

#endif
