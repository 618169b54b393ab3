/* Lists of folders of migrations, as seen from the application. */
#ifndef MIGRATE_DIRS_H
#define MIGRATE_DIRS_H

#include "migrate/migrate.h"

#include "hookrun/base/strvec.h"

/* A copy in the arena, NULL-ended. */
const char **dirs_copy(struct arena *arena, const struct strvec *list);

/* The parts of `joined` between `sep`, but for empty ones; the same. */
const char **dirs_split(struct arena *arena, const char *joined, char sep);

/* Whether `dir` is one of `dirs` (NULL-ended, or NULL) or below one. */
bool dirs_cover(const char *const *dirs, const char *dir);

#endif
