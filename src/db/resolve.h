/*
 * From the text of config/database.yml to the databases of one environment.
 */
#ifndef HOOKRUN_DB_RESOLVE_H
#define HOOKRUN_DB_RESOLVE_H

#include "db/railsapp.h"
#include "hookrun/config/node.h"
#include "hookrun/db/target.h"

#define DATABASE_YML "config/database.yml"

/* ERB and YAML.  1; 0 with the reason in `ret_why` where the ERB is beyond us;
 * -1 where the YAML is. */
int resolve_tree(const struct railsapp *app, struct arena *arena,
	const char *text, size_t len, struct node **ret, const char **ret_why,
	struct err *err);

/* The databases of app->env out of the whole `tree` (NULL: no file), with the
 * *DATABASE_URL variables.  As db_targets_read(). */
int resolve_targets(const struct railsapp *app, struct arena *arena,
	const struct node *tree, struct db_targets *ret, const char **ret_why,
	struct err *err);

#endif
