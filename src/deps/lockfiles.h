/* The lock files that the deps step knows: one row a kind. */
#ifndef DEPS_LOCKFILES_H
#define DEPS_LOCKFILES_H

#include "hookrun/base/strbuf.h"

#include "hookrun/steps/state.h"

#include "deps/packages.h"

#define LOCKFILE_MAX_BYTES (32 << 20)

struct lockfile {
	const char *file;
	const char *manifest; /* read for what the project itself asks for;
				 NULL: the lock file tells */
	bool ruby;	      /* .ruby-version belongs to it */
	int (*parse)(const char *text, size_t len, struct packages *ret,
		struct err *err);
	/* What was installed in `root` is what `lock` pins, told from files
	 * and from what the manager said earlier; NULL: only the check command
	 * can tell. */
	bool (*installed)(const struct lockfile *lockfile, const char *root,
		const struct strbuf *lock, const struct state *state);
	const char *const *list;  /* argv: where the packages are, for that */
	const char *const *check; /* argv, status 0: nothing to install; NULL */
	const char *const *install;
	/* The variable that forbids `install` to write the lock file, and the
	 * status by which it says that it would have to; NULL: its options do
	 * so, or nothing does. */
	const char *frozen;
	int refuses;
	/* Of a manager whose major versions do not keep each other's lock
	 * files as they are: which one the text is of, 0 any; NULL: no such
	 * manager. */
	int (*major)(const char *text, size_t len);
	int newest;			  /* that `major` may return */
	const char *const *version;	  /* argv, prints the manager's own */
	const char *const *first_install; /* for major version 1 and 0 */
	const char *first_package, *package; /* where npm has it */
};

extern const struct lockfile lockfiles[]; /* ends with file NULL */

/* The row of `file`, or NULL. */
const struct lockfile *lockfile_find(const char *file);

/* The install command for this text of the lock file. */
const char *const *lockfile_install(
	const struct lockfile *lockfile, const struct strbuf *text);

/* Git left both sides of a conflict in the text. */
bool lockfile_has_conflict(const struct strbuf *text);

#endif
