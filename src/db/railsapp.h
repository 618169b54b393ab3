/*
 * What a Rails application's files say about how it finds its database, besides
 * config/database.yml: variables that only the application will set (dotenv,
 * figaro), settings that move what Rails looks at, its version.
 */
#ifndef HOOKRUN_DB_RAILSAPP_H
#define HOOKRUN_DB_RAILSAPP_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>

#define RAILSAPP_MAX_BYTES (1 << 20) /* of each file that is looked at */

struct railsapp {
	const char *root;      /* absolute */
	const char *env;       /* RAILS_ENV, RACK_ENV, else "development" */
	int version;	       /* 601 for 6.1; 0 unknown */
	struct strvec hidden;  /* variables that the application will set */
	const char *hidden_by; /* the gem that does it */
	const char
		*moved; /* why database.yml is not the whole truth, or NULL */
};

/* Fill `app` for the folder `root` from its files and our environment, or from
 * that named `environment`; texts
 * are in `arena`.  railsapp_release() frees the rest.  Files that are absent
 * are fine. */
int railsapp_read(const char *root, const char *environment,
	struct arena *arena, struct railsapp *app, struct err *err);
void railsapp_release(struct railsapp *app);

/* What ENV[`name`] will be inside the application: true with the value (NULL:
 * unset), or false where only the application knows. */
bool railsapp_getenv(
	const struct railsapp *app, const char *name, const char **ret);

#endif
