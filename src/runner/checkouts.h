/* The pushed commits in which jobs with `checkout: pushed` run. */
#ifndef RUNNER_CHECKOUTS_H
#define RUNNER_CHECKOUTS_H

#include "runner/planner.h"

#include "hookrun/git/checkout.h"

struct checkouts {
	struct pushed_commit {
		struct planner
			planner;       /* plans as if that were our work tree */
		struct run_opts opts;  /* the planner's */
		struct push_refs refs; /* those that are pushed to be it */
		struct oid commit;
		struct checkout *checkout; /* NULL: not made yet */
	} * v;
	size_t nr;
	bool known;
};

/* Every commit that is pushed, each once; none where refs are only deleted, or
 * are no commits.  Read at the first call.  -1: stdin is not git's. */
int checkouts_get(
	struct planner *planner, const struct checkouts **ret, struct err *err);

/* Make the work tree of a planner's commit, unless it is there. */
int checkouts_make(struct planner *planner, struct err *err);

/* Remove those that were made. */
void checkouts_release(struct checkouts *all);

#endif
