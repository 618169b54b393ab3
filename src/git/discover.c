/*
 * Where the repository is, found as git finds it (gitrepository-layout(5), the
 * discovery in git's setup.c) without starting git: a hook is on the path of
 * every commit and `git rev-parse` alone costs more than the rest of a start.
 * GIT_DIR is exported to hooks in linked worktrees and submodules, so the
 * environment comes first.  Only where GIT_CEILING_DIRECTORIES bounds the
 * search, whose rules about symbolic links are git's own affair, git is asked.
 * Who owns what was found is trusted.c's question; what the environment names
 * is trusted, as by git.
 */
#include "git/repo_impl.h"
#include "git/staged_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/proc/cmd.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *env_path(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* `path` without symbolic links, or cleaned where it does not exist. */
static char *real_path(const char *base, const char *path)
{
	AUTO_FREE char *joined = fs_join(base, path);
	char *real = realpath(joined, NULL);

	return real ? real : fs_clean(base, path);
}

/* Is `dir` a git directory (HEAD, and objects and refs or a commondir)? */
static bool gitdir_is_valid(const char *dir)
{
	if (!fs_has(dir, "HEAD"))
		return false;
	if (fs_has(dir, "refs") &&
		(env_path("GIT_OBJECT_DIRECTORY") || fs_has(dir, "objects")))
		return true;
	return fs_has(dir, "commondir");
}

int gitdir_read_path(
	const char *file, const char *key, char **ret, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *folder = fs_dirname(file);
	size_t skip = strlen(key);
	int got = fs_read(file, &text, PATH_MAX * 2, err);

	if (got <= 0)
		return got;
	if (strncmp(text.buf, key, skip))
		return err_set(err, "invalid gitfile format: '%s'", file);
	while (text.len > skip && (text.buf[text.len - 1] == '\n' ||
					  text.buf[text.len - 1] == '\r'))
		strbuf_setlen(&text, text.len - 1);
	if (text.len <= skip)
		return err_set(err, "no path in '%s'", file);
	*ret = real_path(folder, text.buf + skip);
	return 1;
}

/* The shared directory of the git directory `gitdir`; malloc'd. */
static int gitdir_common(const char *gitdir, char **ret, struct err *err)
{
	AUTO_FREE char *file = fs_join(gitdir, "commondir");
	int got = gitdir_read_path(file, "", ret, err);

	if (!got)
		*ret = xstrdup(gitdir);
	return got < 0 ? -1 : 0;
}

/* The settings of a git directory.  core.bare and core.worktree of the shared
 * file do not count in a linked worktree, unless extensions.worktreeConfig
 * makes each worktree have its own. */
static int read_settings(const char *gitdir, const char *commondir,
	struct gitconf *conf, struct err *err)
{
	AUTO_FREE char *shared = fs_join(commondir, "config");
	AUTO_FREE char *own = fs_join(gitdir, "config.worktree");

	if (gitconf_read(shared, conf, err))
		return -1;
	if (conf->worktreeconf)
		return gitconf_read(own, conf, err);
	if (strcmp(gitdir, commondir)) {
		free(conf->worktree);
		conf->worktree = NULL;
		conf->bare = -1;
	}
	return 0;
}

/* Without a setting: what the place of the directory says.  NULL where it says
 * nothing. */
static char *worktree_by_place(const char *gitdir, struct err *err)
{
	AUTO_FREE char *back = fs_join(gitdir, "gitdir");
	AUTO_FREE char *file = NULL;

	if (gitdir_read_path(back, "", &file, err) == 1)
		return fs_dirname(file);
	if (!strcmp(fs_basename(gitdir), ".git"))
		return fs_dirname(gitdir);
	return NULL;
}

/* core.worktree, core.bare, else `fallback` (may be NULL); malloc'd. */
static char *settled_worktree(
	const char *gitdir, const struct gitconf *conf, const char *fallback)
{
	if (conf->worktree)
		return real_path(gitdir, conf->worktree);
	if (conf->bare == 1 || !fallback)
		return NULL;
	return xstrdup(fallback);
}

int gitdir_worktree(const char *gitdir, char **ret, struct err *err)
{
	AUTO_GITCONF conf = GITCONF_INIT;
	AUTO_FREE char *commondir = NULL;
	AUTO_FREE char *place = NULL;

	if (gitdir_common(gitdir, &commondir, err) ||
		read_settings(gitdir, commondir, &conf, err))
		return -1;
	place = worktree_by_place(gitdir, err);
	*ret = settled_worktree(gitdir, &conf, place);
	return 0;
}

static bool is_inside(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return !strncmp(path, dir, len) && (!path[len] || path[len] == '/');
}

/* Fill repo from its git directory.  `place`: the work tree unless a setting
 * or GIT_WORK_TREE (relative to `cwd`) says otherwise. */
static int settle(
	struct repo *repo, const char *cwd, const char *place, struct err *err)
{
	const char *common = env_path("GIT_COMMON_DIR");
	const char *tree = env_path("GIT_WORK_TREE");
	AUTO_GITCONF conf = GITCONF_INIT;
	AUTO_FREE char *own = NULL;

	if (common)
		repo->commondir = real_path(cwd, common);
	else if (gitdir_common(repo->gitdir, &repo->commondir, err))
		return -1;
	if (read_settings(repo->gitdir, repo->commondir, &conf, err))
		return -1;
	repo->sha256 = conf.sha256;
	repo->has_ours = conf.has_ours;
	repo->has_hooks = conf.has_hooks;
	strvec_push_all(&repo->includes, conf.includes.v);
	repo->reftable = conf.reftable;
	if (!place || is_inside(place, repo->gitdir))
		place = own = worktree_by_place(repo->gitdir, err);
	repo->named = tree || conf.worktree || env_path("GIT_DIR");
	if (tree)
		repo->worktree = real_path(cwd, tree);
	else
		repo->worktree = settled_worktree(repo->gitdir, &conf, place);
	return 0;
}

static int no_repository(const char *path, struct err *err)
{
	return err_set_kind(
		err, ERR_NO_REPO, "not a git repository: '%s'", path);
}

/* `path` is a git directory, or a file that names one; malloc'd. */
static int follow_gitfile(const char *path, char **ret, struct err *err)
{
	AUTO_FREE char *target = NULL;

	if (fs_is_dir(path))
		target = realpath(path, NULL);
	else if (gitdir_read_path(path, "gitdir: ", &target, err) < 0)
		return -1;
	if (!target || !gitdir_is_valid(target))
		return no_repository(target ? target : path, err);
	*ret = target;
	target = NULL;
	return 0;
}

/* `path`, which is .git in a folder that has no link above it: 1 and the git
 * directory, 0 where it is none, -1. */
static int follow_dot_git(const char *path, char **ret, struct err *err)
{
	struct stat st;

	if (lstat(path, &st))
		return 0;
	if (S_ISDIR(st.st_mode)) {
		if (gitdir_is_valid(path))
			*ret = xstrdup(path);
		return *ret != NULL;
	}
	if (S_ISLNK(st.st_mode) && fs_is_dir(path) && !gitdir_is_valid(path))
		return 0;
	return follow_gitfile(path, ret, err) ? -1 : 1;
}

int gitdir_of(const char *worktree, char **ret, struct err *err)
{
	AUTO_FREE char *dot_git = fs_join(worktree, ".git");
	AUTO_FREE char *found = NULL;
	int got = follow_dot_git(dot_git, &found, err);

	if (got == 1)
		*ret = real_path("/", found);
	return got;
}

/* 1 found, 0 not in `dir`, -1. */
static int look_in(
	struct repo *repo, const char *dir, const char *cwd, struct err *err)
{
	AUTO_FREE char *dot_git = fs_join(dir, ".git");
	int found = follow_dot_git(dot_git, &repo->gitdir, err);
	const char *place = dir;

	if (!found && gitdir_is_valid(dir)) {
		repo->gitdir = xstrdup(dir);
		place = NULL;
		found = 1;
	}
	if (found <= 0)
		return found;
	return settle(repo, cwd, place, err) ? -1 : 1;
}

/* Like git, stay on the file system of `start` unless told otherwise. */
static bool crosses(const char *dir, const char *start)
{
	const char *across = env_path("GIT_DISCOVERY_ACROSS_FILESYSTEM");
	struct stat there, here;

	return !across && (stat(dir, &there) || stat(start, &here) ||
				  there.st_dev != here.st_dev);
}

static int search_upwards(struct repo *repo, const char *cwd, struct err *err)
{
	AUTO_FREE char *dir = xstrdup(cwd);

	for (;;) {
		int found = look_in(repo, dir, cwd, err);
		char *parent;

		if (found)
			return found < 0 ? -1
					 : repo_check_trusted(repo, cwd, err);
		parent = fs_dirname(dir);
		if (!strcmp(dir, "/") || crosses(parent, cwd)) {
			free(parent);
			return no_repository(cwd, err);
		}
		free(dir);
		dir = parent;
	}
}

static int named_by_env(
	struct repo *repo, const char *gitdir, const char *cwd, struct err *err)
{
	AUTO_FREE char *path = fs_clean(cwd, gitdir);

	if (!fs_exists(path))
		return no_repository(gitdir, err);
	if (follow_gitfile(path, &repo->gitdir, err))
		return -1;
	return settle(repo, cwd, cwd, err);
}

static int ask_git(struct repo *repo, const char *cwd, struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct cmd cmd = { .cwd = cwd };
	char *tree;
	int status;

	git_argv(&argv,
		GIT_ARGS("rev-parse", "--absolute-git-dir", "--show-toplevel"));
	cmd.argv = argv.v;
	/* In a bare repository the second question fails, the first does not.
	 */
	if (cmd_run(&cmd, &status, &out, NULL, err))
		return -1;
	tree = strchr(out.buf, '\n');
	if (!tree)
		return no_repository(cwd, err);
	*tree++ = '\0';
	tree[strcspn(tree, "\n")] = '\0';
	if (!gitdir_is_valid(out.buf))
		return no_repository(cwd, err);
	repo->gitdir = xstrdup(out.buf);
	return settle(repo, cwd, *tree ? tree : NULL, err);
}

static int discover(struct repo *repo, const char *start, struct err *err)
{
	AUTO_FREE char *cwd = realpath(start ? start : ".", NULL);
	const char *gitdir = env_path("GIT_DIR");

	if (!cwd)
		return err_errno(err, "cannot open '%s'", start ? start : ".");
	if (gitdir)
		return named_by_env(repo, gitdir, cwd, err);
	if (env_path("GIT_CEILING_DIRECTORIES"))
		return ask_git(repo, cwd, err);
	return search_upwards(repo, cwd, err);
}

int repo_open(const char *start, struct repo **ret, struct err *err)
{
	struct repo *repo = xcalloc(1, sizeof(*repo));

	if (discover(repo, start, err)) {
		repo_free(repo);
		return -1;
	}
	*ret = repo;
	return 0;
}

void repo_free(struct repo *repo)
{
	if (!repo)
		return;
	objects_close(repo);
	staged_forget(repo);
	loose_forget(repo);
	if (repo->job_env)
		strvec_release(repo->job_env);
	free(repo->job_env);
	strvec_release(&repo->includes);
	free(repo->worktree);
	free(repo->gitdir);
	free(repo->commondir);
	free(repo);
}

const char *repo_worktree(const struct repo *repo)
{
	return repo->worktree;
}

const char *repo_gitdir(const struct repo *repo)
{
	return repo->gitdir;
}

const char *repo_commondir(const struct repo *repo)
{
	return repo->commondir;
}

bool repo_is_linked(const struct repo *repo)
{
	return strcmp(repo->gitdir, repo->commondir) != 0;
}
