/*
 * Whose turn it is to install.
 *
 * One hookrun at a time installs into a work tree: two quick switches in a row
 * would set two `bundle install` on the same folder.  Whoever waited, for the
 * other or for an answer, looks again, because HEAD may have moved on and the
 * other may have done the work.
 * What was installed is remembered only after success, so that every later
 * event tries again.
 */
#include "deps/deps_install.h"

#include "deps/manager.h"

#include "hookrun/base/fs.h"

#include <stdio.h>
#include <unistd.h>

#define LOCK_WAIT_MS (10 * 60 * 1000)

/* By hand an installation may have changed the file that counts. */
static int remember(struct step_ctx *ctx, struct state *state, struct dep *dep,
	struct err *err)
{
	if (ctx->by_hand || !dep->tracked)
		if (repo_hash_file(ctx->repo, dep->file, &dep->cur, err))
			return -1;
	dep_remember(state, dep);
	return state_save(state, err);
}

static int take_lock(struct step_ctx *ctx, bool *ret_waited, struct err *err)
{
	const char *dir = repo_gitdir(ctx->repo);
	int fd = state_lock(dir, DEPS_STATE, 0, err);

	if (fd != -2)
		return fd;
	*ret_waited = true;
	dprintf(STDOUT_FILENO, "waiting for another hookrun that installs\n");
	fd = state_lock(dir, DEPS_STATE, LOCK_WAIT_MS, err);
	if (fd == -2)
		return err_set(err,
			"another hookrun has been installing for too long");
	return fd;
}

static int read_again(struct step_ctx *ctx, struct deps *deps,
	struct state *state, struct err *err)
{
	if (repo_head(ctx->repo, &deps->heads.cur, err) < 0)
		return -1;
	return deps_read(ctx, &deps->heads, state, deps, err);
}

int deps_install(
	struct step_ctx *ctx, struct deps *deps, bool later, struct err *err)
{
	AUTO_FD int lock = take_lock(ctx, &later, err);
	struct state state;
	int ret = 0;

	if (lock < 0)
		return -1;
	state_load(repo_gitdir(ctx->repo), DEPS_STATE, &state);
	if (later)
		ret = read_again(ctx, deps, &state, err);
	for (size_t i = 0; !ret && i < deps->nr; i++) {
		if (!deps->v[i].changed)
			continue;
		ret = manager_satisfy(ctx, deps, &deps->v[i], &state, err);
		if (!ret)
			ret = remember(ctx, &state, &deps->v[i], err);
	}
	state_release(&state);
	return ret;
}
