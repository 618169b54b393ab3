/*
 * `pre-push: require: [pre-commit]`: what is pushed has passed pre-commit, be
 * it later than at the commit.  Of the commits that no remote has yet, those
 * that the recorder has not seen pass are checked now: pre-commit runs for the
 * files that they have changed, as these are in the work tree.  Merges are left
 * out, since git makes them without pre-commit.
 *
 * Nothing is staged, and nothing put aside: no commit is being made.
 */
#include "cli/execute.h"

#include "cli/checked.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/push.h"
#include "hookrun/git/gitcmd.h"

#define SHOWN_DIGITS 12
#define SHOWN_COMMITS 5

/* What was passed over: commits, their trees, the files that they changed. */
struct passed_over {
	struct strvec commits, trees;
	struct commit_diff diff;
};

static void release(struct passed_over *over)
{
	strvec_release(&over->commits);
	strvec_release(&over->trees);
	commit_diff_release(&over->diff);
}

/* ---- which commits --------------------------------------------------------
 */

/* The tips of a push into `argv`; by hand it is HEAD that would be pushed. */
static int add_tips(struct repo *repo, struct event *event, struct arena *arena,
	struct strvec *argv, struct err *err)
{
	struct push_refs refs = { 0 };
	struct oid commit;
	size_t len;
	const char *text = event_stdin(event, &len);

	bool by_git = event->nargs && (len || event->stdin_is_pipe);

	if (push_refs_read(arena, text, len, &refs, err)) {
		if (by_git)
			return -1;
		refs.nr = 0;
	}
	if (!refs.nr && !by_git)
		strvec_push(argv, "HEAD");
	for (size_t i = 0; i < refs.nr; i++) {
		int found = 0;

		if (!oid_is_null(&refs.v[i].to))
			found = repo_resolve(
				repo, refs.v[i].to.hex, &commit, err);
		if (found < 0)
			return -1;
		if (found)
			strvec_push(argv, commit.hex);
	}
	return 0;
}

/* "commit tree parent..." */
static int list_commits(struct repo *repo, struct event *event,
	struct strbuf *out, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRVEC argv = STRVEC_INIT;
	size_t before;

	strvec_push(&argv, "log");
	strvec_push(&argv, "--no-merges");
	strvec_push(&argv, "--format=%H %T %P");
	before = argv.nr;
	if (add_tips(repo, event, &arena, &argv, err))
		return -1;
	if (argv.nr == before)
		return 0;
	strvec_push(&argv, "--not");
	strvec_push(&argv, "--remotes");
	return gitcmd(repo, strvec_words(&argv), NULL, out, err);
}

static int add_commit(struct repo *repo, const struct checked *checked,
	char *line, struct passed_over *over, struct err *err)
{
	const char *commit = strsep(&line, " ");
	const char *tree = strsep(&line, " ");
	struct oid own, parent;

	if (!commit || !tree || checked_has(checked, tree))
		return 0;
	strvec_push(&over->commits, commit);
	strvec_push(&over->trees, tree);
	if (!oid_parse(commit, &own))
		return err_set(err, "git has named a commit '%s'", commit);
	return repo_commit_diff(repo,
		line && oid_parse(line, &parent) ? &parent : NULL, &own,
		&over->diff, err);
}

static int find(struct repo *repo, struct event *event,
	struct passed_over *over, struct err *err)
{
	AUTO_STRBUF log = STRBUF_INIT;
	struct checked checked;
	char *line, *rest;
	int failed = checked_read(&checked, repo, err);

	if (!failed)
		failed = list_commits(repo, event, &log, err);
	rest = log.buf;
	while (!failed && (line = strsep(&rest, "\n")))
		failed = add_commit(repo, &checked, line, over, err);
	checked_release(&checked);
	return failed;
}

/* ---- the run --------------------------------------------------------------
 */

/* Those that are still there, each once. */
static void choose_files(
	const char *worktree, const struct strvec *changed, struct strvec *ret)
{
	AUTO_KEYMAP seen = KEYMAP_INIT;

	for (size_t i = 0; i < changed->nr; i++)
		if (keymap_put(&seen, changed->v[i], changed->v[i]) &&
			fs_has(worktree, changed->v[i]))
			strvec_push(ret, changed->v[i]);
	strvec_sort(ret);
}

static void announce(const struct passed_over *over, size_t files)
{
	size_t nr = over->commits.nr;

	printf("hookrun: %zu pushed commit%s passed over pre-commit, which "
	       "runs now for %zu file%s:",
		nr, nr == 1 ? " has" : "s have", files, files == 1 ? "" : "s");
	for (size_t i = 0; i < nr && i < SHOWN_COMMITS; i++)
		printf(" %.*s", SHOWN_DIGITS, over->commits.v[i]);
	puts(nr > SHOWN_COMMITS ? " ..." : "");
	fflush(stdout);
}

static int run_for(const struct execution *push, const struct hook_config *hook,
	const struct passed_over *over, const struct strvec *files)
{
	struct strvec none = STRVEC_INIT;
	struct event event = { .hook = hook->name };
	struct execution ex = { .ws = push->ws,
		.opts = push->opts,
		.colors = push->colors,
		.skip_lfs = true };
	int status;

	ex.opts.hook = hook;
	ex.opts.event = &event;
	ex.opts.lists = lists_new(push->ws->repo);
	ex.opts.exclude = &none;
	ex.opts.trees = &over->trees;
	ex.opts.stage_fixed = false;
	ex.opts.preface = NULL;
	lists_override(ex.opts.lists, files);
	status = execute(&ex);
	lists_free(ex.opts.lists);
	free(event.stdin_text);
	return status;
}

static int require(struct execution *ex, const char *name)
{
	struct hook_config *hook = config_hook(&ex->ws->config, name);
	AUTO_STRVEC files = STRVEC_INIT;
	struct passed_over over = { .commits = STRVEC_INIT };
	struct repo *repo = ex->ws->repo;
	struct err err;
	int status = 0;

	if (!hook)
		return complain_text("'require' of pre-push names '%s', which "
				     "is not in the configuration",
			name);
	if (find(repo, ex->opts.event, &over, &err))
		status = complain(&err);
	else
		choose_files(repo_worktree(repo), &over.diff.changed, &files);
	if (!status && files.nr) {
		announce(&over, files.nr);
		status = run_for(ex, hook, &over, &files);
	}
	release(&over);
	return status;
}

int require_checked(struct execution *ex)
{
	const struct run_opts *opts = &ex->opts;
	int status = 0;

	if (strcmp(opts->hook->name, "pre-push") || opts->plan_only ||
		opts->jobs->nr || opts->tags->nr || persona_is_lefthook())
		return 0;
	for (const char **name = opts->hook->require; *name && !status; name++)
		status = require(ex, *name);
	return status;
}
