/*
 * Copies of the application's databases, by name: those that the user asks for,
 * and those of branches (`database: per_branch`).  `ctx` has the options of a
 * migrate step.  Each of these first brings to an end what a kill has left
 * half done, and says so in `out`, to which lines for the user are appended
 * whatever is returned.
 */
#ifndef HOOKRUN_MIGRATE_SNAPSHOTS_H
#define HOOKRUN_MIGRATE_SNAPSHOTS_H

#include "hookrun/runner/step.h"

/* Copy each database; `name` NULL: one is made up of the branch and the time.
 * -1: there is none of that name then, or there was one before. */
int migrate_snapshot(struct step_ctx *ctx, const char *name, struct strbuf *out,
	struct err *err);

/* Let each database be what it was in the snapshot `name`; what it is now
 * becomes a snapshot itself. */
int migrate_snapshot_restore(struct step_ctx *ctx, const char *name,
	struct strbuf *out, struct err *err);

/* All copies, newest first: a line each, or with `json` an array, without the
 * line break at its end.  What was brought to an end is in `told`. */
int migrate_copies_list(struct step_ctx *ctx, bool json, struct strbuf *told,
	struct strbuf *out, struct err *err);

/* Drop the snapshot or the database of the branch `name`, or with NULL those of
 * branches that are gone and whatever is beyond the limits; `look`: only say
 * which.  How many they are, or -1. */
int migrate_copies_drop(struct step_ctx *ctx, const char *name, bool look,
	struct strbuf *out, struct err *err);

/* What copies are called, of all databases this clone knows, without looking
 * whether they are there; `all`: of branches too.  Appended, each once. */
void migrate_copies_labels(struct repo *repo, bool all, struct strvec *ret);

/* Whether there are any, or one is half done: else listing them is no use. */
bool migrate_copies_any(struct repo *repo);

#endif
