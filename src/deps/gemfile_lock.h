/* What a Gemfile.lock says: gems for each platform, what they need, what the
 * Gemfile asks for. */
#ifndef DEPS_GEMFILE_LOCK_H
#define DEPS_GEMFILE_LOCK_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define GEMFILE_LOCK_MAX 200000 /* gems, and needs of all of them */

struct gem {
	const char *name, *version;
	const char *platform; /* "" for all */
	const char *revision; /* of a gem from git, whole; "" */
	const char *checkout; /* its folder below bundler/gems; "" */
	size_t first_need, nneeds;
};

/* A line of DEPENDENCIES. */
struct gem_demand {
	const char *name;
	const char *requirement; /* "= 1.0.0, < 2", or "" */
};

struct gemfile_lock {
	struct arena *arena; /* borrowed: owns all strings */
	struct gem *gems;    /* sorted by name */
	size_t ngems, gems_cap;
	const char **needs; /* names */
	size_t nneeds, needs_cap;
	struct gem_demand *demands;
	size_t ndemands, demands_cap;
	const char *ruby; /* "3.1.2"; NULL: none, or another Ruby */
	bool local;	  /* some gems come from folders or plugins */
};

/* -1: not such a file at all, or too large; release it even so. */
int gemfile_lock_read(const char *text, size_t len, struct arena *arena,
	struct gemfile_lock *ret, struct err *err);
/* The first gem of that name, or NULL; others follow it. */
const struct gem *gemfile_lock_find(
	const struct gemfile_lock *lock, const char *name);
void gemfile_lock_release(struct gemfile_lock *lock); /* not the arena */

#endif
