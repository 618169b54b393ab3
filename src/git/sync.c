/*
 * `hookrun/hooks` in a git directory: the id of the configuration whose hooks
 * were written, then one hook a line.  Hook files are shared by all work trees
 * of a repository while each has its own branch and so its own configuration;
 * lefthook's one checksum for all made them overwrite each other.  Here each
 * work tree remembers its own, and none removes a hook that another one has.
 */
#include "git/sync.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/install.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#define SYNC_FILE "hookrun/hooks"
#define SYNC_MAX 65536

/* The git directories of all work trees. */
static void git_dirs(const struct repo *repo, struct strvec *ret)
{
	AUTO_FREE char *folder = fs_join(repo_commondir(repo), "worktrees");
	DIR *dir = opendir(folder);
	struct dirent *entry;

	strvec_push(ret, repo_commondir(repo));
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (*entry->d_name != '.')
			strvec_take(ret, fs_join(folder, entry->d_name));
	closedir(dir);
}

static bool read_sync(const char *gitdir, struct strbuf *text)
{
	AUTO_FREE char *path = fs_join(gitdir, SYNC_FILE);
	struct err ignored = ERR_INIT;

	strbuf_reset(text);
	return fs_read(path, text, SYNC_MAX, &ignored) == 1;
}

int sync_write(struct repo *repo, const char *config_id, char *const *hooks,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(repo_gitdir(repo), SYNC_FILE);
	AUTO_FREE char *folder = fs_dirname(path);
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s\n", config_id);
	for (; *hooks; hooks++)
		strbuf_addf(&text, "%s\n", *hooks);
	if (fs_mkdirs(folder, 0755, err))
		return -1;
	return fs_write_cache(path, text.buf, text.len, err);
}

bool sync_exists(const struct repo *repo)
{
	AUTO_FREE char *path = fs_join(repo_gitdir(repo), SYNC_FILE);

	return fs_exists(path);
}

static void push_hooks(const struct strbuf *text, struct strvec *hooks)
{
	const char *line = strchr(text->buf, '\n');

	while (line && *++line) {
		size_t len = strcspn(line, "\n");

		strvec_pushn(hooks, line, len);
		line = line[len] ? line + len : NULL;
	}
}

void sync_elsewhere(struct repo *repo, struct strvec *hooks)
{
	AUTO_STRVEC dirs = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	git_dirs(repo, &dirs);
	for (size_t i = 0; i < dirs.nr; i++)
		if (strcmp(dirs.v[i], repo_gitdir(repo)) &&
			read_sync(dirs.v[i], &text))
			push_hooks(&text, hooks);
}

void sync_forget(struct repo *repo)
{
	AUTO_STRVEC dirs = STRVEC_INIT;

	git_dirs(repo, &dirs);
	for (size_t i = 0; i < dirs.nr; i++) {
		AUTO_FREE char *path = fs_join(dirs.v[i], SYNC_FILE);

		unlink(path);
	}
}

bool install_is_stale(struct repo *repo, const char *config_id)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRVEC dirs = STRVEC_INIT;
	size_t len = strlen(config_id);

	if (read_sync(repo_gitdir(repo), &text))
		return strncmp(text.buf, config_id, len) ||
		       text.buf[len] != '\n';
	git_dirs(repo, &dirs);
	for (size_t i = 0; i < dirs.nr; i++)
		if (read_sync(dirs.v[i], &text))
			return true;
	return false;
}
