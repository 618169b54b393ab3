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

/* The copies of the databases; words and options are checked. */
int db_snapshot(struct step_ctx *ctx, const char *name);
int db_restore_snapshot(struct step_ctx *ctx, const char *name);
int db_drop(struct step_ctx *ctx, const struct args *args);
int db_prune(struct step_ctx *ctx, const struct args *args);
/* Print them, a line each or as the value of a JSON object. */
int db_list_copies(struct step_ctx *ctx, bool json);

#endif
