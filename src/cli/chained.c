/*
 * The hooks that were there before ours, run where the configuration says
 * `chain: true`: with git's arguments, git's environment and git's stdin, as if
 * git had started them.  One that fails ends the hook, but for those after the
 * fact, which git does not listen to either.
 *
 * Such a hook may itself call hookrun or lefthook for this hook.  The variable
 * tells that call to do nothing, because the jobs come after it anyway.
 */
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/words.h"
#include "hookrun/install/chain.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/foreground.h"

#include <unistd.h>

#define INSIDE "HOOKRUN_CHAINED"

/* The others have nothing to read, and may be run by hand with a stdin that
 * never ends. */
static bool reads_stdin(const char *hook)
{
	return words_have("pre-push|post-rewrite|pre-receive|post-receive|"
			  "proc-receive|reference-transaction",
		hook);
}

static char *inside_value(const struct execution *ex)
{
	AUTO_STRBUF value = STRBUF_INIT;

	strbuf_addf(&value, "%s:%s", ex->opts.event->hook,
		repo_gitdir(ex->ws->repo));
	return strbuf_detach(&value, NULL);
}

bool chained_inside(struct workspace *ws, const char *hook)
{
	struct event event = { .hook = hook };
	struct execution ex = { .ws = ws, .opts.event = &event };
	AUTO_FREE char *value = inside_value(&ex);
	const char *now = getenv(INSIDE);

	return now && !strcmp(now, value);
}

/* Git starts the hooks of a push that arrives in the git directory, all others
 * in the root of the work tree. */
static const char *folder(const struct execution *ex)
{
	const char *gitdir = repo_gitdir(ex->ws->repo);
	size_t len = strlen(gitdir);
	char *cwd = getcwd(NULL, 0);
	bool inside = cwd && !strncmp(cwd, gitdir, len) &&
		      (!cwd[len] || cwd[len] == '/');

	free(cwd);
	return inside ? NULL : repo_worktree(ex->ws->repo);
}

static int run_one(const struct execution *ex, char *path, int *ret_status)
{
	AUTO_FREE char *inside = inside_value(ex);
	AUTO_STRVEC argv = STRVEC_INIT, env = STRVEC_INIT;
	struct foreground fg = { .cwd = folder(ex) };
	struct err err;

	strvec_push(&argv, path);
	strvec_push_all(&argv, ex->opts.event->args);
	strvec_push_all(&env, environ);
	env_set(&env, INSIDE, inside);
	fg.argv = argv.v;
	fg.env = env.v;
	if (reads_stdin(ex->opts.event->hook))
		fg.in = event_stdin(ex->opts.event, &fg.in_len);
	fflush(stdout);
	return foreground_run(&fg, ret_status, &err) ? complain(&err) : 0;
}

int run_chained(const struct execution *ex)
{
	AUTO_STRVEC paths = STRVEC_INIT;
	AUTO_STRBUF notes = STRBUF_INIT;
	bool after = !strncmp(ex->opts.event->hook, "post-", 5);

	chain_find(ex->ws->repo, ex->opts.event->hook, &paths, &notes);
	if (notes.len)
		fprintf(stderr, "hookrun: %s", notes.buf);
	for (size_t i = 0; i < paths.nr; i++) {
		int status = 0;

		if (run_one(ex, paths.v[i], &status))
			return 1;
		if (!status)
			continue;
		complain_text("'%s' failed with status %d%s", paths.v[i],
			status, after ? "" : "; no job was run");
		if (!after)
			return status > 128 ? status : 1;
	}
	return 0;
}
