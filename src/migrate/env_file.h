/*
 * Files of variables as dotenv and direnv read them: lines NAME=value, or
 * export NAME=value.
 */
#ifndef MIGRATE_ENV_FILE_H
#define MIGRATE_ENV_FILE_H

#include "hookrun/base/arena.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>

/* The value that `text` gives `name`, in `arena`; NULL: none, or one that has
 * to be evaluated. */
const char *env_file_get(
	const char *text, const char *name, struct arena *arena);

/* Have `text` give it that value: in the line that does so, else in a new one
 * at the end, with `export ` before it where `exports`.  Nothing else changes.
 */
void env_file_put(
	struct strbuf *text, const char *name, const char *value, bool exports);

#endif
