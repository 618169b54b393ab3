/* Which gems of a lock file are installed, by their specifications on the disk.
 */
#ifndef DEPS_GEMS_H
#define DEPS_GEMS_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include "deps/gemfile_lock.h"

#include <time.h>

/* What Bundler said of this machine. */
struct gem_places {
	struct strvec folders;	 /* that have gems/ and specifications/ */
	struct strvec platforms; /* of which it uses gems */
	struct strvec absent;	 /* asked for in the Gemfile, not wanted here */
};
void gem_places_release(struct gem_places *places);

/* From Bundler's own list of where each gem is (`bundle show --paths`) for the
 * lock file, into the empty `ret`.  False where the list is no such. */
bool gem_places_learn(const struct gemfile_lock *lock,
	const struct strbuf *paths, struct gem_places *ret);

enum gems_are {
	GEMS_INSTALLED, /* all that the lock file wants on this machine */
	GEMS_MISSING,	/* one was not found */
	GEMS_DOUBT,	/* which ones that are cannot be told */
};

/* The names and versions of those that were installed at or after `since`
 * (NULL: nobody asks) are pushed to `news`. */
enum gems_are gems_look(const struct gemfile_lock *lock,
	const struct gem_places *places, const struct timespec *since,
	struct strvec *news);

#endif
