/*
 * A database that is a file is known by its path, and what is remembered of it
 * stands under that; in a clone that was moved it is another one.  The copies
 * of its branches would lie there, and nobody would find them.
 *
 * Theirs is the folder that comes last, in one step: killed before, the next
 * one does it again.
 */
#include "migrate/moved.h"

#include "migrate/copies.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdio.h>
#include <string.h>

static const char *const places[] = { "hookrun/migrations", "hookrun/db",
	"hookrun/db/unfinished", "hookrun/db/copies" };

static char *place(struct repo *repo, size_t i, const char *key)
{
	AUTO_FREE char *dir = fs_join(repo_commondir(repo), places[i]);

	return fs_join(dir, key);
}

/* The part of `path` below the folder that `clone` lies in, or NULL. */
static const char *below(const char *path, const char *clone)
{
	AUTO_FREE char *root = fs_dirname(clone);
	size_t len = strlen(root);

	return !strncmp(path, root, len) && path[len] == '/' ? path + len
							     : NULL;
}

static bool is_former(struct repo *repo, const struct db_target *target,
	const char *key, struct arena *arena)
{
	AUTO_COPIES copies;
	const char *then, *now;

	copies_load(repo, key, arena, &copies);
	if (!copies.clone || !copies.path || fs_exists(copies.clone))
		return false;
	then = below(copies.path, copies.clone);
	now = below(target->path, repo_commondir(repo));
	return then && now && !strcmp(then, now);
}

static void adopt(struct repo *repo, const char *from, const char *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		AUTO_FREE char *a = place(repo, i, from);
		AUTO_FREE char *b = place(repo, i, to);

		if (!fs_exists(b) && rename(a, b))
			continue;
	}
}

void moved_adopt(
	struct repo *repo, const struct db_target *target, struct arena *arena)
{
	AUTO_FREE char *all = fs_join(
		repo_commondir(repo), "hookrun/db/copies");
	AUTO_FREE char *here = fs_join(all, target->key);
	AUTO_STRVEC keys = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (!target->path || fs_exists(here) || fs_list(all, &keys, &ignored))
		return;
	for (size_t i = 0; i < keys.nr; i++)
		if (is_former(repo, target, keys.v[i], arena)) {
			adopt(repo, keys.v[i], target->key);
			return;
		}
}
