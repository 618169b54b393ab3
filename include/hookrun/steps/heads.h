/*
 * What an event did to HEAD, for steps that follow it.
 */
#ifndef HOOKRUN_STEPS_HEADS_H
#define HOOKRUN_STEPS_HEADS_H

#include "hookrun/git/repo.h"
#include "hookrun/runner/step.h"

struct heads {
	/* Why a step has nothing to do with this event ("file checkout",
	 * "rebase in progress", "bisect in progress", "new work tree", "unborn
	 * branch", "no matching changed files"), or NULL. */
	const char *ignore;
	bool is_new_tree; /* null previous head: clone, `git worktree add` */
	bool has_prev;
	struct oid prev; /* git's argument, else the ledger's, else the
			    reflog's, else ORIG_HEAD */
	struct oid cur;
	bool same; /* has_prev and both are the same commit */
};

/* Rebase: everything but `post-rewrite rebase` is ignored while it goes on.
 * Bisect: ignored until HEAD is BISECT_START again. */
int heads_read(struct step_ctx *ctx, struct heads *ret, struct err *err);

/* Remember HEAD as seen by this work tree (state "heads", key "head"); called
 * at the end of a run of a hook that moves HEAD. */
int heads_remember(struct repo *repo, struct err *err);

#endif
