/*
 * Load is done; here come plan, run and what is remembered afterwards.
 */
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/version.h"
#include "hookrun/base/words.h"
#include "hookrun/config/keys.h"
#include "hookrun/guard/guard.h"
#include "hookrun/git/index_file.h"
#include "hookrun/proc/processors.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/interrupt.h"
#include "hookrun/runner/explain.h"
#include "hookrun/runner/output.h"
#include "hookrun/runner/plan.h"
#include "hookrun/runner/run.h"
#include "hookrun/steps/heads.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* Hooks after which HEAD is where the user wants it. */
static bool moves_head(const struct execution *ex)
{
	return ex->opts.by_hand ||
	       words_have("post-checkout|post-merge|post-rewrite",
		       ex->opts.hook->name);
}

void reassure(const struct event *event)
{
	const char *hook = event->hook, *done = NULL;

	if (!strcmp(hook, "post-checkout"))
		done = event->nargs > 2 && !strcmp(event->args[2], "0")
			       ? "checkout"
			       : "switch";
	else if (!strcmp(hook, "post-merge"))
		done = "merge";
	else if (!strcmp(hook, "post-rewrite"))
		done = "rewrite";
	if (!done)
		return;
	printf("hookrun: git's %s itself is done, only the hook '%s' "
	       "failed\n",
		done, hook);
	fflush(stdout);
}

static bool by_env(const char *name)
{
	const char *value = env_ours(name);

	return value && *value && strcmp(value, "0") != 0 &&
	       strcmp(value, "false") != 0;
}

/* The bits of what is not printed.  Who names a job wants to know why it did
 * not run. */
static unsigned hidden_parts(const struct execution *ex)
{
	AUTO_STRBUF unknown = STRBUF_INIT;
	unsigned parts = output_parts(
		node_get(ex->ws->config.root, "output"), &unknown);

	if (ex->opts.agent)
		return OUT_ALL; /* its form has what it needs */
	if (ex->opts.compact && !ex->opts.verbose)
		parts &= ~(unsigned)(OUT_SKIPS | OUT_SETUP);
	if (ex->opts.jobs->nr)
		parts |= OUT_SKIPS;

	if (unknown.len)
		warn_text("unknown output setting: %s", unknown.buf);
	return OUT_ALL & ~parts;
}

static bool is_compact(const struct execution *ex)
{
	enum output_form form = output_form(
		node_get(ex->ws->config.root, "output"));

	/* under the other name "compact" is a word that is not known */
	return form != FORM_BOX && !persona_is_lefthook();
}

static const char *colour_setting(const struct execution *ex)
{
	if (ex->colors)
		return ex->colors;
	return node_str(ex->ws->config.root, "colors");
}

static bool dashes_are_prefixed(const struct config *config)
{
	if (config->dash_names)
		return strcmp(config->dash_names, "raw") != 0;
	return !persona_is_lefthook();
}

static bool fails_on_changes(const struct execution *ex)
{
	if (ex->changes != CHANGES_AS_CONFIGURED)
		return ex->changes == CHANGES_REFUSED;
	switch (ex->opts.hook->fail_on_changes) {
	case CHANGES_PASS:
	case CHANGES_UNKNOWN:
		return false;
	case CHANGES_FAIL:
		return true;
	case CHANGES_FAIL_IN_CI:
		return getenv("CI");
	case CHANGES_FAIL_OUTSIDE_CI:
		return !getenv("CI");
	}
	return false;
}

static bool shows_changes(const struct execution *ex)
{
	if (ex->fail_on_changes_diff)
		return true;
	if (ex->opts.hook->fail_on_changes_diff == DIFF_IN_CI)
		return getenv("CI");
	return ex->opts.hook->fail_on_changes_diff == DIFF_ALWAYS;
}

/* What git would have run without us comes first, but not for those who ask
 * for single jobs. */
static int run_others(const struct execution *ex)
{
	int status = 0;

	if (ex->opts.by_hand)
		return 0;
	if (ex->opts.hook->chain && !ex->opts.jobs->nr && !ex->opts.tags->nr)
		status = run_chained(ex);
	return status ? status : run_lfs(ex);
}

/* Before the plan is made: which files there are, and of what type, is asked
 * of the work tree as it is staged. */
static int put_aside(const struct execution *ex, struct guard **ret)
{
	const struct hook_config *hook = ex->opts.hook;
	bool wanted = ex->opts.stage_fixed;
	struct guard_opts opts = { .hook = hook->name,
		.staged = wanted && hook->isolate,
		.tracked = wanted && hook->isolate == ISOLATE_ALL,
		.untracked = wanted && hook->hide_untracked };
	AUTO_STRBUF notes = STRBUF_INIT;
	struct err err;
	int failed = 0;

	*ret = NULL;
	if (opts.staged || opts.untracked)
		failed = guard_enter(ex->ws->repo, &opts, ret, &notes, &err);
	fputs(notes.buf, stderr);
	return failed ? complain(&err) : 0;
}

/* A signal that came meanwhile has its turn in finish(). */
static int put_back(struct guard *guard, int result)
{
	AUTO_STRBUF notes = STRBUF_INIT;
	struct err err;

	if (!guard)
		return result;
	if (guard_leave(guard, &notes, &err) && complain(&err) && !result)
		result = 1;
	fputs(notes.buf, stderr);
	return result;
}

/* Jobs look at the work tree, which is not what is pushed then. */
static void tell_elsewhere(const struct execution *ex)
{
	const struct strvec *refs = lists_elsewhere(ex->opts.lists);

	if (!refs->nr)
		return;
	fprintf(stderr, "hookrun: warning: '%s'", refs->v[0]);
	if (refs->nr == 1)
		fputs(" is", stderr);
	else
		fprintf(stderr, " and %zu other ref%s are", refs->nr - 1,
			refs->nr == 2 ? "" : "s");
	fputs(" pushed, but another commit is checked out: jobs see the files "
	      "of the work tree\n",
		stderr);
}

/* What the command line leaves to the configuration and the environment. */
static void complete_opts(struct execution *ex)
{
	const struct config *config = &ex->ws->config;
	struct run_opts *opts = &ex->opts;

	opts->config = config;
	opts->repo = ex->ws->repo;
	opts->prefix_dashes = dashes_are_prefixed(config);
	opts->strict = !persona_is_lefthook();
	opts->fail_on_changes = fails_on_changes(ex);
	opts->changes_diff = shows_changes(ex);
	opts->plain = opts->agent || by_env("PLAIN");
	opts->colour = !opts->plain &&
		       run_want_colour(STDOUT_FILENO, colour_setting(ex));
	opts->no_colour = opts->plain || !run_want_emoji(colour_setting(ex));
	opts->force_colour = !opts->plain &&
			     run_colour_is_forced(colour_setting(ex));
	opts->no_tty = opts->no_tty || opts->agent || config->no_tty ||
		       by_env("NO_TTY");
	opts->out_fd = STDOUT_FILENO;
	opts->verbose = opts->verbose || by_env("VERBOSE");
	opts->emoji = !opts->plain && run_want_emoji(colour_setting(ex));
	opts->compact = is_compact(ex);
	opts->colors = node_get(config->root, "colors");
	opts->record = !config->no_recorder && !opts->by_hand &&
		       !opts->plan_only && !persona_is_lefthook();
	opts->hidden = hidden_parts(ex);
	opts->as_lefthook = persona_is_lefthook();
	if (opts->as_lefthook) {
		opts->program = "lefthook";
		opts->version = LEFTHOOK_VERSION;
	} else {
		opts->processors = processors();
	}
}

static int plan_and_run(struct execution *ex, struct arena *arena)
{
	struct plan plan = { 0 };
	int result = 0;
	struct err err;

	if (plan_build(&ex->opts, arena, &plan, &err)) {
		run_announce(&ex->opts, ex->opts.hook->name);
		run_record_failure(&ex->opts, err.msg);
		return complain(&err);
	}
	if (plan.note)
		warn_text("%s", plan.note);
	tell_elsewhere(ex);
	if (!interrupt_noted())
		result = run_plan(&plan, &ex->opts, &err);
	if (result < 0)
		result = complain(&err);
	if (result)
		reassure(ex->opts.event);
	if (moves_head(ex) &&
		(result ? heads_still_new : heads_remember)(ex->ws->repo, &err))
		complain(&err);
	plan_release(&plan);
	return result;
}

/* Neither what git would have run without us nor the guard has a part. */
static int print_plan(struct execution *ex, struct arena *arena)
{
	const struct explain_opts opts = { .worktree = repo_worktree(
						   ex->ws->repo),
		.job = ex->asked_job,
		.file = ex->opts.asked_file };
	AUTO_STRBUF out = STRBUF_INIT;
	struct plan plan = { 0 };
	struct err err;

	if (plan_build(&ex->opts, arena, &plan, &err))
		return complain(&err);
	if (plan.note)
		warn_text("%s", plan.note);
	(ex->plan_json ? explain_json : explain_plan)(&plan, &opts, &out);
	fputs(out.buf, stdout);
	plan_release(&plan);
	return 0;
}

int execute(struct execution *ex)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct guard *guard;
	int result;

	complete_opts(ex);
	if (ex->opts.plan_only)
		return print_plan(ex, &arena);
	result = run_others(ex);
	if (result)
		return result;
	/* who reads our output may leave, but we must not half way */
	signal(SIGPIPE, SIG_IGN);
	if (put_aside(ex, &guard))
		return 1;
	ex->opts.guard = guard;
	result = plan_and_run(ex, &arena);
	return put_back(guard, result);
}
