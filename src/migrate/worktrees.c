/*
 * Two work trees of one repository usually share one development database.
 * What the other one has on disk is in use there, and rolling it back here
 * would have the two undo each other's work at every switch.
 */
#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

/* "../b" where it is beside this one, else as it is. */
static const char *short_path(struct migrate *m, const char *path)
{
	AUTO_FREE char *here = fs_dirname(repo_worktree(m->ctx->repo));
	AUTO_FREE char *there = fs_dirname(path);

	if (strcmp(here, there))
		return arena_strdup(m->ctx->arena, path);
	return arena_printf(m->ctx->arena, "../%s", fs_basename(path));
}

static bool on_disk(struct migrate *m, const char *app,
	const struct db_target *target, int64_t version)
{
	struct migrations list = { .arena = m->ctx->arena };
	struct err ignored = ERR_INIT;
	const char **dirs = migrate_dirs(
		m, target->name, target->migrations_paths);

	for (size_t i = 0; dirs[i]; i++)
		migrations_on_disk(app, dirs[i], &list, &ignored);
	migrations_sort(&list);
	return migrations_find(&list, version);
}

static bool uses(struct migrate *m, const char *worktree, const char *key,
	int64_t version)
{
	AUTO_FREE char *app = fs_join(worktree, m->app_rel);
	struct err ignored = ERR_INIT;
	struct db_targets targets;
	const char *why;

	if (!fs_is_dir(app) || m->engine->targets(app, NULL, m->ctx->arena,
				       &targets, &why, &ignored) != 1)
		return false;
	for (size_t i = 0; i < targets.nr; i++)
		if (!strcmp(targets.v[i].key, key) &&
			on_disk(m, app, &targets.v[i], version))
			return true;
	return false;
}

const char *worktrees_using(struct migrate *m, const char *key, int64_t version)
{
	AUTO_STRVEC others = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (repo_worktrees(m->ctx->repo, &others, &ignored))
		return NULL;
	for (size_t i = 0; i < others.nr; i++)
		if (uses(m, others.v[i], key, version))
			return short_path(m, others.v[i]);
	return NULL;
}
