/*
 * A monorepo has several applications, and one step for each.  Where one is,
 * the job's `root` says as for any job.  The option `root` of some steps is
 * older and counts from the top of the work tree, whatever root the hook has.
 */
#include "hookrun/steps/folder.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <string.h>

int step_folder(struct step_ctx *ctx, struct step_folder *ret, struct err *err)
{
	const char *top = repo_worktree(ctx->repo);
	const char *root = node_str(ctx->with, "root");
	AUTO_FREE char *path = NULL;
	size_t len;

	if (!top)
		return err_set(err, "a bare repository has no application");
	if (!root)
		root = ctx->root ? ctx->root : ".";
	path = fs_clean(top, root);
	len = strlen(top);
	if (strncmp(path, top, len) != 0 || (path[len] && path[len] != '/'))
		return err_set(
			err, "root '%s' is outside of the work tree", root);
	ret->path = arena_strdup(ctx->arena, path);
	ret->rel = ret->path + len + (path[len] == '/');
	return 0;
}

const char *step_folder_state(struct step_ctx *ctx,
	const struct step_folder *folder, const char *name)
{
	char *state = arena_printf(ctx->arena, "%s%s%s", name,
		*folder->rel ? "-" : "", folder->rel);

	for (char *c = state; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_' &&
			*c != '.')
			*c = '_';
	return state;
}
