/*
 * What a database has that needs a hand, or will: read only, and without the
 * application.
 */
#ifndef HOOKRUN_DB_CHECKUP_H
#define HOOKRUN_DB_CHECKUP_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/db/db.h"

#include <stdbool.h>
#include <stddef.h>

struct db_finding {
	const char *kind; /* "index", "sequence", ... */
	const char *subject;
	const char *text; /* a sentence, for people */
	const char *mend; /* what to type, or NULL */
	bool fault;	  /* it needs a hand; else it is good to know */
};

struct db_findings {
	struct db_finding *v; /* all in the arena */
	size_t nr, cap;
};

void db_findings_add(struct db_findings *list, struct arena *arena,
	const struct db_finding *finding);

/* The processes of an application that connect, by its Procfile and
 * config/puma.rb. */
struct db_demand {
	size_t processes; /* 0: no file tells */
	const char *told; /* "Procfile: web (2 workers of puma), jobs" */
};
void db_demand_read(
	const char *app, struct arena *arena, struct db_demand *ret);

/* Ask a database, and append what is found: connections against `demand`,
 * transactions of at least `age_s` seconds, indexes, constraints, sequences,
 * primary keys; of a file, damage, references and primary keys. */
int db_checkup(struct db *db, const struct db_target *target, int age_s,
	const struct db_demand *demand, struct arena *arena,
	struct db_findings *ret, struct err *err);

/* Compare the tables, columns and indexes with the schema file of the
 * application in the absolute folder `app`, and append how they differ. */
int db_drift(struct db *db, const struct db_target *target, const char *app,
	struct arena *arena, struct db_findings *ret, struct err *err);

#endif
