/*
 * Looking through many commits for migration files: each distinct state of the
 * migration folders is read once, however many commits share it.
 */
#ifndef MIGRATE_TREESCAN_H
#define MIGRATE_TREESCAN_H

#include "migrate/migration.h"

struct treescan {
	struct repo *repo;
	const char *app_rel; /* of the application in the tree, "" for top */
	const char *const *dirs; /* migration folders, NULL-ended */
	/* Called for each migration file of a state not seen before; a
	 * non-zero result ends the scan. */
	int (*found)(const struct migration *file, const struct oid *commit,
		void *data);
	void *data;
	struct oid *seen; /* open addressing, "" is a free slot */
	size_t nseen, cap;
};

void treescan_release(struct treescan *scan);

/* 0, 1 when `found` ended the scan, -1.  A commit that cannot be read (gone,
 * or beyond a shallow border) has no files. */
int treescan_commit(
	struct treescan *scan, const struct oid *commit, struct err *err);

/* treescan_commit() for all that is reachable from `tips`. */
int treescan_history(struct treescan *scan, const struct oid *tips,
	size_t ntips, struct err *err);

/* One text for the state of all migration folders in a commit: their tree ids;
 * appended to `out`. */
int treescan_state(struct repo *repo, const struct oid *commit,
	const char *app_rel, const char *const *dirs, struct strbuf *out,
	struct err *err);

#endif
