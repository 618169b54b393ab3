/*
 * The deps step: install what the checked-out lock files pin.
 *
 * Most switches do not touch a lock file, so the first half answers with blob
 * ids alone.  Only where one differs is the file read, compared for the line
 * that the user sees, and handed to its package manager in the second half.
 */
#include "hookrun/deps/deps.h"

#include "deps/dep.h"
#include "deps/deps_install.h"

#include "hookrun/base/alloc.h"
#include "hookrun/config/keys.h"

#include <string.h>

#define SYNC_HINT "run 'hookrun sync' to install"

/* A changed lock file: read it, settle it where a marker on the disk says that
 * it is installed, else describe it. */
static int look_into(struct step_ctx *ctx, const struct deps *deps,
	struct dep *dep, struct state *state, struct strbuf *say,
	struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (dep_text(dep, &text, err))
		return -1;
	if (dep->kind->installed &&
		dep->kind->installed(dep->kind, deps->root, &text, state)) {
		dep_remember(state, dep);
		dep->changed = false;
		dep->settled = true;
		return 0;
	}
	dep_assume_base(state, dep);
	dep_describe(ctx, deps, dep, &text, say);
	return 0;
}

/* How many are left to install; -1. */
static int look_into_all(struct step_ctx *ctx, struct deps *deps,
	struct state *state, struct strbuf *say, struct err *err)
{
	int left = 0;

	for (size_t i = 0; i < deps->nr; i++) {
		struct dep *dep = &deps->v[i];

		if (!dep->changed) {
			if (!ctx->by_hand && dep->on_disk)
				dep_assume_base(state, dep);
			continue;
		}
		if (look_into(ctx, deps, dep, state, say, err))
			return -1;
		left += dep->changed;
	}
	return left;
}

/* The paths of those that were settled just now, or of the others. */
static void add_paths(const struct deps *deps, bool settled, const char *what,
	struct strbuf *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < deps->nr; i++)
		if (deps->v[i].settled == settled)
			strbuf_addf(out, "%s%s", out->len ? ", " : "",
				deps->v[i].path);
	if (out->len > start)
		strbuf_addstr(out, what);
}

static const char *idle_reason(struct step_ctx *ctx, const struct deps *deps)
{
	AUTO_STRBUF text = STRBUF_INIT;

	add_paths(deps, false, " unchanged", &text);
	add_paths(deps, true, " installed already", &text);
	if (!deps->nr)
		strbuf_addstr(&text, "no lock file");
	return arena_strdup(ctx->arena, text.buf);
}

/* `mode`; by hand the user has said what he wants. */
static enum step_verdict decide(struct step_ctx *ctx, struct step_check *ret)
{
	const char *mode = option_str(ctx->with, deps_options, "mode");

	if (ctx->by_hand || !mode || !strcmp(mode, "auto"))
		return STEP_WORK;
	if (strcmp(mode, "ask") != 0) {
		strbuf_addstr(&ret->say, SYNC_HINT "\n");
		return STEP_TOLD;
	}
	ret->question = arena_printf(
		ctx->arena, "%sInstall now?", ret->say.buf);
	ret->refused = arena_printf(
		ctx->arena, "%s" SYNC_HINT "\n", ret->say.buf);
	return STEP_ASK;
}

static int check_locks(struct step_ctx *ctx, const struct heads *heads,
	struct state *state, struct step_check *ret, struct err *err)
{
	struct deps *deps = arena_alloc(ctx->arena, sizeof(*deps));
	int left;

	if (deps_read(ctx, heads, state, deps, err))
		return -1;
	if (heads->is_new_tree) {
		bool tell = deps->nr && !heads->is_told;

		ret->verdict = tell ? STEP_TOLD : STEP_IDLE;
		ret->reason = heads->ignore;
		if (tell)
			strbuf_addstr(&ret->say,
				"new work tree: run 'hookrun sync' to install "
				"dependencies\n");
		return 0;
	}
	left = look_into_all(ctx, deps, state, &ret->say, err);
	if (left < 0 || state_save(state, err))
		return -1;
	ret->state = deps;
	ret->verdict = left ? decide(ctx, ret) : STEP_IDLE;
	ret->reason = left ? NULL : idle_reason(ctx, deps);
	return 0;
}

static int deps_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	struct heads heads;
	struct state state;
	int status;

	if (heads_read(ctx, &heads, err))
		return -1;
	if (heads.ignore && !heads.is_new_tree && !ctx->by_hand) {
		ret->verdict = STEP_IDLE;
		ret->reason = heads.ignore;
		return 0;
	}
	state_load(repo_gitdir(ctx->repo), DEPS_STATE, &state);
	status = check_locks(ctx, &heads, &state, ret, err);
	state_release(&state);
	return status;
}

static int deps_run(
	struct step_ctx *ctx, struct step_check *check, struct err *err)
{
	return deps_install(ctx, check->state, check->verdict == STEP_ASK, err);
}

static bool is_behind(const struct dep *dep)
{
	return dep->on_disk && (!dep->known || dep->changed);
}

static const char *word_for(const struct dep *dep)
{
	if (!dep->on_disk)
		return "not in the work tree";
	if (!is_behind(dep))
		return "installed";
	return dep->known ? "changed since the last installation (" SYNC_HINT
			    ")"
			  : "not checked yet (" SYNC_HINT ")";
}

static int deps_status(
	struct step_ctx *ctx, struct strbuf *out, struct err *err)
{
	struct heads heads;
	struct state state;
	struct deps deps;
	bool behind = false;
	int status;

	if (heads_read(ctx, &heads, err))
		return -1;
	state_load(repo_gitdir(ctx->repo), DEPS_STATE, &state);
	status = deps_read(ctx, &heads, &state, &deps, err);
	for (size_t i = 0; !status && i < deps.nr; i++) {
		strbuf_addf(
			out, "%s: %s\n", deps.v[i].path, word_for(&deps.v[i]));
		behind |= is_behind(&deps.v[i]);
	}
	if (!status && !deps.nr)
		strbuf_addstr(out, "no lock file\n");
	state_release(&state);
	if (status)
		return status;
	return behind ? STEP_BEHIND : STEP_IN_LINE;
}

const struct step_ops step_deps = {
	.name = "deps",
	.help = "install dependencies when a lock file changed",
	.options = deps_options,
	.check = deps_check,
	.run = deps_run,
	.status = deps_status,
};
