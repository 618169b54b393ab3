/*
 * Where scripts are looked for, and what keeps one from running: the runner and
 * `validate` must not differ in that.  Besides the two folders that the
 * configuration names, lefthook looks beside a configuration in .config,
 * whatever those are called.
 */
#include "hookrun/config/config.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <fcntl.h>
#include <string.h>

#define SHEBANG_MAX 256 /* bytes; what Linux reads of a #! line */

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

bool config_script_is_windows(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO_STRBUF head = STRBUF_INIT;
	size_t len;

	if (fd < 0 || strbuf_read_once(&head, fd, SHEBANG_MAX) < 0 ||
		strncmp(head.buf, "#!", 2) != 0)
		return false;
	len = strcspn(head.buf, "\n");
	return head.buf[len - 1] == '\r';
}
