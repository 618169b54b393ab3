/*
 * git-lfs has four hooks of its own, whose files ours replace, so they are
 * called from here, before the jobs.  That git-lfs is installed says nothing
 * about this repository, and starting it costs more than all else that happens
 * at a branch switch; so except for a push it is called only where something
 * tells that it is used here.  Then its failure is the hook's: what it did not
 * upload is lost to everybody else.
 */
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/words.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/foreground.h"

#include <unistd.h>

#define ATTRIBUTES_MAX (16 << 20)

/* The files by which a repository says that it cannot do without. */
static bool is_required(const struct repo *repo)
{
	return fs_has(repo_worktree(repo), ".lfsconfig") ||
	       fs_has(repo_worktree(repo), ".lfs-required");
}

static bool has_attribute(const char *dir, const char *name)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(path, &text, ATTRIBUTES_MAX, &ignored) == 1 &&
	       strstr(text.buf, "filter=lfs");
}

static bool is_used(const struct repo *repo)
{
	return is_required(repo) || fs_has(repo_commondir(repo), "lfs") ||
	       has_attribute(repo_worktree(repo), ".gitattributes") ||
	       has_attribute(repo_commondir(repo), "info/attributes");
}

static bool is_lfs_hook(const struct event *event)
{
	if (words_have("post-checkout|post-commit|post-merge", event->hook))
		return true;
	/* by hand, without a remote, there is nothing to upload */
	return !strcmp(event->hook, "pre-push") && event->nargs;
}

static int call(const struct execution *ex, int *ret_status, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT, env = STRVEC_INIT;
	struct foreground fg = { .cwd = repo_worktree(ex->ws->repo) };

	git_argv(&argv, GIT_ARGS("lfs", ex->opts.event->hook));
	strvec_push_all(&argv, ex->opts.event->args);
	strvec_push_all(&env, environ);
	env_set(&env, "HOOKRUN", "0");
	env_set(&env, "LEFTHOOK", "0");
	fg.argv = argv.v;
	fg.env = env.v;
	if (!strcmp(ex->opts.event->hook, "pre-push"))
		fg.in = event_stdin(ex->opts.event, &fg.in_len);
	fflush(stdout);
	return foreground_run(&fg, ret_status, err);
}

int run_lfs(const struct execution *ex)
{
	const struct repo *repo = ex->ws->repo;
	AUTO_FREE char *program = NULL;
	bool push = !strcmp(ex->opts.event->hook, "pre-push");
	int status = 0;
	struct err err;

	if (ex->skip_lfs || ex->ws->config.skip_lfs ||
		!is_lfs_hook(ex->opts.event) || (!push && !is_used(repo)))
		return 0;
	program = fs_find_program("git-lfs", NULL);
	if (!program && is_required(repo))
		return complain_text(
			"this repository needs git-lfs (it has a .lfsconfig "
			"or .lfs-required), and git-lfs is not on PATH; "
			"skip_lfs: true does without");
	if (!program)
		return 0;
	if (call(ex, &status, &err))
		return complain(&err);
	if (!status)
		return 0;
	complain_text("git lfs %s failed with status %d", ex->opts.event->hook,
		status);
	if (status > 128)
		return status;
	return is_used(repo) ? 1 : 0;
}
