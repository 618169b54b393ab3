/*
 * `hookrun/hooks` in a git directory: the id of the configuration whose hooks
 * were written, then a line for each of
 *
 *	/folder		where they were written
 *	!only		the user named them, others are not wanted
 *	+NAME		added, whether configured or not
 *	~NAME		not configured, only there to bring others in line
 *	NAME		a configured hook
 *
 * Hook files are shared by all work trees of a repository while each has its
 * own branch and so its own configuration; lefthook's one checksum for all made
 * them overwrite each other.  Here each work tree remembers its own, and none
 * removes a hook that another one has.
 *
 * Whether the files are there is looked at too: a shim that was deleted comes
 * back with the next run.
 */
#include "install/sync.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/install/install.h"

#include <string.h>
#include <unistd.h>

#define SYNC_FILE "hookrun/hooks"
#define SYNC_MAX 65536
#define REMOVED "removed" /* in place of an id, after uninstall */

void sync_release(struct sync *sync)
{
	free(sync->id);
	free(sync->dir);
	strvec_release(&sync->hooks);
	strvec_release(&sync->added);
	strvec_release(&sync->watch);
	memset(sync, 0, sizeof(*sync));
}

/* The git directories of all work trees. */
static void git_dirs(const struct repo *repo, struct strvec *ret)
{
	AUTO_FREE char *folder = fs_join(repo_commondir(repo), "worktrees");
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored;

	strvec_push(ret, repo_commondir(repo));
	fs_list(folder, &names, &ignored);
	for (size_t i = 0; i < names.nr; i++)
		strvec_take(ret, fs_join(folder, names.v[i]));
}

static void take_line(struct sync *sync, const char *line)
{
	if (!sync->id)
		sync->id = xstrdup(line);
	else if (*line == '/' && !sync->dir)
		sync->dir = xstrdup(line);
	else if (*line == '!')
		sync->only = true;
	else if (*line == '+')
		strvec_push(&sync->added, line + 1);
	else if (*line == '~')
		strvec_push(&sync->watch, line + 1);
	else if (*line)
		strvec_push(&sync->hooks, line);
}

static bool read_from(const char *gitdir, struct sync *ret)
{
	AUTO_FREE char *path = fs_join(gitdir, SYNC_FILE);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	char *rest, *line;

	memset(ret, 0, sizeof(*ret));
	if (fs_read(path, &text, SYNC_MAX, &ignored) != 1)
		return false;
	for (rest = text.buf; (line = strsep(&rest, "\n"));)
		take_line(ret, line);
	return ret->id && strcmp(ret->id, REMOVED) != 0;
}

void sync_read(struct repo *repo, struct sync *ret)
{
	if (!read_from(repo_gitdir(repo), ret))
		sync_release(ret);
}

static int write_text(const char *gitdir, const char *text, struct err *err)
{
	AUTO_FREE char *path = fs_join(gitdir, SYNC_FILE);

	if (fs_mkdirs_for(path, err))
		return -1;
	return fs_write_cache(path, text, strlen(text), err);
}

int sync_write(struct repo *repo, const struct sync *sync, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s\n", sync->id);
	if (sync->dir && !strchr(sync->dir, '\n'))
		strbuf_addf(&text, "%s\n", sync->dir);
	if (sync->only)
		strbuf_addstr(&text, "!only\n");
	for (size_t i = 0; i < sync->added.nr; i++)
		strbuf_addf(&text, "+%s\n", sync->added.v[i]);
	for (size_t i = 0; i < sync->watch.nr; i++)
		strbuf_addf(&text, "~%s\n", sync->watch.v[i]);
	for (size_t i = 0; i < sync->hooks.nr; i++)
		strbuf_addf(&text, "%s\n", sync->hooks.v[i]);
	return write_text(repo_gitdir(repo), text.buf, err);
}

char *sync_dir(struct repo *repo)
{
	AUTO_SYNC sync = { 0 };

	sync_read(repo, &sync);
	return sync.dir ? xstrdup(sync.dir)
			: fs_join(repo_commondir(repo), "hooks");
}

bool sync_exists(const struct repo *repo)
{
	AUTO_SYNC sync = { 0 };

	return read_from(repo_gitdir(repo), &sync);
}

void sync_elsewhere(struct repo *repo, struct strvec *hooks)
{
	AUTO_STRVEC dirs = STRVEC_INIT;

	git_dirs(repo, &dirs);
	for (size_t i = 0; i < dirs.nr; i++) {
		AUTO_SYNC sync = { 0 };

		if (!strcmp(dirs.v[i], repo_gitdir(repo)) ||
			!read_from(dirs.v[i], &sync))
			continue;
		strvec_push_all(hooks, sync.hooks.v);
		strvec_push_all(hooks, sync.added.v);
		strvec_push_all(hooks, sync.watch.v);
	}
}

int sync_forget(struct repo *repo, struct err *err)
{
	AUTO_STRVEC dirs = STRVEC_INIT;

	git_dirs(repo, &dirs);
	for (size_t i = 1; i < dirs.nr; i++) {
		AUTO_FREE char *path = fs_join(dirs.v[i], SYNC_FILE);

		unlink(path);
	}
	return write_text(repo_commondir(repo), REMOVED "\n", err);
}

static bool is_gone(const char *dir, const struct strvec *hooks)
{
	for (size_t i = 0; i < hooks->nr; i++) {
		AUTO_FREE char *path = fs_join(dir, hooks->v[i]);

		if (access(path, X_OK))
			return true;
	}
	return false;
}

/* In a work tree that install never ran in: does it follow the others?  Hooks
 * that were removed on purpose stay away, and where lefthook installed and
 * hookrun never did, somebody tries hookrun by hand. */
static bool wants_first(struct repo *repo, bool adopt)
{
	AUTO_FREE char *lefthook = fs_join(
		repo_commondir(repo), INSTALL_CHECKSUM_FILE);
	AUTO_STRVEC dirs = STRVEC_INIT;
	bool installed = false, removed = false;

	git_dirs(repo, &dirs);
	for (size_t i = 0; i < dirs.nr; i++) {
		AUTO_SYNC sync = { 0 };

		installed |= read_from(dirs.v[i], &sync);
		removed |= sync.id && !strcmp(sync.id, REMOVED);
	}
	return installed || (!removed && (adopt || !fs_exists(lefthook)));
}

bool install_is_stale(struct repo *repo, const char *config_id, bool adopt)
{
	AUTO_SYNC sync = { 0 };

	if (!read_from(repo_gitdir(repo), &sync))
		return wants_first(repo, adopt);
	return strcmp(sync.id, config_id) != 0 ||
	       (sync.dir && (is_gone(sync.dir, &sync.hooks) ||
				    is_gone(sync.dir, &sync.added) ||
				    is_gone(sync.dir, &sync.watch)));
}

bool install_only_watches(struct repo *repo, const char *hook)
{
	AUTO_SYNC sync = { 0 };

	sync_read(repo, &sync);
	return strvec_has(&sync.watch, hook);
}

bool install_narrow(struct repo *repo, struct strvec *hooks)
{
	struct strvec kept = STRVEC_INIT;
	AUTO_SYNC sync = { 0 };

	sync_read(repo, &sync);
	if (!sync.only)
		return false;
	for (size_t i = 0; i < hooks->nr; i++)
		if (strvec_has(&sync.hooks, hooks->v[i]))
			strvec_push(&kept, hooks->v[i]);
	strvec_release(hooks);
	*hooks = kept;
	return true;
}
