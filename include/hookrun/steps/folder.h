/* The folder that a step works in. */
#ifndef HOOKRUN_STEPS_FOLDER_H
#define HOOKRUN_STEPS_FOLDER_H

#include "hookrun/runner/step.h"

struct step_folder {
	const char *path; /* absolute; need not exist */
	const char *rel;  /* the same below the work tree, "" for its top */
};

/* The step's own option `root`, where it has one, from the top of the work
 * tree; else the job's folder.  In the arena.  -1: no work tree, or outside of
 * it. */
int step_folder(struct step_ctx *ctx, struct step_folder *ret, struct err *err);

/* A name for a state file that differs for each folder: `name` itself for the
 * top of the work tree.  In the arena. */
const char *step_folder_state(struct step_ctx *ctx,
	const struct step_folder *folder, const char *name);

#endif
