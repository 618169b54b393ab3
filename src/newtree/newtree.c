/*
 * The step `worktree`: what makes a new linked work tree one to work in.
 *
 * What git ignores does not come along with `git worktree add`: keys, settings,
 * dependencies, a database.  The files that are named come from the tree that
 * it was made from; the rest is what other steps do by hand, so this one
 * decides whether they shall (heads_new_tree()) and has to stand before them.
 * Once HEAD is remembered the tree is new no more, and only who comes by hand
 * gets what is missing.
 */
#include "hookrun/newtree/newtree.h"

#include "newtree/copied.h"
#include "newtree/wanted.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/runner/ask.h"
#include "hookrun/steps/donor.h"
#include "hookrun/steps/heads.h"
#include "hookrun/steps/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMP_STATE "worktree"
#define TEMP_KEY "copying"
#define LOCK_NAME "worktree"
#define LOCK_MS 10000
#define HINT "run 'hookrun sync' to set it up"

static const struct key options[] = {
	{ .name = "mode",
		.type = KEY_ENUM,
		.words = "auto|ask|notify",
		.def = "ask",
		.help = "do the work, ask first, or only say so" },
	{ .name = "copy",
		.type = KEY_LIST,
		.help = "ignored files and folders to copy from the work tree "
			"it was made from" },
	{ .name = "from",
		.type = KEY_STRING,
		.help = "another work tree to copy them from" },
	{ .name = NULL },
};

struct newtree {
	struct donor donor;
	struct wanted_list list;
};

static int idle(struct step_check *ret, const char *reason)
{
	ret->verdict = STEP_IDLE;
	ret->reason = reason;
	return 0;
}

static int newtree_read(
	struct step_ctx *ctx, struct newtree *ret, struct err *err)
{
	const char **names = option_list(
		ctx->with, options, "copy", ctx->arena);

	*ret = (struct newtree){ .list = { .nr = 0 } };
	if (!names || !*names)
		return 0;
	if (donor_find(ctx, option_str(ctx->with, options, "from"), &ret->donor,
		    err))
		return -1;
	return ret->donor.path ? wanted_read(ctx, names, ret->donor.path,
					 &ret->list, err)
			       : 0;
}

static void tell(const struct newtree *tree, enum wanted_state state,
	const char *why, struct strbuf *out)
{
	AUTO_STRBUF paths = STRBUF_INIT;

	wanted_paths(&tree->list, state, &paths);
	if (paths.len)
		strbuf_addf(
			out, "worktree: not copied: %s (%s)\n", paths.buf, why);
}

/* What will not come, and why. */
static void tell_left(
	struct step_ctx *ctx, const struct newtree *tree, struct strbuf *out)
{
	if (!tree->donor.path) {
		const char **names = option_list(
			ctx->with, options, "copy", ctx->arena);

		if (names && *names)
			strbuf_addstr(out,
				"worktree: there is no work tree to copy from: "
				"the repository is bare, and git did not say "
				"which one this was made from (option "
				"'from')\n");
		return;
	}
	tell(tree, WANTED_ABSENT,
		arena_printf(ctx->arena, "not in '%s'", tree->donor.name), out);
	tell(tree, WANTED_TRACKED, "tracked by git", out);
	tell(tree, WANTED_VISIBLE, "not ignored by git", out);
	tell(tree, WANTED_ODD, "neither file nor folder", out);
	tell(tree, WANTED_LINKED, "behind a link", out);
}

static void describe_copies(const struct newtree *tree, struct strbuf *out)
{
	wanted_paths(&tree->list, WANTED_COPY, out);
	strbuf_addf(out, " from '%s'", tree->donor.name);
}

static int offer(struct step_ctx *ctx, const struct newtree *tree,
	struct step_check *ret, struct err *err)
{
	const char *mode = option_str(ctx->with, options, "mode");
	AUTO_STRBUF copies = STRBUF_INIT;

	if (heads_new_tree(ctx->repo, HEADS_NEW_TOLD, err))
		return -1;
	if (tree->list.ncopy) {
		strbuf_addstr(&copies, "; it copies ");
		describe_copies(tree, &copies);
	}
	if (strcmp(mode, "ask") != 0) {
		ret->verdict = STEP_TOLD;
		strbuf_addf(
			&ret->say, "worktree: new: " HINT "%s\n", copies.buf);
		return 0;
	}
	ret->verdict = STEP_ASK;
	ret->question = arena_printf(ctx->arena,
		"%sworktree: new: 'hookrun sync' sets it up%s\n"
		"Do so now?",
		ret->say.buf, copies.buf);
	ret->refused = arena_printf(ctx->arena, "%sworktree: new: " HINT "%s\n",
		ret->say.buf, copies.buf);
	return 0;
}

static bool is_auto(const struct step_ctx *ctx)
{
	return ctx->by_hand ||
	       !strcmp(option_str(ctx->with, options, "mode"), "auto");
}

static int decide(struct step_ctx *ctx, struct newtree *tree,
	struct step_check *ret, struct err *err)
{
	tell_left(ctx, tree, &ret->say);
	ret->state = tree;
	if (!is_auto(ctx))
		return offer(ctx, tree, ret, err);
	if (!ctx->by_hand && heads_new_tree(ctx->repo, HEADS_NEW_SET_UP, err))
		return -1;
	if (tree->list.ncopy) {
		ret->verdict = STEP_WORK;
		return 0;
	}
	idle(ret, "nothing to copy");
	if (ret->say.len)
		ret->verdict = STEP_TOLD;
	return 0;
}

static int newtree_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	struct newtree *tree = arena_alloc(ctx->arena, sizeof(*tree));
	struct heads heads;

	if (!repo_is_linked(ctx->repo))
		return idle(ret, "not a linked work tree");
	if (heads_read(ctx, &heads, err))
		return -1;
	if (heads.ignore && !heads.is_new_tree)
		return idle(ret, heads.ignore);
	if (!heads.is_first && !ctx->by_hand)
		return idle(ret, "not a new work tree");
	if (newtree_read(ctx, tree, err))
		return err_prefix(err, "worktree");
	return decide(ctx, tree, ret, err);
}

/* A folder that git shows nobody, on the file system of the tree.  Its name is
 * remembered before anything is in it, and whoever was killed left it. */
static int begin(struct step_ctx *ctx, char **ret_work, struct err *err)
{
	const char *top = repo_worktree(ctx->repo);
	AUTO_FREE char *work = fs_join(top, ".hookrun-copy.XXXXXX");
	AUTO_FREE char *ignore = NULL;
	AUTO_STATE state;
	const char *old;

	state_load(repo_gitdir(ctx->repo), TEMP_STATE, &state);
	old = state_get(&state, TEMP_KEY);
	if (old && fs_remove_tree(old, err))
		return -1;
	if (!mkdtemp(work))
		return err_errno(err, "cannot write into '%s'", top);
	state_set(&state, TEMP_KEY, work);
	ignore = fs_join(work, ".gitignore");
	if (state_save(&state, err) || fs_write_cache(ignore, "*\n", 2, err))
		return -1;
	*ret_work = xstrdup(work);
	return 0;
}

static int end(struct step_ctx *ctx, const char *work, struct err *err)
{
	AUTO_STATE state = { .dirty = false };

	if (fs_remove_tree(work, err))
		return -1;
	state_load(repo_gitdir(ctx->repo), TEMP_STATE, &state);
	state_set(&state, TEMP_KEY, NULL);
	return state_save(&state, err);
}

static int copy_one(struct step_ctx *ctx, const struct newtree *tree,
	struct wanted *item, const char *work, size_t *left, struct err *err)
{
	int done;

	step_doing(ctx, arena_printf(ctx->arena, "copying %s", item->path));
	done = copied(tree->donor.path, repo_worktree(ctx->repo), item->path,
		work, left, err);
	if (!done)
		item->state = WANTED_HERE;
	return done < 0 ? -1 : 0;
}

static int copy_all(struct step_ctx *ctx, struct newtree *tree, struct err *err)
{
	AUTO_STRBUF done = STRBUF_INIT;
	AUTO_FREE char *work = NULL;
	struct err ignored;
	size_t left = 0;
	int failed = 0;

	if (begin(ctx, &work, err))
		return -1;
	for (size_t i = 0; i < tree->list.nr && !failed; i++)
		if (tree->list.v[i].state == WANTED_COPY)
			failed = copy_one(
				ctx, tree, &tree->list.v[i], work, &left, err);
	if (end(ctx, work, failed ? &ignored : err) || failed)
		return -1;
	wanted_paths(&tree->list, WANTED_COPY, &done);
	if (done.len)
		printf("worktree: copied %s from '%s'\n", done.buf,
			tree->donor.name);
	if (left)
		printf("worktree: not copied: %zu of their sockets, pipes and "
		       "devices\n",
			left);
	return 0;
}

static int newtree_run(
	struct step_ctx *ctx, struct step_check *check, struct err *err)
{
	struct newtree *tree = check->state;
	AUTO_FD int lock = -1;

	if (check->verdict == STEP_ASK &&
		heads_new_tree(ctx->repo, HEADS_NEW_SET_UP, err))
		return -1;
	if (!tree->list.ncopy)
		return 0;
	lock = state_lock(repo_gitdir(ctx->repo), LOCK_NAME, LOCK_MS, err);
	if (lock == -2)
		return err_set(err,
			"worktree: another hookrun is copying into this work "
			"tree");
	if (lock < 0 || copy_all(ctx, tree, err))
		return err_prefix(err, "worktree");
	return 0;
}

static int newtree_status(
	struct step_ctx *ctx, struct strbuf *out, struct err *err)
{
	struct newtree tree;

	if (!repo_is_linked(ctx->repo)) {
		strbuf_addstr(out, "not a linked work tree\n");
		return STEP_IN_LINE;
	}
	if (newtree_read(ctx, &tree, err))
		return -1;
	if (!tree.list.ncopy) {
		strbuf_addstr(out, "nothing to copy\n");
		return STEP_IN_LINE;
	}
	strbuf_addstr(out, "'hookrun sync' copies ");
	describe_copies(&tree, out);
	strbuf_addch(out, '\n');
	return STEP_BEHIND;
}

const struct step_ops step_worktree = {
	.name = "worktree",
	.help = "makes a new work tree ready: ignored files, and the steps "
		"behind it",
	.options = options,
	.signs = true,
	.check = newtree_check,
	.run = newtree_run,
	.status = newtree_status,
};
