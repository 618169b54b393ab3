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
	bool is_first;	  /* the first checkout that is seen in a linked work
			     tree: also after `git worktree add --no-checkout` */
	bool is_told;	  /* what to do in it: by heads_new_tree() */
	bool has_prev;
	struct oid prev; /* git's argument, else the ledger's, else the
			    reflog's, else ORIG_HEAD */
	struct oid cur;
	bool same; /* has_prev and both are the same commit */
};

/* Rebase: everything but `post-rewrite rebase` is ignored while it goes on.
 * Bisect: ignored until HEAD is BISECT_START again. */
int heads_read(struct step_ctx *ctx, struct heads *ret, struct err *err);

/* What the steps behind this one are to make of a new linked work tree, until
 * HEAD is remembered: nothing, since the user was told what brings it in line;
 * or to bring it in line, as by hand, wherefore heads_read() sets `by_hand` of
 * their step_ctx. */
enum heads_new { HEADS_NEW_TOLD, HEADS_NEW_SET_UP };
int heads_new_tree(struct repo *repo, enum heads_new what, struct err *err);
/* At the end of a run that failed: it is as new as before, and whoever agreed
 * to have it brought in line has done so for that run. */
int heads_still_new(struct repo *repo, struct err *err);

/* Remember HEAD as seen by this work tree (state "heads", key "head"); called
 * at the end of a run of a hook that moves HEAD. */
int heads_remember(struct repo *repo, struct err *err);

#endif
