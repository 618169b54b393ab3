/*
 * Rows and values that switches took away and kept (`on_data_loss: snapshot`):
 * files below the common Git folder, hookrun/db/kept.
 */
#ifndef HOOKRUN_MIGRATE_KEPT_H
#define HOOKRUN_MIGRATE_KEPT_H

#include "hookrun/runner/step.h"

/* What is kept, newest first, for people: an id and when, then what, a line
 * each; appended to `out`, nothing where nothing is kept.  -1: a file cannot be
 * read. */
int migrate_kept_list(struct repo *repo, struct arena *arena,
	struct strbuf *out, struct err *err);

/* Only the ids, newest first; appended. */
void migrate_kept_ids(struct repo *repo, struct strvec *ret);

/* Bring back what is kept as `id`, by one start of Rails; `ctx` has the options
 * of a migrate step.  What was written since is not overwritten.  0: all of it
 * is there; 1: some is not; `out` says what and why.  -1: nothing was done. */
int migrate_kept_restore(struct step_ctx *ctx, const char *id,
	struct strbuf *out, struct err *err);

#endif
