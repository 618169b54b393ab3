/*
 * An applied version that has no file any more, and its row.
 */
#ifndef HOOKRUN_MIGRATE_FORGET_H
#define HOOKRUN_MIGRATE_FORGET_H

#include "hookrun/runner/step.h"

/* What is known of `version`, lines appended to `out`; `ctx` has the options of
 * a migrate step.  -1: it is not applied, has a file here or in another work
 * tree, or only Rails can tell. */
int migrate_forget_look(struct step_ctx *ctx, int64_t version,
	struct strbuf *out, struct err *err);

/* Look again and take its row out of each database that has it; what was done
 * is appended to `out`.  -1: with what has not been done. */
int migrate_forget(struct step_ctx *ctx, int64_t version, struct strbuf *out,
	struct err *err);

#endif
