/*
 * Is it safe to work in a repository that somebody else owns?  Its
 * configuration names programs, and so does ours.  git decides that by
 * safe.directory, and has decided it before it runs a hook; by hand hookrun is
 * started first.  The owners are looked at as git does (setup.c,
 * ensure_valid_ownership), and where one is another, git is asked: what it
 * accepts by configuration or by SUDO_UID is its own affair.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/proc/cmd.h"

#include <sys/stat.h>
#include <unistd.h>

/* git's own switch for its tests. */
#define ASSUME_DIFFERENT "GIT_TEST_ASSUME_DIFFERENT_OWNER"

static bool is_of(uid_t user, const char *path)
{
	struct stat st;

	return lstat(path, &st) || st.st_uid == user;
}

static bool all_ours(const struct repo *repo)
{
	AUTO_FREE char *dot_git =
		repo->worktree ? fs_join(repo->worktree, ".git") : NULL;
	uid_t user = geteuid();

	return !getenv(ASSUME_DIFFERENT) && is_of(user, repo->gitdir) &&
	       (!repo->worktree ||
		       (is_of(user, repo->worktree) && is_of(user, dot_git)));
}

int repo_check_trusted(
	const struct repo *repo, const char *cwd, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT, errout = STRBUF_INIT;
	struct cmd cmd = { .cwd = cwd };
	int status;

	if (all_ours(repo))
		return 0;
	git_argv(&argv, GIT_ARGS("rev-parse", "--git-dir"));
	cmd.argv = argv.v;
	if (cmd_run(&cmd, &status, &out, &errout, err))
		return -1;
	if (!status)
		return 0;
	strbuf_rtrim(&errout);
	return err_set_kind(err, ERR_REFUSED, "git does not trust '%s'\n%s",
		repo->worktree ? repo->worktree : repo->gitdir, errout.buf);
}
