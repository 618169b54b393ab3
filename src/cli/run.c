/*
 * `hookrun run HOOK`: load, plan, run, report.  This is what git's hooks call.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hookname.h"
#include "hookrun/files/lists.h"
#include "hookrun/proc/env.h"

#include <unistd.h>

#define STDIN_FILES_MAX (256 << 20) /* bytes of --files-from-stdin */

static int files_from_stdin(struct strvec *files, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	ssize_t got;

	while ((got = strbuf_read_once(&text, STDIN_FILENO, 65536)) > 0)
		if (text.len > STDIN_FILES_MAX)
			return err_set(err, "more than %d bytes of file names",
				STDIN_FILES_MAX);
	if (got < 0)
		return err_errno(err, "cannot read file names");
	strvec_split(files, text.buf, text.len, '\0');
	return 0;
}

/* Jobs look at the work tree, which is not what --to-ref names then. */
static int set_range(
	const struct args *args, struct file_lists *lists, struct err *err)
{
	const char *to = args_value(args, "to-ref");
	bool elsewhere;

	if (!to)
		to = "HEAD";
	if (lists_set_range(
		    lists, args_value(args, "from-ref"), to, &elsewhere, err))
		return -1;
	if (elsewhere)
		warn_text("another commit than '%s' is checked out: jobs see "
			  "the files of the work tree",
			to);
	return 0;
}

/* --file, --all-files, --files-from-stdin and --from-ref replace every list. */
static int override_lists(
	const struct args *args, struct file_lists *lists, struct err *err)
{
	const struct strvec *named = args_values(args, "file");
	AUTO_STRVEC files = STRVEC_INIT;
	const struct strvec *all;

	if (args_has(args, "from-ref"))
		return set_range(args, lists, err);
	strvec_push_all(&files, named->v);
	if (args_has(args, "files-from-stdin")) {
		if (files_from_stdin(&files, err))
			return -1;
	} else if (args_has(args, "all-files")) {
		if (lists_get(lists, SET_ALL, &all, err))
			return -1;
		strvec_push_all(&files, all->v);
	} else if (!named->nr) {
		return 0;
	}
	lists_override(lists, &files);
	return 0;
}

/* The warning that told the place stands above then. */
static int tell_mistake(const struct workspace *ws,
	const struct hook_config *hook, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	const char *place = arena_printf(
		&arena, "%s:", node_place(&arena, hook->mistake.at));

	for (size_t i = 0; i < ws->config.warnings.nr; i++)
		if (!strncmp(ws->config.warnings.v[i], place, strlen(place)))
			return err_set(err, "hook '%s' does not run: %s",
				hook->name, hook->mistake.why);
	return config_mistake(&hook->mistake, err);
}

/* What a file asks for that this hook cannot be run with. */
static int check_demands(const struct workspace *ws,
	const struct hook_config *hook, const struct args *args,
	struct err *err)
{
	if (ws->config.unmet)
		return err_set(err, "%s", ws->config.unmet);
	if (ws->config.lacking && !persona_is_lefthook())
		return err_set(err,
			"jobs of the remote '%s' would be missing: it was "
			"never "
			"fetched ('hookrun install' tries again, 'optional: "
			"true' runs hooks without it)",
			ws->config.lacking);
	if (hook && hook->mistake.why && !persona_is_lefthook())
		return tell_mistake(ws, hook, err);
	if (!hook || hook->fail_on_changes != CHANGES_UNKNOWN ||
		args_given(args, "fail-on-changes") ||
		args_given(args, "no-fail-on-changes"))
		return 0;
	return err_set(err, "invalid value for fail_on_changes: %s",
		node_str(hook->node, "fail_on_changes"));
}

/* Nobody commits: there is nothing to install, to stage or to put aside. */
static bool is_for_ci(const struct args *args)
{
	return args_has(args, "from-ref") ||
	       (args_has(args, "all-files") && getenv("CI") &&
		       !persona_is_lefthook());
}

/* A job that failed for these files would find none, or others, without what
 * names them. */
static void note_chosen_files(const struct args *args, struct strvec *words)
{
	static const char *const named[] = { "--file", "--exclude",
		"--from-ref", "--to-ref" };
	static const char *const flags[] = { "--all-files",
		"--files-from-stdin", "--force" };

	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		const struct strvec *values = args_values(args, named[i] + 2);

		for (size_t j = 0; j < values->nr; j++) {
			strvec_push(words, named[i]);
			strvec_push(words, values->v[j]);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (args_has(args, flags[i] + 2))
			strvec_push(words, flags[i]);
}

static int run_hook(struct workspace *ws, const struct hook_config *hook,
	const struct args *args, const struct report_files *reports,
	const char *synced)
{
	AUTO_STRVEC names = STRVEC_INIT;
	AUTO_STRVEC chosen = STRVEC_INIT;
	struct event event = { .hook = hook->name,
		.args = args->words.v + 1,
		.nargs = args->words.nr - 1 };
	struct execution ex = { .ws = ws,
		.opts = { .hook = hook,
			.event = &event,
			.lists = lists_new(ws->repo),
			.preface = synced,
			.jobs = &names,
			.tags = args_values(args, "tag"),
			.exclude = args_values(args, "exclude"),
			.chosen_files = &chosen,
			.force = args_has(args, "force"),
			.verbose = args_has(args, "verbose"),
			.hush = args_has(args, "quiet"),
			.no_tty = args_has(args, "no-tty"),
			.plan_only = args_has(args, "plan"),
			.reports = *reports,
			.agent = args_has(args, "agent") &&
				 !persona_is_lefthook(),
			.stage_fixed = !args_has(args, "no-stage-fixed") &&
				       !is_for_ci(args) },
		.plan_json = args_has(args, "json"),
		.colors = args_value(args, "colors"),
		.fail_on_changes_diff = args_has(args, "fail-on-changes-diff"),
		.skip_lfs = args_has(args, "skip-lfs") };
	struct err err;
	int result;

	/* lefthook's --no-fail-on-changes=false says no as well */
	if (args_has(args, "fail-on-changes"))
		ex.changes = CHANGES_REFUSED;
	else if (args_given(args, "fail-on-changes") ||
		 args_given(args, "no-fail-on-changes"))
		ex.changes = CHANGES_LET_PASS;
	note_chosen_files(args, &chosen);
	strvec_push_all(&names, args_values(args, "job")->v);
	strvec_push_all(&names, args_values(args, "command")->v);
	if (override_lists(args, ex.opts.lists, &err))
		result = complain(&err);
	else
		result = require_checked(&ex);
	if (!result)
		result = execute(&ex);
	lists_free(ex.opts.lists);
	free(event.stdin_text);
	return result;
}

/* A hook of git that only others have, in a folder that this repository has
 * overruled. */
static int run_only_chained(struct workspace *ws, const struct args *args)
{
	struct event event = { .hook = args->words.v[0],
		.args = args->words.v + 1,
		.nargs = args->words.nr - 1 };
	struct execution ex = { .ws = ws, .opts.event = &event };
	int status = ws->config.chain ? run_chained(&ex) : 0;

	free(event.stdin_text);
	return status;
}

/* The file of a hook that only watches has nothing to run, and nothing to
 * say. */
static int stop_unseen(struct workspace *ws, const struct hook_config *hook,
	const struct args *args)
{
	const struct event event = { .hook = args->words.v[0],
		.args = args->words.v + 1,
		.nargs = args->words.nr - 1 };

	if (!hook && install_only_watches(ws->repo, event.hook))
		return 0;
	trust_gate(ws);
	reassure(&event);
	return 1;
}

static int run_in(struct workspace *ws, const struct args *args,
	const struct report_files *reports)
{
	const char *name = args->words.v[0];
	const struct hook_config *hook;
	AUTO_STRBUF synced = STRBUF_INIT;
	struct err err;

	if (!ws->has_config) {
		if (!install_only_watches(ws->repo, name))
			persona_no_config(repo_worktree(ws->repo));
		return 0;
	}
	if (hook_file() && install_is_second(ws->repo, name, hook_file()))
		return 0;
	hook = config_hook(&ws->config, name);
	if (ws->nunseen)
		return stop_unseen(ws, hook, args);
	if (check_demands(ws, hook, args, &err))
		return complain(&err);
	if (chained_inside(ws, name))
		return 0;
	if (args_has(args, "plan") && !hook)
		return persona_no_hook(&ws->config, name);
	if (!ws->config.no_auto_install && !args_has(args, "no-auto-install") &&
		!args_has(args, "plan") && !is_for_ci(args))
		shims_refresh(ws, &synced);
	if (hook)
		return run_hook(ws, hook, args, reports, synced.buf);
	fputs(synced.buf, stdout);
	return hookname_is_git(name) ? run_only_chained(ws, args)
				     : persona_no_hook(&ws->config, name);
}

/* Agents take 2 for "blocked" and read the reason from stderr; all other codes
 * are a failure of the hook itself. */
static int for_agent(int status)
{
	return status == 1 ? 2 : status;
}

/* What the command line asks for that does not go together; NULL: all does. */
static const char *misuse(const struct args *args)
{
	if (args_given(args, "fail-on-changes") &&
		args_given(args, "no-fail-on-changes"))
		return "cannot set both flags `--fail-on-changes` and "
		       "`--no-fail-on-changes`";
	if (args_has(args, "json") && !args_has(args, "plan"))
		return "--json goes with --plan";
	if (args_has(args, "to-ref") && !args_has(args, "from-ref"))
		return "--to-ref goes with --from-ref";
	if (args_has(args, "from-ref") &&
		(args_has(args, "all-files") || args_has(args, "file") ||
			args_has(args, "files-from-stdin")))
		return "--from-ref names files already: --all-files, --file "
		       "and --files-from-stdin do not go with it";
	return NULL;
}

static int run_in_workspace(
	const struct args *args, const struct report_files *reports)
{
	struct workspace ws;
	int status = workspace_open_fetching(&ws, args->words.v[0],
		args_has(args, "no-auto-install") || args_has(args, "plan")
			? REMOTE_CACHED
			: REMOTE_WHEN_DUE);

	if (status)
		return status;
	status = run_in(&ws, args, reports);
	workspace_close(&ws);
	return status;
}

/* 0, or an exit code. */
static int begin_reports(const struct args *args, struct report_files *ret)
{
	const struct strvec *wanted = args_values(args, "report");
	struct err err;

	for (size_t i = 0; i < wanted->nr; i++)
		if (report_files_add(ret, wanted->v[i], &err))
			return persona_usage(args->command, err.msg);
	if (args_has(args, "plan"))
		return 0;
	return report_files_begin(ret, &err) ? complain(&err) : 0;
}

int cmd_run_hook(const struct args *args)
{
	bool agent = args_has(args, "agent");
	struct report_files reports = { 0 };
	const char *wrong = misuse(args);
	int status;

	if (switched_off() && !args_given(args, "report"))
		return 0;
	if (wrong)
		return persona_usage(args->command, wrong);
	if (agent)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	status = begin_reports(args, &reports);
	if (!status && !switched_off())
		status = run_in_workspace(args, &reports);
	report_files_release(&reports);
	return agent ? for_agent(status) : status;
}
