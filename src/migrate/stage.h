/*
 * The private folder that the driver of an engine works from: old/N/... for the
 * trees of the migrations to be rolled back, ghosts/... for classes that only
 * the old branch has, the driver itself, and plan.json.
 */
#ifndef MIGRATE_STAGE_H
#define MIGRATE_STAGE_H

#include "migrate/migrate.h"

struct stage {
	char *dir;    /* absolute; NULL: none */
	char *driver; /* the script in it */
	char *plan;   /* plan.json */
};

/* Write the programs `names` of hooks/ (NULL-ended) into the folder `dir`. */
int stage_scripts(const char *dir, const char *const *names, struct err *err);

int stage_create(const struct migrate_engine *engine, struct stage *ret,
	struct err *err);
/* Write what the plan of `m` needs.  `discover`: the driver first tells about
 * the databases and waits; the plan is then written again. */
int stage_write(
	struct stage *stage, struct migrate *m, bool discover, struct err *err);
void stage_remove(struct stage *stage);

#endif
