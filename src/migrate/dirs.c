/*
 * Lists of folders come from git's trees, from the disk and from Rails, and are
 * written down in one line: here they are of one form, in the arena.
 */
#include "migrate/dirs.h"

#include "hookrun/base/alloc.h"

const char **dirs_copy(struct arena *arena, const struct strvec *list)
{
	const char **dirs = arena_alloc(arena, (list->nr + 1) * sizeof(*dirs));

	for (size_t i = 0; i < list->nr; i++)
		dirs[i] = arena_strdup(arena, list->v[i]);
	return dirs;
}

const char **dirs_split(struct arena *arena, const char *joined, char sep)
{
	AUTO_STRVEC parts = STRVEC_INIT, full = STRVEC_INIT;

	strvec_split(&parts, joined, strlen(joined), sep);
	for (size_t i = 0; i < parts.nr; i++)
		if (*parts.v[i])
			strvec_push(&full, parts.v[i]);
	return dirs_copy(arena, &full);
}

bool dirs_cover(const char *const *dirs, const char *dir)
{
	for (size_t i = 0; dirs && dirs[i]; i++) {
		size_t len = strlen(dirs[i]);

		if (!strncmp(dir, dirs[i], len) &&
			(!dir[len] || dir[len] == '/'))
			return true;
	}
	return false;
}
