/*
 * Git does not tell its hook which work tree the new one was made from.  But
 * the hook is a child of `git worktree add`, which works in that tree: where
 * the system tells what folder another process is in, that is who is asked, at
 * this one event, and the answer is remembered for those who come by hand.  It
 * counts only where it is a work tree of this repository.
 */
#include "hookrun/steps/donor.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/process.h"
#include "hookrun/steps/state.h"

#include <string.h>
#include <unistd.h>

#define DONOR_STATE "worktree"
#define DONOR_KEY "from"

/* The innermost of `trees` that `path` is in, or NULL. */
static const char *tree_of(const struct strvec *trees, const char *path)
{
	const char *best = NULL;

	for (size_t i = 0; i < trees->nr; i++) {
		size_t len = strlen(trees->v[i]);

		if (strncmp(trees->v[i], path, len) != 0 ||
			(path[len] && path[len] != '/'))
			continue;
		if (!best || len > strlen(best))
			best = trees->v[i];
	}
	return best;
}

static const char *remembered(struct step_ctx *ctx, const struct strvec *trees)
{
	AUTO_STATE state;
	const char *path;

	state_load(repo_gitdir(ctx->repo), DONOR_STATE, &state);
	path = state_get(&state, DONOR_KEY);
	path = path && strvec_has(trees, path) ? arena_strdup(ctx->arena, path)
					       : NULL;
	return path;
}

/* That it cannot be remembered is no reason to fail: the main tree is next. */
static void remember(struct step_ctx *ctx, const char *path)
{
	AUTO_STATE state;
	struct err ignored = ERR_INIT;

	state_load(repo_gitdir(ctx->repo), DONOR_STATE, &state);
	state_set(&state, DONOR_KEY, path);
	state_save(&state, &ignored);
}

static const char *where_git_is(
	struct step_ctx *ctx, const struct strvec *trees)
{
	AUTO_STRBUF folder = STRBUF_INIT;
	const char *tree;

	if (ctx->by_hand || process_folder(getppid(), &folder))
		return NULL;
	tree = tree_of(trees, folder.buf);
	if (!tree)
		return NULL;
	remember(ctx, tree);
	return arena_strdup(ctx->arena, tree);
}

static int by_option(struct step_ctx *ctx, const char *from,
	const struct strvec *trees, const char **ret, struct err *err)
{
	AUTO_FREE char *clean = fs_clean(repo_worktree(ctx->repo), from);

	if (!strvec_has(trees, clean))
		return err_set(err,
			"'from' says '%s', which is no other work tree of this "
			"repository",
			from);
	*ret = arena_strdup(ctx->arena, clean);
	remember(ctx, clean);
	return 0;
}

static int main_tree(struct step_ctx *ctx, const struct strvec *trees,
	const char **ret, struct err *err)
{
	AUTO_FREE char *path = NULL;

	if (repo_main_worktree(ctx->repo, &path, err))
		return -1;
	*ret = path && strvec_has(trees, path) ? arena_strdup(ctx->arena, path)
					       : NULL;
	return 0;
}

int donor_find(struct step_ctx *ctx, const char *from, struct donor *ret,
	struct err *err)
{
	AUTO_STRVEC trees = STRVEC_INIT;
	const char *path = NULL;

	if (repo_worktrees(ctx->repo, &trees, err))
		return -1;
	if (from && by_option(ctx, from, &trees, &path, err))
		return -1;
	if (!path)
		path = remembered(ctx, &trees);
	if (!path)
		path = where_git_is(ctx, &trees);
	if (!path && main_tree(ctx, &trees, &path, err))
		return -1;
	ret->path = path;
	ret->name = path ? repo_worktree_name(ctx->repo, path, ctx->arena)
			 : NULL;
	return 0;
}
