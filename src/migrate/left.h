/*
 * Applied migrations that a user has decided to leave applied: an irreversible
 * one, and what is older.
 */
#ifndef MIGRATE_LEFT_H
#define MIGRATE_LEFT_H

#include "migrate/progress.h"
#include "migrate/migrate.h"

/* Remember what the driver was told to leave. */
void left_record(struct migrate *m, const struct database *db,
	const struct progress *progress);

/* Mark each ITEM_DOWN of `db` that was left (`left`), as long as what it was
 * left for is here in the same text. */
void left_mark(struct migrate *m, struct database *db);

#endif
