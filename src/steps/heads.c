/*
 * What an event did to HEAD.
 *
 * Git tells post-checkout both ends of a switch, and no other hook anything
 * of the kind, so the rest is put together from the ledger, the reflog and
 * ORIG_HEAD.  A rebase and a bisect are one movement to their user, though
 * each fires a checkout for every stop: events in between are passed over, and
 * the ledger goes on naming the head from before, so that their end sees the
 * whole movement.  Both leave their marks in the git directory until after the
 * last hook, hence the looks at what HEAD is by then.
 */
#include "hookrun/steps/heads.h"

#include "hookrun/base/alloc.h"
#include "hookrun/steps/state.h"

#include <string.h>

#define HEADS_STATE "heads"
#define HEADS_KEY "head"
#define NEW_KEY "new-tree"

static const char *const new_words[] = { "told", "set-up" };

static bool from_ledger(struct repo *repo, struct oid *ret)
{
	struct state state;
	const char *value;
	bool known;

	state_load(repo_gitdir(repo), HEADS_STATE, &state);
	value = state_get(&state, HEADS_KEY);
	known = value && oid_parse(value, ret) && !oid_is_null(ret);
	state_release(&state);
	return known;
}

static bool from_orig_head(struct step_ctx *ctx, struct oid *ret)
{
	const char *line = repo_state_file(ctx->repo, "ORIG_HEAD", ctx->arena);

	return line && oid_parse(line, ret) && !oid_is_null(ret);
}

struct reflog_search {
	const struct oid *cur;
	struct oid found;
};

static int first_other(const struct oid *commit, void *data)
{
	struct reflog_search *search = data;

	if (oid_is_null(commit) || oid_eq(commit, search->cur))
		return 0;
	search->found = *commit;
	return 1;
}

/* An unreadable reflog is none: it is one of several sources. */
static bool from_reflog(
	struct repo *repo, const struct oid *cur, struct oid *ret)
{
	struct reflog_search search = { .cur = cur };
	struct err ignored = ERR_INIT;

	if (repo_reflog_each(repo, first_other, &search, &ignored) != 1)
		return false;
	*ret = search.found;
	return true;
}

static bool hook_is(const struct step_ctx *ctx, const char *name)
{
	return ctx->event && ctx->event->hook &&
	       !strcmp(ctx->event->hook, name);
}

static bool has_args(const struct step_ctx *ctx)
{
	return !ctx->by_hand && ctx->event && ctx->event->nargs;
}

static void find_prev(struct step_ctx *ctx, struct heads *heads)
{
	bool orig_first = has_args(ctx) && hook_is(ctx, "post-merge");

	heads->has_prev = (orig_first && from_orig_head(ctx, &heads->prev)) ||
			  from_ledger(ctx->repo, &heads->prev) ||
			  (hook_is(ctx, "post-rewrite") &&
				  from_orig_head(ctx, &heads->prev)) ||
			  from_reflog(ctx->repo, &heads->cur, &heads->prev) ||
			  from_orig_head(ctx, &heads->prev);
}

/* post-checkout's three arguments, as git hands them over. */
static int read_checkout(
	const struct event *event, struct heads *heads, struct err *err)
{
	struct oid next;

	if (event->nargs != 3 || !oid_parse(event->args[0], &heads->prev) ||
		!oid_parse(event->args[1], &next) ||
		(strcmp(event->args[2], "0") != 0 &&
			strcmp(event->args[2], "1") != 0))
		return err_set(err,
			"post-checkout takes the previous head, the new head "
			"and 0 or 1, not '%s'",
			event->args[0]);
	if (!strcmp(event->args[2], "0"))
		heads->ignore = "file checkout";
	heads->has_prev = !oid_is_null(&heads->prev);
	return 0;
}

/* Before anything else: by hand an event's arguments are none. */
static void heed_new_tree(struct step_ctx *ctx, struct heads *heads)
{
	struct state state;
	const char *word;

	if (ctx->by_hand || !hook_is(ctx, "post-checkout") ||
		!repo_is_linked(ctx->repo))
		return;
	state_load(repo_gitdir(ctx->repo), HEADS_STATE, &state);
	word = state_get(&state, NEW_KEY);
	heads->is_first = !state_get(&state, HEADS_KEY);
	heads->is_told = word && !strcmp(word, new_words[HEADS_NEW_TOLD]);
	ctx->by_hand = word && !strcmp(word, new_words[HEADS_NEW_SET_UP]);
	state_release(&state);
}

static int set_new_tree(struct repo *repo, const char *word, struct err *err)
{
	struct state state;
	int ret;

	state_load(repo_gitdir(repo), HEADS_STATE, &state);
	state_set(&state, NEW_KEY, word);
	ret = state_save(&state, err);
	state_release(&state);
	return ret;
}

int heads_new_tree(struct repo *repo, enum heads_new what, struct err *err)
{
	return set_new_tree(repo, new_words[what], err);
}

int heads_still_new(struct repo *repo, struct err *err)
{
	return repo_is_linked(repo) ? set_new_tree(repo, NULL, err) : 0;
}

static int check_word(const struct event *event, const char *one,
	const char *other, struct err *err)
{
	if (event->nargs == 1 && (!strcmp(event->args[0], one) ||
					 !strcmp(event->args[0], other)))
		return 0;
	return err_set(err, "%s takes '%s' or '%s', not '%s'", event->hook, one,
		other, event->args[event->nargs == 1 ? 0 : 1]);
}

static int read_args(struct step_ctx *ctx, struct heads *heads, struct err *err)
{
	if (!has_args(ctx))
		return 0;
	if (hook_is(ctx, "post-checkout"))
		return read_checkout(ctx->event, heads, err);
	if (hook_is(ctx, "post-merge"))
		return check_word(ctx->event, "0", "1", err);
	if (hook_is(ctx, "post-rewrite"))
		return check_word(ctx->event, "rebase", "amend", err);
	return 0;
}

/* BISECT_START is a branch name or, where HEAD was detached, an id. */
static bool bisect_is_over(
	struct repo *repo, const struct oid *cur, struct arena *arena)
{
	const char *start = repo_state_file(repo, "BISECT_START", arena);
	const char *branch = repo_branch(repo, arena);
	struct oid oid;

	if (!start)
		return false;
	if (branch)
		return !strcmp(start, branch);
	return oid_parse(start, &oid) && oid_eq(&oid, cur);
}

static bool is_end_of_rebase(const struct step_ctx *ctx)
{
	return has_args(ctx) && hook_is(ctx, "post-rewrite") &&
	       !strcmp(ctx->event->args[0], "rebase");
}

/* `hookrun sync` is the user's own wish and is never put off. */
static const char *in_progress(struct step_ctx *ctx, const struct heads *heads)
{
	unsigned state = ctx->by_hand ? 0 : repo_state_again(ctx->repo);

	if ((state & REPO_REBASE) && !is_end_of_rebase(ctx))
		return "rebase in progress";
	if ((state & REPO_BISECT) &&
		!bisect_is_over(ctx->repo, &heads->cur, ctx->arena))
		return "bisect in progress";
	return NULL;
}

/* A null previous head is git's for a clone, for a new work tree, and for
 * leaving an unborn branch; only the last has been here before. */
static void judge_null_prev(struct step_ctx *ctx, struct heads *heads)
{
	struct oid seen;

	heads->is_new_tree = !from_ledger(ctx->repo, &seen);
	heads->ignore = heads->is_new_tree ? "new work tree"
					   : "no previous head";
}

/* Whether the movement changed a file that the job is about. */
static int filter_changes(
	struct step_ctx *ctx, struct heads *heads, struct err *err)
{
	struct commit_diff diff = { .changed = STRVEC_INIT,
		.deleted = STRVEC_INIT };
	int any;

	if (!ctx->filter || ctx->by_hand || !heads->has_prev)
		return 0;
	any = repo_commit_diff(
		ctx->repo, &heads->prev, &heads->cur, &diff, err);
	if (!any)
		any = filter_any(ctx->filter, &diff.changed, err);
	if (!any)
		any = filter_any(ctx->filter, &diff.deleted, err);
	commit_diff_release(&diff);
	if (!any)
		heads->ignore = "no matching changed files";
	return any < 0 ? -1 : 0;
}

int heads_read(struct step_ctx *ctx, struct heads *ret, struct err *err)
{
	struct heads heads = { .ignore = NULL };
	int born;

	heed_new_tree(ctx, &heads);
	if (read_args(ctx, &heads, err))
		return -1;
	born = repo_head_again(ctx->repo, &heads.cur, err);
	if (born < 0)
		return -1;
	if (!heads.ignore && !born)
		heads.ignore = "unborn branch";
	if (!heads.ignore && has_args(ctx) && hook_is(ctx, "post-checkout") &&
		!heads.has_prev)
		judge_null_prev(ctx, &heads);
	if (!heads.ignore)
		heads.ignore = in_progress(ctx, &heads);
	if (!heads.ignore && !heads.has_prev)
		find_prev(ctx, &heads);
	if (!heads.has_prev)
		memset(&heads.prev, 0, sizeof(heads.prev));
	heads.same = heads.has_prev && oid_eq(&heads.prev, &heads.cur);
	if (!heads.ignore && filter_changes(ctx, &heads, err))
		return -1;
	*ret = heads;
	return 0;
}

/* While a rebase stops on its way HEAD is detached; its last hook finds the
 * branch back in place. */
static bool is_on_the_way(
	struct repo *repo, const struct oid *cur, struct arena *arena)
{
	unsigned state = repo_state_again(repo);

	if ((state & REPO_REBASE) && !repo_branch(repo, arena))
		return true;
	return (state & REPO_BISECT) && !bisect_is_over(repo, cur, arena);
}

int heads_remember(struct repo *repo, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct state state;
	struct oid cur;
	int ret = repo_head_again(repo, &cur, err);
	bool skip = ret != 1 || is_on_the_way(repo, &cur, &arena);

	arena_release(&arena);
	if (skip)
		return ret < 0 ? -1 : 0;
	state_load(repo_gitdir(repo), HEADS_STATE, &state);
	state_set(&state, HEADS_KEY, cur.hex);
	state_set(&state, NEW_KEY, NULL);
	ret = state_save(&state, err);
	state_release(&state);
	return ret;
}
