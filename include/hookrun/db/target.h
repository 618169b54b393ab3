/*
 * Which databases a Rails application uses, found without starting Rails:
 * config/database.yml with the usual ERB, and the *DATABASE_URL variables, in
 * Rails' order of precedence.  What cannot be read with certainty is not
 * guessed: the caller then lets Rails itself say.
 */
#ifndef HOOKRUN_DB_TARGET_H
#define HOOKRUN_DB_TARGET_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct db_param {
	const char *name, *value; /* libpq's names */
};

struct db_target {
	const char *name;     /* "primary", "animals" */
	const char *adapter;  /* "postgresql", "sqlite3", "mysql2", ... */
	const char *database; /* its name (PostgreSQL) or path */
	const char *host, *port, *username, *password; /* NULL: the default */
	const struct db_param *params; /* sslmode and others libpq knows */
	size_t nparams;
	const char *search_path; /* schema_search_path, or NULL */
	const char *pool; /* how many connections a process may take; NULL: not
			     known */
	const char **migrations_paths; /* relative to the app, NULL-ended; for
					  primary {"db/migrate"} by default */
	/* Of db_target_identify(): */
	const char *key; /* identity of the database for locks and ledgers: file
			    name safe, e.g. "app_development-5f2c01aa" */
	const char *path; /* absolute, of a database that is a file, or NULL */
	const char *driver; /* that can ask it, or NULL: only Rails can */
};

/* Fill in `key`, `path` (in `arena`) and `driver` from all the rest but the
 * user; the application is in the absolute folder `app`. */
void db_target_identify(
	struct db_target *target, const char *app, struct arena *arena);

struct db_targets {
	struct db_target *v; /* without replicas and database_tasks: false */
	size_t nr;
	const char *environment; /* RAILS_ENV, RACK_ENV, else "development" */
};

/* The application in the absolute folder `app`, as if it ran in `environment`
 * (NULL: what RAILS_ENV and RACK_ENV say).  1, or 0 with the reason in
 * `ret_why` (in `arena`) where it cannot be told natively, or -1 (no
 * config/database.yml and no DATABASE_URL, broken YAML: with line). */
int db_targets_read(const char *app, const char *environment,
	struct arena *arena, struct db_targets *ret, const char **ret_why,
	struct err *err);

#endif
