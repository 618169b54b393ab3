/*
 * Running git.  The children's environment has none of git's local variables;
 * GIT_DIR and GIT_WORK_TREE are then set to what was discovered, so that git
 * works on exactly this repository wherever the work tree's .git is, and does
 * not search again.  Kept are the index of a running commit and the quarantine
 * of a push that arrives, without which its objects are not there.
 * Nobody can answer a prompt here, so git is told not to ask.
 */
#include "hookrun/git/gitcmd.h"

#include "git/repo_impl.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"

#include <string.h>

#define GITCMD_TIMEOUT_MS (5 * 60 * 1000)

static void fill_env(
	const struct repo *repo, const char *index, struct strvec *env)
{
	static const char *const kept[] = { "GIT_INDEX_FILE",
		"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES" };

	env_clean(env);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (getenv(kept[i]))
			env_set(env, kept[i], getenv(kept[i]));
	env_set(env, "GIT_DIR", repo->gitdir);
	if (repo->worktree)
		env_set(env, "GIT_WORK_TREE", repo->worktree);
	if (getenv("GIT_COMMON_DIR"))
		env_set(env, "GIT_COMMON_DIR", repo->commondir);
	if (index)
		env_set(env, "GIT_INDEX_FILE", index);
	env_set(env, "LEFTHOOK", "0");
	env_set(env, "HOOKRUN", "0");
	env_set(env, "GIT_OPTIONAL_LOCKS", "0");
	env_set(env, "GIT_TERMINAL_PROMPT", "0");
}

/* The command as messages name it: without options in front. */
static const char *subcommand(const char *const *args)
{
	while (*args && **args == '-')
		args++;
	return *args ? *args : "";
}

void git_argv(struct strvec *argv, const char *const *args)
{
	strvec_push(argv, "git");
	while (*args)
		strvec_push(argv, *args++);
}

static int run(struct repo *repo, const char *index, const char *const *args,
	struct cmd *cmd, int *ret_status, struct strbuf *out, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRVEC env = STRVEC_INIT;
	AUTO_STRBUF errout = STRBUF_INIT;
	int status;

	git_argv(&argv, args);
	fill_env(repo, index, &env);
	cmd->argv = argv.v;
	cmd->env = env.v;
	cmd->cwd = repo->worktree ? repo->worktree : repo->gitdir;
	cmd->timeout_ms = GITCMD_TIMEOUT_MS;
	if (cmd_run(cmd, &status, out, &errout, err))
		return -1;
	if (ret_status)
		*ret_status = status;
	if (!status)
		return 0;
	strbuf_rtrim(&errout);
	if (errout.len)
		err_set(err, "git %s: %s", subcommand(args), errout.buf);
	else
		err_set(err, "git %s failed with status %d", subcommand(args),
			status);
	return ret_status ? 0 : -1;
}

int gitcmd_on_index(struct repo *repo, const char *index,
	const char *const *args, const void *in, size_t in_len, int *ret_status,
	struct strbuf *out, struct err *err)
{
	struct cmd cmd = { .in = in, .in_len = in_len };

	return run(repo, index, args, &cmd, ret_status, out, err);
}

int gitcmd_in(struct repo *repo, const char *const *args, const void *in,
	size_t in_len, int *ret_status, struct strbuf *out, struct err *err)
{
	return gitcmd_on_index(
		repo, NULL, args, in, in_len, ret_status, out, err);
}

int gitcmd_to(
	struct repo *repo, const char *const *args, int fd, struct err *err)
{
	struct cmd cmd = { .out_fd = fd };

	return run(repo, NULL, args, &cmd, NULL, NULL, err);
}

int gitcmd(struct repo *repo, const char *const *args, int *ret_status,
	struct strbuf *out, struct err *err)
{
	return gitcmd_in(repo, args, NULL, 0, ret_status, out, err);
}

int gitcmd_list(struct repo *repo, const char *const *args, struct strvec *ret,
	struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;

	if (gitcmd(repo, args, NULL, &out, err))
		return -1;
	strvec_split(ret, out.buf, out.len, '\0');
	return 0;
}
