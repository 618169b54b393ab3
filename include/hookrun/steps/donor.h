/*
 * The work tree that a linked one was made from.
 */
#ifndef HOOKRUN_STEPS_DONOR_H
#define HOOKRUN_STEPS_DONOR_H

#include "hookrun/runner/step.h"

struct donor {
	const char *path; /* absolute; NULL: there is none to copy from */
	const char *name; /* the same for the user */
};

/* What `from` says; else the tree that git was started in, as it was remembered
 * at `git worktree add`; else the main one.  In the arena.  -1: `from` names no
 * other work tree of this repository. */
int donor_find(struct step_ctx *ctx, const char *from, struct donor *ret,
	struct err *err);

#endif
