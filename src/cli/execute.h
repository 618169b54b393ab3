/* Planning and running a set of jobs, for `run`, `sync` and `migrate`. */
#ifndef HOOKRUN_CLI_EXECUTE_H
#define HOOKRUN_CLI_EXECUTE_H

#include "cli/cli.h"

#include "hookrun/files/lists.h"
#include "hookrun/runner/event.h"

struct execution {
	struct workspace *ws;
	const struct hook_config *hook;
	struct event *event;
	struct file_lists *lists;
	const struct strvec *jobs, *tags, *exclude; /* NULL: none */
	const char *colors;			    /* --colors, or NULL */
	bool force, verbose, no_tty, by_hand;
	bool no_stage_fixed;			  /* --no-stage-fixed */
	bool fail_on_changes, no_fail_on_changes; /* over the configuration */
	bool fail_on_changes_diff;
};

/* Plan and run; the exit code (see run_plan()), errors printed. */
int execute(struct execution *ex);

/* A hook made of the configuration's built-in steps, each once, in the order
 * of post-checkout; `only` (or NULL) names one step.  In the workspace's
 * arena; its list is empty where there is none. */
const struct hook_config *steps_hook(struct workspace *ws, const char *only);

/* Run such a hook by hand. */
int execute_steps(struct workspace *ws, const struct hook_config *hook,
	const struct args *args);

#endif
