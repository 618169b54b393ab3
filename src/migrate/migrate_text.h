/* What the migrate step says to people. */
#ifndef MIGRATE_MIGRATE_TEXT_H
#define MIGRATE_MIGRATE_TEXT_H

#include "migrate/driver.h"

/* The plan of all databases, a line for each migration. */
void text_plan(const struct migrate *m, struct strbuf *out);

/* The same where only the engine can tell (m->why): what is known without it,
 * and the command that asks. */
void text_doubt(const struct migrate *m, struct strbuf *out);

/* A line for each group of migrations that are left as they are. */
void text_left(const struct migrate *m, struct strbuf *out);

/* Why what has another number now stops everything, and what leads on. */
void text_renumbered(const struct migrate *m, struct strbuf *out);

/* "3 to roll back, 1 to migrate", "in sync with HEAD". */
void text_counts(const struct database *db, struct strbuf *out);

/* The schemas of a database that are left as they are, tenant by tenant. */
void text_tenants(const struct migrate *m, struct strbuf *out);

/* "migrate: 3 down, 5 up ..." with what is worth a line before it. */
void text_success(const struct driver *driver, struct strbuf *out);

/* What failed, what state the database is in, what to do, without a line break
 * at the end (failure_text.c). */
void text_failure(const struct driver *driver, struct strbuf *out);

/* "database: ..." for a status: why nothing is known of it, and what makes one
 * that is not there. */
void text_unusable(
	const struct migrate *m, const struct err *why, struct strbuf *out);

/* The same of a failure before anything was begun, in `err`; returns -1. */
int text_untouched(struct migrate *m, struct err *err);

/* The last lines that migrations printed. */
void text_output(const struct driver *driver, struct strbuf *out);

#endif
