/* The built-in steps. */
#ifndef HOOKRUN_STEPS_STEPS_H
#define HOOKRUN_STEPS_STEPS_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_deps;
extern const struct step_ops step_migrate;
extern const struct step_ops step_test_map;

extern const struct step_ops *const steps_builtin[]; /* NULL-ended */

/* `hookrun migrate --plan`: what would be done and why, appended to `out`;
 * changes nothing, starts no Rails. */
int migrate_print_plan(
	struct step_ctx *ctx, struct strbuf *out, struct err *err);

#endif
