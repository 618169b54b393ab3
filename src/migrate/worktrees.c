/*
 * Two work trees of one repository usually share one development database.
 * What the other one has on disk is in use there, and rolling it back here
 * would have the two undo each other's work at every switch.
 */
#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/steps/tree_env.h"

#include <unistd.h>

static bool on_disk(struct migrate *other, const char *name,
	const char *const *own, int64_t version)
{
	struct migrations list = { .arena = other->ctx->arena };
	struct err ignored = ERR_INIT;
	const char **dirs;

	if (version == WORKTREES_ANY)
		return true;
	dirs = migrate_dirs(other, name, own);
	for (size_t i = 0; dirs[i]; i++)
		migrations_on_disk(other->app, dirs[i], &list, &ignored);
	migrations_sort(&list);
	return migrations_find(&list, version);
}

/* By what its files say. */
static bool told_to_use(struct migrate *other, const char *key, int64_t version)
{
	struct err ignored = ERR_INIT;
	struct db_targets targets;
	const char *why;

	if (other->distrust ||
		other->engine->targets(other->app, NULL, other->ctx->arena,
			&targets, &why, &ignored) != 1)
		return false;
	for (size_t i = 0; i < targets.nr; i++)
		if (!strcmp(targets.v[i].key, key) &&
			on_disk(other, targets.v[i].name,
				(const char *const *)targets.v[i]
					.migrations_paths,
				version))
			return true;
	return false;
}

/* By what Rails said there. */
static bool known_to_use(
	struct migrate *other, const char *key, int64_t version)
{
	static const char *const none[] = { NULL };

	for (size_t i = 0; i < other->answer->nr; i++) {
		const struct db_target *target = other->answer->v[i].target;

		if (!strcmp(target->key, key) &&
			on_disk(other, target->name, none, version))
			return true;
	}
	return false;
}

static bool uses(struct migrate *m, const char *worktree, const char *key,
	int64_t version)
{
	AUTO_FREE char *app = fs_join(worktree, m->app_rel);
	struct step_ctx ctx = *m->ctx;
	struct migrate other = *m;
	struct err ignored = ERR_INIT;
	AUTO_STRVEC env = STRVEC_INIT;
	char **ours = environ;
	bool found;

	if (!fs_is_dir(app) || repo_open(worktree, &ctx.repo, &ignored))
		return false;
	other.ctx = &ctx;
	other.app = app;
	tree_env_fill(m->ctx->repo, ctx.repo, &env);
	environ = env.v;
	answer_read(&other);
	found = other.answer ? known_to_use(&other, key, version)
			     : told_to_use(&other, key, version);
	environ = ours;
	repo_free(ctx.repo);
	return found;
}

const char *worktrees_using(struct migrate *m, const char *key, int64_t version)
{
	AUTO_STRVEC others = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (repo_worktrees(m->ctx->repo, &others, &ignored))
		return NULL;
	for (size_t i = 0; i < others.nr; i++)
		if (uses(m, others.v[i], key, version))
			return repo_worktree_name(
				m->ctx->repo, others.v[i], m->ctx->arena);
	return NULL;
}
