/*
 * Data migrations, the gem data_migrate's: files that change rows, in a folder
 * and under a table of their own.
 */
#ifndef MIGRATE_DATAMIG_H
#define MIGRATE_DATAMIG_H

#include "migrate/migrate.h"

/* A line about those that are pending, with the command that runs them, and one
 * about those that are applied and have gone with the previous head; appended.
 * The facts of the databases are there. */
void datamig_text(struct migrate *m, struct strbuf *out);

/* The same, but nothing that the last call has said already, unless the user
 * has asked. */
void datamig_tell(struct migrate *m, struct strbuf *out);

#endif
