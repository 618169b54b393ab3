/*
 * Migrations without their engine: what a pure one sent once is sent again,
 * where everything is as it was then.  hooks/rails_record.rb makes the
 * recordings, and says what one is.
 */
#ifndef MIGRATE_REPLAY_H
#define MIGRATE_REPLAY_H

#include "migrate/migrate.h"
#include "migrate/progress.h"

/* The folder of recordings that hold for a database as things are, in the
 * arena; NULL where none are wanted or can be made. */
const char *replay_dir(struct migrate *m, const struct database *db);

/* How many recordings there are in it. */
size_t replay_count(struct migrate *m, const struct database *db);

/* Say of each item how it would be done (item.how). */
void replay_explain(struct migrate *m);

/* Do the whole plan from recordings, in one transaction.  1: done, as is in
 * `progress` then; 0: the engine has to, and nothing was changed, or it will
 * find what was. */
int replay(struct migrate *m, struct progress *progress);

#endif
