/*
 * Databases of branches that nobody needs any more.
 */
#ifndef MIGRATE_PRUNE_H
#define MIGRATE_PRUNE_H

#include "migrate/copies_each.h"

/* Why a copy is more than the options want kept, in the arena; NULL: it is not,
 * or is the user's own. */
const char *prune_beyond(struct one *one, const struct copy *copy);

/* "app: the database of the branch 'x' (24.0 MB, left 2026-11-29 10:00)" */
void prune_describe(
	const struct one *one, const struct copy *copy, struct strbuf *out);

/* Is there such a branch? */
bool prune_has_branch(struct repo *repo, const char *name);

#endif
