/* The databases of an application's tests. */
#ifndef MIGRATE_TESTDB_H
#define MIGRATE_TESTDB_H

#include "migrate/migrate.h"

/* Fill in m->tests.  Without `always` nothing is looked at while the files with
 * the schema are those of the last look.  What cannot be told is no news. */
void testdb_look(struct migrate *m, bool always);

/* A line about them, appended, with the command that loads the schema; nothing
 * where there are none. */
void testdb_text(const struct migrate *m, struct strbuf *out);

/* The user has been told: not again for these files. */
void testdb_remember(struct migrate *m);

/* Load the schema and see whether it is there: 0 and a line in `out`, or -1. */
int testdb_reload(struct migrate *m, struct strbuf *out, struct err *err);

#endif
