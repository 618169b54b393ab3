/* The databases that were made for linked work trees. */
#ifndef HOOKRUN_MIGRATE_TREES_H
#define HOOKRUN_MIGRATE_TREES_H

#include "hookrun/runner/step.h"

/* Drop those whose work tree git does not have any more, or where `only_say`
 * none; a line for each is appended.  Returns how many they are, or -1: one
 * could not be dropped, and those before it have been. */
int migrate_trees_prune(struct step_ctx *ctx, bool only_say, struct strbuf *out,
	struct err *err);

#endif
