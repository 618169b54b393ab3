/*
 * The texts of what was applied, kept alive in git's object store by a private
 * ref: refs/hookrun/migrations/KEY, a flat tree of "VERSION_name.rb" blobs.
 */
#ifndef MIGRATE_KEEP_H
#define MIGRATE_KEEP_H

#include "migrate/migration.h"

/* What is kept for the database `key`, sorted; a missing or damaged ref holds
 * nothing. */
void keep_read(struct repo *repo, const char *key, struct migrations *ret);

/* Where nothing is kept for `key` yet: what was, under the name `former`. */
void keep_adopt(struct repo *repo, const char *former, const char *key);

/* Keep exactly `list`; nothing is written where that is so already. */
int keep_write(struct repo *repo, const char *key,
	const struct migrations *list, struct err *err);

#endif
