/* Planning and running a set of jobs, for `run`, `sync` and `migrate`. */
#ifndef HOOKRUN_CLI_EXECUTE_H
#define HOOKRUN_CLI_EXECUTE_H

#include "cli/cli.h"

#include "hookrun/runner/run_opts.h"
#include "hookrun/files/lists.h"
#include "hookrun/runner/event.h"
#include "hookrun/runner/step.h"

struct execution {
	struct workspace *ws;
	/* As far as the command line says; what the configuration and the
	 * environment say execute() adds. */
	struct run_opts opts;
	const char *colors; /* --colors, or NULL */
	bool skip_lfs;
	/* over the configuration */
	enum {
		CHANGES_AS_CONFIGURED,
		CHANGES_LET_PASS,
		CHANGES_REFUSED
	} changes;
	bool fail_on_changes_diff;
	bool plan_json;	       /* the plan is printed as JSON */
	const char *asked_job; /* only this one of it, or NULL */
};

/* Plan and run; the exit code (see run_plan()), errors printed. */
int execute(struct execution *ex);

/* Git reports a failed hook with its status only, which reads as if the command
 * had failed: say that it was done, where it was. */
void reassure(const struct event *event);

/* A hook made of the configuration's built-in steps, each once, in the order
 * of post-checkout; `only` (or NULL) names one step.  In the workspace's
 * arena; its list is empty where there is none. */
const struct hook_config *steps_hook(struct workspace *ws, const char *only);

/* Call `look` for each built-in step of the configuration as `sync` would run
 * it: in its folder, with its environment as ours.  Returns what one of them
 * returned that was not 0. */
typedef int steps_look_fn(const struct step_ops *step, struct step_ctx *ctx);
int steps_look(struct workspace *ws, const struct hook_config *hook,
	steps_look_fn *look);

/* Before a push: run the hooks that `require` names, for what was passed over;
 * 0, or the exit code with which the push is to end. */
int require_checked(struct execution *ex);

/* Run the hooks that were there before ours (`chain: true`): 0, or the exit
 * code with which this one is to end. */
int run_chained(const struct execution *ex);

/* Are we called by such a hook of the same name? */
bool chained_inside(struct workspace *ws, const char *hook);

/* Call git-lfs for its hooks; 0, or the exit code to end with. */
int run_lfs(const struct execution *ex);

#endif
