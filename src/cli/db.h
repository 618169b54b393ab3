/* The parts of `hookrun db`. */
#ifndef CLI_DB_H
#define CLI_DB_H

#include "cli/cli.h"

#include "hookrun/runner/step.h"

/* Each says what it found or did and returns the exit code; `ctx` is that of
 * the configuration's first migrate step. */
int db_show_blockers(struct step_ctx *ctx);
/* `args`: --age, --json. */
int db_check(struct step_ctx *ctx, const struct args *args);
/* `args`: "unblock PID", --terminate, --yes. */
int db_unblock(struct step_ctx *ctx, const struct args *args);

#endif
