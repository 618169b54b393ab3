/*
 * What two commits differ in, for who has commits to look at and no commit to
 * make: continuous integration.
 */
#ifndef HOOKRUN_FILES_RANGE_H
#define HOOKRUN_FILES_RANGE_H

#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

struct range {
	struct commit_diff diff; /* names may repeat and need not exist */
	bool elsewhere; /* the files of the work tree are not those of `to` */
};

/* What `to` has that is not in what it has in common with `from`, as in
 * `git diff from...to`; both are revisions.  A `from` of zeroes, which is how
 * services name what was not there before, has nothing: all of `to` is new.
 * -1 where that cannot be told, as in a clone without the history. */
int range_read(struct repo *repo, const char *from, const char *to,
	struct range *ret, struct err *err);
void range_release(struct range *range);

#endif
