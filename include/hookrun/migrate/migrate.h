/* The built-in step `migrate`: bring the databases to where HEAD is. */
#ifndef HOOKRUN_MIGRATE_MIGRATE_H
#define HOOKRUN_MIGRATE_MIGRATE_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_migrate;

/* `hookrun migrate --plan`: what would be done and why, appended to `out`;
 * changes nothing, starts no Rails. */
int migrate_print_plan(
	struct step_ctx *ctx, struct strbuf *out, struct err *err);

#endif
