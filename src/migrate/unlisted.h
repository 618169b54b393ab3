/* Migrations in folders that nobody has named. */
#ifndef MIGRATE_UNLISTED_H
#define MIGRATE_UNLISTED_H

#include "migrate/migrate.h"

/* Fill in m->unlisted, the folders in which the way from `since` and the
 * previous head to HEAD has brought or changed migrations, and m->gone,
 * where it took some away; both as seen from the application.  `since` is
 * "" where nobody has looked yet: all that HEAD has. */
void unlisted_find(struct migrate *m, const struct oid *since);

/* The first of m->unlisted that is neither below one of `dirs` nor known to be
 * none of the application's, or NULL. */
const char *unlisted_first(const struct migrate *m, const char *const *dirs);

#endif
