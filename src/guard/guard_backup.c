/*
 * Backups: each time the guard hides something, one archive is written first,
 * with the journal of that moment, every version that the user has and every
 * one that is shown.  They stay after everything went well, for the case that a
 * job did something else than was wanted, until there are newer ones or they
 * are old.  One that could not be put back has "-kept" behind its id, and only
 * the user drops it.
 *
 * They are files of our own and not objects of git: nothing that git collects,
 * prunes or pushes (`push --mirror` takes every ref along) has to do with what
 * was never staged, no process is needed to write or to read one, and one file
 * is one sync.  Any tar reads them.
 *
 * The names begin with the time, so that sorting and ageing need no look into
 * them.  A work tree has a folder of its own, by a hash of its git directory's
 * name, in what all of them share, so that removing it does not remove them.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/disk.h"
#include "hookrun/base/ownership.h"
#include "hookrun/base/hash.h"
#include "hookrun/base/tar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#define END ".tar"
#define KEPT "-kept"
#define NEW ".new" /* not whole yet */
#define JOURNAL "journal"
#define DAY_S (24 * 60 * 60)

/* ---- names -------------------------------------------------------------- */

static char *root_folder(const struct repo *repo)
{
	return fs_join(repo_commondir(repo), "hookrun/backup");
}

static char *own_folder(const struct repo *repo)
{
	AUTO_FREE char *root = root_folder(repo);
	AUTO_STRBUF name = STRBUF_INIT;

	if (!repo_is_linked(repo))
		return fs_join(root, "main");
	strbuf_addf(&name, "worktree-%016" PRIx64,
		hash_str(HASH_START, fs_basename(repo_gitdir(repo))));
	return fs_join(root, name.buf);
}

char *backup_path(const struct repo *repo, const char *id)
{
	AUTO_FREE char *folder = own_folder(repo);
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "%s" END, id);
	return fs_join(folder, name.buf);
}

static char *kept_path(const char *path)
{
	struct strbuf kept = STRBUF_INIT;

	strbuf_add(&kept, path, strlen(path) - strlen(END));
	strbuf_addstr(&kept, KEPT END);
	return strbuf_detach(&kept, NULL);
}

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && !strcmp(name + len - end_len, end);
}

static bool is_kept(const char *name)
{
	return ends_with(name, KEPT END);
}

/* The time in "20261122-095400-123.tar"; 0 where it is none. */
static time_t time_of(const char *name)
{
	struct tm tm = { 0 };

	return strptime(name, "%Y%m%d-%H%M%S", &tm) ? timegm(&tm) : 0;
}

/* The names in `folder` that end in `end`, sorted. */
static void list_names(const char *folder, const char *end, struct strvec *ret)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.' && ends_with(entry->d_name, end))
			strvec_push(ret, entry->d_name);
	if (dir)
		closedir(dir);
	strvec_sort(ret);
}

/* ---- writing ------------------------------------------------------------ */

static int add_file(int fd, const char *path, const char *name,
	struct tar_item *ret, struct err *err)
{
	AUTO_FD int from = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (from < 0)
		return err_errno(err, "cannot read '%s'", path);
	return tar_add_file(fd, name, from, ret, err);
}

static int hash_item(struct guard *guard, int fd, const struct tar_item *item,
	struct oid *ret, struct err *err)
{
	long page = sysconf(_SC_PAGESIZE);
	off_t skip = item->at % page;
	size_t len = (size_t)(item->size_bytes + skip);
	char *map = mmap(NULL, len ? len : 1, PROT_READ, MAP_SHARED, fd,
		item->at - skip);
	int failed;

	if (map == MAP_FAILED)
		return err_errno(err, "cannot read '%s'", guard->backup);
	failed = repo_hash_bytes(
		guard->repo, map + skip, (size_t)item->size_bytes, ret, err);
	munmap(map, len ? len : 1);
	return failed;
}

/* One version; 1 where it is not the one that was looked at. */
static int add_version(struct guard *guard, int fd, size_t nr, const char *what,
	const struct guard_state *state, const char *path, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;
	struct tar_item item;
	struct oid got;

	if (state->kind != GUARD_FILE)
		return 0;
	guard_item_name(&name, nr, what);
	if (add_file(fd, path, name.buf, &item, err) ||
		hash_item(guard, fd, &item, &got, err))
		return -1;
	return !oid_eq(&got, &state->oid);
}

static int add_versions(struct guard *guard, int fd, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];
		int result;

		guard_target(guard, i, &path);
		result = add_version(
			guard, fd, i, "user", &entry->user, path.buf, err);
		if (result)
			return result;
		guard_slot(guard, i, "", &path);
		result = add_version(
			guard, fd, i, "shown", &entry->shown, path.buf, err);
		if (result)
			return result;
	}
	return 0;
}

static int write_archive(struct guard *guard, const char *path,
	const struct strbuf *journal, struct err *err)
{
	AUTO_FD int fd = open(path,
		O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int result;

	if (fd < 0)
		return err_errno(err, "cannot write '%s'", path);
	ownership_follow(fd, path, true);
	if (tar_add_bytes(fd, JOURNAL, journal->buf, journal->len, NULL, err))
		return -1;
	result = add_versions(guard, fd, err);
	if (result)
		return result;
	if (tar_end(fd, err))
		return -1;
	return disk_sync_file(fd) ? err_errno(err, "cannot write '%s'", path)
				  : 0;
}

/* The folder of `path` and those that it may have been made in. */
static int sync_folders(
	const struct guard *guard, const char *path, struct err *err)
{
	AUTO_FREE char *folder = fs_dirname(path);
	const char *top = repo_commondir(guard->repo);

	for (;;) {
		char *parent;

		if (guard_sync(folder))
			return err_errno(err, "cannot sync '%s'", folder);
		if (strlen(folder) <= strlen(top))
			return 0;
		parent = fs_dirname(folder);
		free(folder);
		folder = parent;
	}
}

int backup_write(
	struct guard *guard, const struct strbuf *journal, struct err *err)
{
	AUTO_FREE char *folder = own_folder(guard->repo);
	AUTO_STRBUF path = STRBUF_INIT;
	int result;

	strbuf_addf(&path, "%s" NEW, guard->backup);
	if (fs_mkdirs(folder, 0700, err))
		return -1;
	result = write_archive(guard, path.buf, journal, err);
	if (result) {
		unlink(path.buf);
		return result;
	}
	if (rename(path.buf, guard->backup))
		return err_errno(err, "cannot rename '%s'", path.buf);
	return sync_folders(guard, guard->backup, err);
}

static int open_archive(const char *path, int flags, struct err *err)
{
	int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return err_set(err, "the backup '%s' is gone", path);
	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	return fd;
}

int backup_add(struct guard *guard, size_t nr, const char *what,
	const char *path, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;
	AUTO_FD int fd = open_archive(guard->backup, O_RDWR, err);

	guard_item_name(&name, nr, what);
	if (fd < 0 || tar_seek_end(fd, err) ||
		add_file(fd, path, name.buf, NULL, err) || tar_end(fd, err))
		return -1;
	if (disk_sync_file(fd))
		return err_errno(err, "cannot write '%s'", guard->backup);
	return 0;
}

int backup_keep(struct guard *guard, struct err *err)
{
	AUTO_FREE char *kept = kept_path(guard->backup);

	if (rename(guard->backup, kept) && !fs_exists(kept))
		return err_errno(err, "cannot rename '%s'", guard->backup);
	return sync_folders(guard, kept, err);
}

/* ---- reading ------------------------------------------------------------ */

/* The offset of `fd` is at the item's first byte then. */
static int seek_item(int fd, const char *path, const char *name,
	struct tar_item *ret, struct err *err)
{
	int found = tar_find(fd, name, ret, err);

	if (found < 0)
		return err_prefix(err, "cannot read the backup '%s'", path);
	if (!found)
		return err_set(err, "the backup '%s' has no '%s'", path, name);
	if (lseek(fd, ret->at, SEEK_SET) < 0)
		return err_errno(err, "cannot read '%s'", path);
	return 0;
}

static int extract_file(struct guard *guard, const char *backup, size_t nr,
	const char *what, const struct guard_state *state, const char *path,
	struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, state->mtime };
	AUTO_STRBUF name = STRBUF_INIT;
	AUTO_FD int from = open_archive(backup, O_RDONLY, err);
	AUTO_FD int fd = -1;
	struct tar_item item;
	struct oid got;

	guard_item_name(&name, nr, what);
	if (from < 0 || seek_item(from, backup, name.buf, &item, err))
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		0600);
	/* an archive that is cut off is found out below */
	if (fd < 0 || fs_copy_some(from, fd, item.size_bytes) < 0)
		return err_errno(err, "cannot write '%s'", path);
	ownership_follow(fd, path, false);
	if (repo_hash_file(guard->repo, path, &got, err))
		return -1;
	if (!oid_eq(&got, &state->oid))
		return err_set(err, "'%s' was not written completely", path);
	if (fchmod(fd, state->mode) || futimens(fd, times) ||
		disk_sync_file(fd))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}

int backup_extract(struct guard *guard, const char *backup, size_t nr,
	const char *what, const struct guard_state *state, const char *path,
	struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, state->mtime };

	unlink(path);
	if (state->kind == GUARD_FILE)
		return extract_file(guard, backup, nr, what, state, path, err);
	if (symlink(state->target, path) ||
		utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}

int backup_journal(const char *path, struct guard_journal *ret, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FD int fd = open_archive(path, O_RDONLY, err);
	struct tar_item item;

	if (fd < 0 || seek_item(fd, path, JOURNAL, &item, err))
		return -1;
	if (item.size_bytes > GUARD_JOURNAL_MAX)
		return err_set(err, "the backup '%s' is damaged", path);
	while (text.len < (size_t)item.size_bytes) {
		size_t want = (size_t)item.size_bytes - text.len;

		if (strbuf_read_once(&text, fd, want) <= 0)
			return err_errno(err, "cannot read '%s'", path);
	}
	if (strlen(text.buf) != text.len ||
		guard_journal_parse(text.buf, ret, err))
		return err_prefix(err, "cannot read the backup '%s'", path);
	return 0;
}

int backup_find(struct repo *repo, const char *id, char **ret, struct err *err)
{
	AUTO_FREE char *path = backup_path(repo, id);
	AUTO_FREE char *kept = kept_path(path);
	bool is_id = strspn(id, "0123456789-kept") == strlen(id);

	if (!is_id || (!fs_exists(path) && !fs_exists(kept)))
		return err_set(err,
			"there is no backup '%s' (see 'hookrun recover "
			"--list')",
			id);
	*ret = xstrdup(fs_exists(path) ? path : kept);
	return 0;
}

static int give(const char *folder, const char *name,
	int (*func)(const struct backup *backup, void *data), void *data,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(folder, name);
	AUTO_FREE const char **files = NULL;
	AUTO_FREE char *id = xstrdup(name);
	struct guard_journal journal;
	struct backup backup = {
		.id = id, .at = time_of(name), .kept = is_kept(name)
	};
	int result;

	if (backup_journal(path, &journal, err))
		return -1;
	id[strlen(id) - strlen(END)] = '\0';
	files = xcalloc(journal.nr + 1, sizeof(*files));
	for (size_t i = 0; i < journal.nr; i++)
		files[i] = journal.v[i].path;
	backup.hook = journal.hook;
	backup.files = files;
	backup.nr = journal.nr;
	result = func(&backup, data);
	guard_journal_release(&journal);
	return result;
}

int backups_each(struct repo *repo,
	int (*func)(const struct backup *backup, void *data), void *data,
	struct err *err)
{
	AUTO_FREE char *folder = own_folder(repo);
	AUTO_STRVEC names = STRVEC_INIT;

	list_names(folder, END, &names);
	for (size_t i = names.nr; i-- > 0;) {
		int result = give(folder, names.v[i], func, data, err);

		if (result)
			return result;
	}
	return 0;
}

/* ---- dropping ----------------------------------------------------------- */

static bool has_guard(const char *gitdir, const char *name)
{
	AUTO_STRBUF path = STRBUF_INIT;

	strbuf_addf(&path, "%s/hookrun/guard/%.*s", gitdir,
		(int)(strlen(name) - strlen(END)), name);
	return fs_exists(path.buf);
}

/* Files that a killed run left hidden wait for the next hookrun of their work
 * tree, which may be a long time in coming. */
static bool is_awaited(struct repo *repo, const char *name)
{
	AUTO_FREE char *folder = fs_join(repo_commondir(repo), "worktrees");
	bool found = has_guard(repo_commondir(repo), name);
	struct dirent *entry;
	DIR *dir;

	if (found || !(dir = opendir(folder)))
		return found;
	while (!found && (entry = readdir(dir))) {
		AUTO_FREE char *gitdir = fs_join(folder, entry->d_name);

		found = *entry->d_name != '.' && has_guard(gitdir, name);
	}
	closedir(dir);
	return found;
}

/* All but the `most` newest and what is old, unless it is kept. */
static void prune_folder(struct repo *repo, const char *folder, size_t most)
{
	time_t oldest = time(NULL) - (time_t)BACKUP_DAYS * DAY_S;
	AUTO_STRVEC names = STRVEC_INIT;
	size_t newer = 0;

	list_names(folder, END, &names);
	for (size_t i = names.nr; i-- > 0;) {
		AUTO_FREE char *path = fs_join(folder, names.v[i]);

		if (is_kept(names.v[i]) || !time_of(names.v[i]))
			continue;
		if (time_of(names.v[i]) >= oldest && newer < most)
			newer++;
		else if (!is_awaited(repo, names.v[i]))
			unlink(path);
	}
}

/* What a run that was killed while it wrote left; the guard's lock is ours. */
static void remove_unfinished(const char *folder)
{
	AUTO_STRVEC names = STRVEC_INIT;

	list_names(folder, END NEW, &names);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(folder, names.v[i]);

		unlink(path);
	}
}

void backups_prune(struct repo *repo)
{
	AUTO_FREE char *root = root_folder(repo);
	AUTO_FREE char *own = own_folder(repo);
	AUTO_STRVEC folders = STRVEC_INIT;

	list_names(root, "", &folders);
	for (size_t i = 0; i < folders.nr; i++) {
		AUTO_FREE char *folder = fs_join(root, folders.v[i]);
		bool is_own = !strcmp(folder, own);

		prune_folder(repo, folder, is_own ? BACKUPS_MAX : SIZE_MAX);
		if (is_own)
			remove_unfinished(folder);
		else
			rmdir(folder);
	}
}

int backup_drop(struct repo *repo, const char *id, struct err *err)
{
	AUTO_FREE char *path = NULL;

	if (backup_find(repo, id, &path, err))
		return -1;
	if (unlink(path))
		return err_errno(err, "cannot remove '%s'", path);
	return 0;
}
