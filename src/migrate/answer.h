/*
 * What Rails said of an application: its databases, and the folders of their
 * migrations.  Kept beside the ledger, with a print of what it rested on.
 */
#ifndef MIGRATE_ANSWER_H
#define MIGRATE_ANSWER_H

#include "migrate/progress.h"

struct migrate;
struct db_target;
struct db_targets;

struct answered {
	struct db_target *target; /* without its password */
	const char **dirs;  /* of migrations; an absolute one is of a gem */
	const char *closed; /* why hookrun cannot ask this database, or NULL */
};

struct answer {
	const char *key; /* changes with what it rests on */
	const char *environment;
	struct answered *v;
	size_t nr;
	const char **foreign; /* folders with migrations of somebody else */
	const char **files;   /* that Rails has read, besides the usual ones */
};

/* Fill in m->answer, the answer that holds for the application as it is now,
 * or NULL; m->remembered, the last one, whether it holds or not; and
 * m->distrust, whether what is found without Rails was wrong then. */
void answer_read(struct migrate *m);

/* Rails has told of `p->layout`: remember it, and read it again.  `told`: what
 * was found without it, or NULL. */
void answer_learn(struct migrate *m, const struct progress *p,
	const struct db_targets *told);

/* What a client of ours would be told to connect to; in the arena. */
struct db_target *introduced_target(
	struct migrate *m, const struct introduced *from);

/* Of a database named `name`; NULL: it has none. */
const struct answered *answer_of(const struct answer *answer, const char *name);

/* The same database as found without Rails, or NULL. */
const struct db_target *answer_match(
	const struct answered *one, const struct db_targets *told);

#endif
