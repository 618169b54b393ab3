/*
 * The identity of a database, for the names of locks and ledgers.
 */
#ifndef HOOKRUN_DB_TARGETKEY_H
#define HOOKRUN_DB_TARGETKEY_H

#include "hookrun/db/target.h"

/* "app_development-5f2c01aa", in `arena`.  `root` is the application's folder,
 * which a SQLite path is relative to. */
const char *target_key(
	const struct db_target *target, const char *root, struct arena *arena);

#endif
