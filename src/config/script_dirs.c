/*
 * Where scripts are looked for: the runner and `validate` must not differ in
 * that.  Besides the two folders that the configuration names, lefthook looks
 * beside a configuration in .config, whatever those are called.
 */
#include "hookrun/config/config.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

static void add_once(const char **dirs, size_t *nr, const char *dir)
{
	for (size_t i = 0; dir && i < *nr; i++)
		if (!strcmp(dirs[i], dir))
			return;
	if (dir)
		dirs[(*nr)++] = dir;
}

const char *const *config_script_dirs(const char *shared, const char *own,
	const struct strvec *remotes, struct arena *arena)
{
	const char **dirs = arena_alloc(
		arena, (remotes->nr + 5) * sizeof(*dirs));
	size_t nr = 0;

	add_once(dirs, &nr, shared);
	add_once(dirs, &nr, own);
	add_once(dirs, &nr, ".config/lefthook");
	add_once(dirs, &nr, ".config/lefthook-local");
	for (size_t i = 0; i < remotes->nr; i++) {
		AUTO_FREE char *dir = fs_join(remotes->v[i], shared);

		dirs[nr++] = arena_strdup(arena, dir);
	}
	return (const char *const *)dirs;
}
