/*
 * A clone that was moved, and with it a database that is a file.
 */
#ifndef MIGRATE_MOVED_H
#define MIGRATE_MOVED_H

#include "hookrun/db/target.h"
#include "hookrun/git/repo.h"

/* Where nothing is remembered of `target`: take over what is, of the file that
 * it was before this clone was moved. */
void moved_adopt(
	struct repo *repo, const struct db_target *target, struct arena *arena);

#endif
