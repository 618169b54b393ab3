/*
 * The texts of what was applied, in the common git directory, of each database
 * by its key: hookrun/migrations/KEY/list with "ID NAME" for each, ended by
 * NUL, and a file ID, git's id of its bytes, for each text.
 */
#ifndef MIGRATE_KEEP_H
#define MIGRATE_KEEP_H

#include "migrate/migration.h"

/* What is kept for the database `key`, sorted; a missing or damaged list holds
 * nothing. */
void keep_read(struct repo *repo, const char *key, struct migrations *ret);

/* Where nothing is kept for `key` yet: what was, under the name `former`. */
void keep_adopt(struct repo *repo, const char *former, const char *key);

/* Whether a text can be had: it is kept, or git has it. */
bool keep_has(struct repo *repo, const char *key, const struct oid *blob);

/* The text itself, appended. */
int keep_text(struct repo *repo, const char *key, const struct oid *blob,
	struct strbuf *out, struct err *err);

/* Keep a text that git need not have; its id is returned.  keep_write() with a
 * list that does not name it lets it go. */
int keep_add(struct repo *repo, const char *key, const struct strbuf *text,
	struct oid *ret, struct err *err);

/* Keep exactly `list`, but for texts that nobody has; nothing is written where
 * that is so already. */
int keep_write(struct repo *repo, const char *key,
	const struct migrations *list, struct err *err);

#endif
