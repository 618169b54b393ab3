/*
 * The work trees that share this repository (git-worktree(1), "Details"): each
 * linked one has a folder worktrees/NAME whose file `gitdir` names its .git
 * file.  Those whose folder is gone and not pruned yet are left out.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

static void push_other(
	const struct repo *repo, const char *path, struct strvec *ret)
{
	if (repo->worktree && !strcmp(path, repo->worktree))
		return;
	if (fs_is_dir(path) && !strvec_has(ret, path))
		strvec_push(ret, path);
}

static void push_linked(
	const struct repo *repo, const char *admin, struct strvec *ret)
{
	AUTO_FREE char *file = fs_join(admin, "gitdir");
	AUTO_FREE char *dot_git = NULL;
	AUTO_FREE char *tree = NULL;
	struct err ignored = ERR_INIT;

	if (!strcmp(admin, repo->gitdir) ||
		gitdir_read_path(file, "", &dot_git, &ignored) != 1)
		return;
	tree = fs_dirname(dot_git);
	push_other(repo, tree, ret);
}

int repo_main_worktree(struct repo *repo, char **ret, struct err *err)
{
	if (repo_is_linked(repo))
		return gitdir_worktree(repo->commondir, ret, err);
	*ret = repo->worktree ? xstrdup(repo->worktree) : NULL;
	return 0;
}

int repo_worktrees(struct repo *repo, struct strvec *ret, struct err *err)
{
	AUTO_FREE char *folder = fs_join(repo->commondir, "worktrees");
	AUTO_FREE char *main_tree = NULL;
	AUTO_STRVEC names = STRVEC_INIT;

	if (repo_main_worktree(repo, &main_tree, err))
		return -1;
	if (main_tree)
		push_other(repo, main_tree, ret);
	if (fs_list(folder, &names, err))
		return -1;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *admin = fs_join(folder, names.v[i]);

		push_linked(repo, admin, ret);
	}
	return 0;
}

const char *repo_worktree_name(
	const struct repo *repo, const char *path, struct arena *arena)
{
	AUTO_FREE char *here = fs_dirname(repo->worktree);
	AUTO_FREE char *there = fs_dirname(path);

	if (strcmp(here, there) != 0)
		return arena_strdup(arena, path);
	return arena_printf(arena, "../%s", fs_basename(path));
}
