/*
 * config/database.yml evaluated by Ruby itself, without Rails.
 */
#ifndef HOOKRUN_DB_RUBYCONF_H
#define HOOKRUN_DB_RUBYCONF_H

#include "db/railsapp.h"

#define RUBYCONF_TIMEOUT_MS 10000
#define RUBYCONF_MAX_BYTES (1 << 20) /* of what it may print */

/* 1 with JSON in `ret_json` (in `arena`): a map that has the environment's
 * configuration under its name, or lacks that name.  0 with the reason in
 * `ret_why` where there is no ruby, or the file needs more than Ruby. */
int rubyconf_read(const struct railsapp *app, struct arena *arena,
	const char **ret_json, const char **ret_why);

#endif
