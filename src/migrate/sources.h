/*
 * Where the text of a migration that is no longer here can be found, and
 * whether it went away on purpose.
 */
#ifndef MIGRATE_SOURCES_H
#define MIGRATE_SOURCES_H

#include "migrate/reconcile.h"

struct sources {
	struct repo *repo;
	struct arena *arena;
	const char *app_rel;
	const char *const *dirs; /* migration folders of this database */
	struct oid head;
	bool has_prev;
	struct oid prev;
	const struct migrations *kept; /* sorted */
	/* What the private ref has is the truth for this version, since the
	 * previous head's text is known never to have been applied. */
	bool (*prev_differs)(
		int64_t version, const struct oid *blob, void *data);
	void *data;
};

/* Fill blob, origin, commit and name of each ITEM_DOWN that has no blob yet.
 * In turn: the previous head, the private ref, HEAD's reflog, the tips of all
 * refs and stashes, their whole history. */
int sources_find(
	const struct sources *in, struct items *items, struct err *err);

/* Mark each ITEM_DOWN that HEAD's own history once had (`removed_here`).
 * `ret_unsure`: the history is cut short (shallow) and could not tell for some
 * of them. */
int sources_mark_removed(const struct sources *in, struct items *items,
	bool *ret_unsure, struct err *err);

#endif
