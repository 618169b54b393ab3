/*
 * What the migrate step remembers: that a state of the work tree and its
 * databases were in agreement, so that an event which changes neither costs
 * nothing; and about each database, what no tree can tell.
 */
#ifndef MIGRATE_LEDGER_H
#define MIGRATE_LEDGER_H

#include "migrate/migrate.h"

enum ledger_trust {
	LEDGER_DOUBT,
	LEDGER_OLD, /* it would hold, were it not for its age */
	LEDGER_HOLDS,
};

/* Whether this tree was found in agreement with its databases and nothing that
 * could change that has happened since: the migration folders in HEAD, in the
 * previous head and in every commit HEAD has been at, the files on disk, the
 * configuration of the databases, no other work tree's doings, and what is
 * applied, as far as that is seen without a library (signs.h).  It holds also
 * where nothing is remembered yet and HEAD never was anywhere else. */
enum ledger_trust ledger_trust(struct migrate *m);

/* Find the migrations that have come or gone since they last agreed, in folders
 * that nobody has named (unlisted.h). */
void ledger_look_around(struct migrate *m);

/* Remember that tree and databases agree. */
int ledger_record(struct migrate *m, struct err *err);
/* They do not: the next event looks again. */
void ledger_forget(struct migrate *m);

/* What changes whenever a work tree sets to work on the database named by
 * `key`, and when it is done; in the arena. */
const char *ledger_stamp(struct migrate *m, const char *key);

/* The database is about to be changed by us, or was. */
int ledger_touch(struct migrate *m, struct database *db, struct err *err);

/* The text of `version` here is known not to be the one that was applied. */
void ledger_mark_changed(struct migrate *m, struct database *db);
bool ledger_differs(struct migrate *m, const struct database *db,
	int64_t version, const struct oid *blob);

#endif
