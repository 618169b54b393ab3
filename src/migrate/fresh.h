/*
 * New migrations: those that a commit or a push brings.
 */
#ifndef MIGRATE_FRESH_H
#define MIGRATE_FRESH_H

#include "migrate/migrate.h"

/* What one commit or one pushed ref brings. */
struct fresh {
	const char **paths; /* from the top of the work tree, NULL-ended */
	size_t nr;
	struct oid tree; /* that has them */
	struct oid base; /* a commit that has none of them; "": there is none */
};

struct fresh_list {
	struct fresh *v; /* each with a path at least */
	size_t nr;
};

/* Those above version `after` that are staged, or in pre-push those that are
 * pushed and on no branch of a remote yet; `m->app` and `m->app_rel` are
 * known.  In the arena.  -1: that cannot be told. */
int fresh_find(struct migrate *m, int64_t after, struct fresh_list *ret,
	struct err *err);

#endif
