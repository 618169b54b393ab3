/*
 * struct packages: what a lock file pins, as name and version pairs, whatever
 * the package manager; and the lines that such files are made of.
 */
#ifndef DEPS_PACKAGES_H
#define DEPS_PACKAGES_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/lines.h"

#include <stdbool.h>
#include <stddef.h>

#define PACKAGES_MAX 200000 /* entries of one lock file */

struct package {
	const char *name;
	const char *version; /* several of one name are joined by ", " */
	bool direct;	     /* the project itself asks for it */
};

struct packages {
	struct arena *arena; /* borrowed: owns all strings */
	struct package *v;
	size_t nr, cap;
	const char **direct; /* names, until packages_finish() */
	size_t ndirect, direct_cap;
	const char *ruby; /* the Ruby version that the file names, or NULL */
};

void packages_init(struct packages *packages, struct arena *arena);
void packages_release(struct packages *packages); /* not the arena */

/* Both fail only beyond PACKAGES_MAX. */
int packages_add(struct packages *packages, const char *name, size_t name_len,
	const char *version, size_t version_len, struct err *err);
int packages_add_direct(struct packages *packages, const char *name, size_t len,
	struct err *err);

/* Sort by name, make one entry of each name, mark the direct ones. */
void packages_finish(struct packages *packages);

/* Hand each line to `take`, until it returns -1. */
int packages_lines(const char *text, size_t len,
	int (*take)(void *data, const struct line *line, struct err *err),
	void *data, struct err *err);

/* The parsers: each fills an initialised `ret` and finishes it.  -1 where the
 * text is not such a file at all. */
int gemfile_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err);
int package_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err);
int yarn_lock_parse(const char *text, size_t len, struct packages *ret,
	struct err *err); /* v1 and berry */
/* The major version of Yarn that writes such a text, up to YARN_LOCK_NEWEST; 0:
 * the text does not tell. */
#define YARN_LOCK_NEWEST 4
int yarn_lock_major(const char *text, size_t len);
int pnpm_lock_parse(const char *text, size_t len, struct packages *ret,
	struct err *err); /* lockfileVersion 5 to 9 */

/* Whether npm's record of what it installed (the text of
 * node_modules/.package-lock.json) holds all that the lock file pins and
 * nothing else.  False in doubt. */
bool package_lock_matches(const char *lock, size_t lock_len,
	const char *installed, size_t installed_len);

/* The names in package.json's dependencies become direct ones; call it before
 * the parser.  A text that cannot be read adds nothing. */
void package_json_direct(const char *text, size_t len, struct packages *ret);

#endif
