/* What decides which databases an application has, as one number. */
#ifndef MIGRATE_SETTINGS_H
#define MIGRATE_SETTINGS_H

#include "migrate/migrate.h"

/* A print of the files that the engine names (engine.h), of the variables that
 * they name and of those that the engine's libraries read.  It changes with
 * any of them, also when one comes or goes.  In the arena. */
const char *settings_print(struct migrate *m);

/* settings_print() with what says exactly which libraries the application gets;
 * NULL where nothing does. */
const char *settings_print_locked(struct migrate *m);

/* The same of those of `files` (paths in the application, NULL-ended) that are
 * not in there, and of those that say which libraries it uses. */
const char *settings_print_of(struct migrate *m, const char *const *files);

#endif
