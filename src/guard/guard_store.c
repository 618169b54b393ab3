/*
 * The copies: the staged versions that jobs will see, and the backup that
 * outlives whatever happens to the work tree.
 *
 * Git writes both, since only git knows the filters of a file and the formats
 * of a repository: four processes, and only where something is partly staged.
 * The user's bytes go into the object database as they are, without filters
 * (a clean filter may lose what the smudge filter does not bring back).  The
 * backup is a ref to a tree, not to a commit, so that neither `git log --all`
 * nor a history viewer shows it.  The ref is one of those that all work trees
 * share: a `git gc` in another work tree does not look at refs/worktree/.
 *
 * Everything is synced here and not by git, whose settings for it differ from
 * version to version, files and folders: after a power cut there is either no
 * journal, or a journal and all that it names.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/cquote.h"
#include "hookrun/base/hash.h"
#include "hookrun/git/gitcmd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void guard_slot(const struct guard *guard, size_t nr, const char *suffix,
	struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/%zu%s", guard->staging, nr + 1, suffix);
}

void guard_target(const struct guard *guard, size_t nr, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/%s", repo_worktree(guard->repo),
		guard->journal.v[nr].path);
}

void guard_beside(const struct guard *guard, size_t nr, struct strbuf *out)
{
	const char *path = guard->journal.v[nr].path;
	size_t folder = (size_t)(fs_basename(path) - path);

	strbuf_reset(out);
	strbuf_addf(out, "%s/%.*s.hookrun-%s-%zu", repo_worktree(guard->repo),
		(int)folder, path, guard->journal.id, nr + 1);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static int ask(struct guard *guard, const char *const *words,
	const struct strbuf *in, struct strbuf *out, struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	int status;

	for (; *words; words++)
		strvec_push(&args, *words);
	if (gitcmd_in(guard->repo, args.v, in ? in->buf : NULL,
		    in ? in->len : 0, &status, out, err))
		return -1;
	return status ? -1 : 0;
}

/* ---- the staged versions ------------------------------------------------ */

static void shown_name(
	const struct guard *guard, const char *path, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/shown/%s", guard->staging, path);
}

static int check_out(struct guard *guard, struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT, prefix = STRBUF_INIT;

	for (size_t i = 0; i < guard->journal.nr; i++)
		if (*guard->journal.v[i].index.hex)
			strbuf_add(&in, guard->journal.v[i].path,
				strlen(guard->journal.v[i].path) + 1);
	if (!in.len)
		return 0;
	strbuf_addf(&prefix, "--prefix=%s/shown/", guard->staging);
	return ask(guard, WORDS("checkout-index", prefix.buf, "-z", "--stdin"),
		&in, NULL, err);
}

/* The permissions of the user's file, the executable bit of the index. */
static mode_t shown_mode(const struct guard_entry *entry, mode_t written)
{
	mode_t mode = entry->user.kind == GUARD_FILE ? entry->user.mode
						     : written;

	mode &= ~(mode_t)0111;
	return entry->exec ? mode | (mode & 0444) >> 2 : mode;
}

static int look_at_shown(struct guard *guard, struct guard_entry *entry,
	const char *file, struct err *err)
{
	struct stat st;

	if (lstat(file, &st))
		return err_errno(err,
			"git did not write the staged version of '%s'",
			entry->path);
	if (S_ISREG(st.st_mode)) {
		mode_t mode = shown_mode(entry, st.st_mode & 07777);

		if (mode != (st.st_mode & 07777) && chmod(file, mode))
			return err_errno(err, "cannot change '%s'", file);
	}
	return guard_look(guard->repo, &guard->journal.arena, file,
		&entry->shown, NULL, err);
}

/* Folders that have to be made for the file, for the way back. */
void guard_store_note_dirs(struct guard *guard, const char *path)
{
	AUTO_STRBUF dir = STRBUF_INIT;
	struct guard_journal *journal = &guard->journal;

	for (const char *slash = path; (slash = strchr(slash, '/')); slash++) {
		size_t start, known = 0;

		strbuf_reset(&dir);
		strbuf_addf(&dir, "%s/", repo_worktree(guard->repo));
		start = dir.len;
		strbuf_add(&dir, path, (size_t)(slash - path));
		if (fs_exists(dir.buf))
			continue;
		while (known < journal->ndirs &&
			strcmp(journal->dirs[known], dir.buf + start) != 0)
			known++;
		if (known == journal->ndirs)
			guard_journal_add_dir(journal, dir.buf + start);
	}
}

int guard_store_shown(struct guard *guard, struct err *err)
{
	struct guard_journal *journal = &guard->journal;
	AUTO_STRBUF file = STRBUF_INIT, slot = STRBUF_INIT;
	size_t kept = 0;

	if (check_out(guard, err))
		return err_prefix(err, "cannot write the staged versions");
	for (size_t i = 0; i < journal->nr; i++) {
		struct guard_entry *entry = &journal->v[i];

		if (*entry->index.hex) {
			shown_name(guard, entry->path, &file);
			if (look_at_shown(guard, entry, file.buf, err))
				return -1;
			if (guard_same(&entry->user, &entry->shown))
				continue;
			guard_slot(guard, kept, "", &slot);
			if (rename(file.buf, slot.buf))
				return err_errno(
					err, "cannot rename '%s'", file.buf);
		}
		if (entry->user.kind == GUARD_NONE)
			guard_store_note_dirs(guard, entry->path);
		journal->v[kept++] = *entry;
	}
	journal->nr = kept;
	return 0;
}

/* ---- to the disk -------------------------------------------------------- */

static int sync_there(const char *path, struct err *err)
{
	if (guard_sync(path) && errno != ENOENT)
		return err_errno(err, "cannot sync '%s'", path);
	return 0;
}

static void objects_folder(const struct guard *guard, struct strbuf *out)
{
	const char *named = getenv("GIT_OBJECT_DIRECTORY");

	if (named && *named)
		strbuf_addstr(out, named);
	else
		strbuf_addf(out, "%s/objects", repo_commondir(guard->repo));
}

/* The files, then once each the folders that name them.  An object that is not
 * a loose file was in a pack already, or git has just synced the pack. */
static int sync_objects(
	struct guard *guard, const struct oid *ids, size_t nr, struct err *err)
{
	AUTO_STRVEC folders = STRVEC_INIT;
	AUTO_STRBUF path = STRBUF_INIT;
	size_t start;

	objects_folder(guard, &path);
	start = path.len;
	strvec_push(&folders, path.buf);
	for (size_t i = 0; i < nr; i++) {
		strbuf_setlen(&path, start);
		strbuf_addf(&path, "/%.2s", ids[i].hex);
		strvec_push(&folders, path.buf);
		strbuf_addf(&path, "/%s", ids[i].hex + 2);
		if (sync_there(path.buf, err))
			return -1;
	}
	strvec_sort(&folders);
	for (size_t i = folders.nr; i-- > 0;)
		if (!i || strcmp(folders.v[i], folders.v[i - 1]) != 0)
			if (sync_there(folders.v[i], err))
				return -1;
	return 0;
}

static int sync_ref(struct guard *guard, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;
	size_t root;

	strbuf_addstr(&path, repo_commondir(guard->repo));
	root = path.len;
	strbuf_addf(&path, "/%s", guard->ref);
	while (path.len > root) {
		if (sync_there(path.buf, err))
			return -1;
		strbuf_setlen(
			&path, (size_t)(strrchr(path.buf, '/') - path.buf));
	}
	return 0;
}

static int sync_files(struct guard *guard, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];

		guard_target(guard, i, &path);
		if (entry->user.kind == GUARD_FILE && sync_there(path.buf, err))
			return -1;
		guard_slot(guard, i, "", &path);
		if (entry->shown.kind == GUARD_FILE &&
			sync_there(path.buf, err))
			return -1;
	}
	return 0;
}

/* ---- objects ------------------------------------------------------------ */

static void add_path(struct strbuf *in, const char *path)
{
	cquote_add(in, path);
	strbuf_addch(in, '\n');
}

/* The ids of the files named in `in`, in turn. */
static int hash_files(struct guard *guard, const struct strbuf *in,
	struct oid *ids, size_t nr, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	char *line;

	if (ask(guard,
		    WORDS("hash-object", "-w", "--no-filters", "--stdin-paths"),
		    in, &out, err))
		return -1;
	line = out.buf;
	for (size_t i = 0; i < nr; i++) {
		char *end = strchr(line, '\n');

		if (!end)
			return err_set(
				err, "git stored %zu of %zu files", i, nr);
		*end = '\0';
		if (!oid_parse(line, &ids[i]))
			return err_set(
				err, "git printed no object id: '%s'", line);
		line = end + 1;
	}
	return sync_objects(guard, ids, nr, err);
}

static void add_item(
	struct strbuf *tree, const struct oid *oid, size_t nr, const char *what)
{
	strbuf_addf(tree, "100644 blob %s\t", oid->hex);
	guard_item_name(tree, nr, what);
	strbuf_addch(tree, '\0');
}

static int point_at(
	struct guard *guard, const struct strbuf *tree, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct oid oid;

	if (ask(guard, WORDS("mktree", "-z"), tree, &out, err))
		return -1;
	strbuf_rtrim(&out);
	if (!oid_parse(out.buf, &oid))
		return err_set(err, "git printed no object id: '%s'", out.buf);
	if (sync_objects(guard, &oid, 1, err) ||
		repo_ref_write(guard->repo, guard->ref, &oid, err))
		return -1;
	return sync_ref(guard, err);
}

static void journal_name(const struct guard *guard, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/journal", guard->staging);
}

/* The tree's lines, where git stored what was looked at before. */
static int list_items(struct guard *guard, const struct oid *ids, size_t nr,
	struct strbuf *tree)
{
	size_t next = 0;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];

		if (entry->user.kind == GUARD_FILE) {
			if (!oid_eq(&ids[next], &entry->user.oid))
				return 1;
			add_item(tree, &ids[next++], i, "user");
		}
		if (entry->shown.kind == GUARD_FILE) {
			if (!oid_eq(&ids[next], &entry->shown.oid))
				return 1;
			add_item(tree, &ids[next++], i, "shown");
		}
	}
	strbuf_addf(tree, "100644 blob %s\tjournal", ids[nr - 1].hex);
	strbuf_addch(tree, '\0');
	return 0;
}

static size_t list_paths(struct guard *guard, struct strbuf *in)
{
	AUTO_STRBUF path = STRBUF_INIT;
	size_t nr = 1;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];

		if (entry->user.kind == GUARD_FILE) {
			guard_target(guard, i, &path);
			add_path(in, path.buf);
			nr++;
		}
		if (entry->shown.kind == GUARD_FILE) {
			guard_slot(guard, i, "", &path);
			add_path(in, path.buf);
			nr++;
		}
	}
	journal_name(guard, &path);
	add_path(in, path.buf);
	return nr;
}

int guard_store_backup(struct guard *guard, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT, path = STRBUF_INIT;
	AUTO_STRBUF in = STRBUF_INIT, tree = STRBUF_INIT;
	AUTO_FREE struct oid *ids = NULL;
	size_t nr;
	int result;

	guard_journal_write(&guard->journal, &text);
	/* what could not be read again could not be put back after a kill */
	if (text.len > GUARD_JOURNAL_MAX)
		return err_set(err, "%zu files are too many at once",
			guard->journal.nr);
	journal_name(guard, &path);
	if (guard_write(path.buf, &text, 0600, NULL, err) ||
		sync_files(guard, err))
		return -1;
	nr = list_paths(guard, &in);
	ids = xcalloc(nr, sizeof(*ids));
	if (hash_files(guard, &in, ids, nr, err))
		return -1;
	result = list_items(guard, ids, nr, &tree);
	return result ? result : point_at(guard, &tree, err);
}

int guard_store_more(struct guard *guard, const struct guard_item *items,
	size_t nr, struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT, tree = STRBUF_INIT;
	AUTO_FREE struct oid *ids = xcalloc(nr + 1, sizeof(*ids));

	for (size_t i = 0; i < nr; i++)
		add_path(&in, items[i].file);
	if (hash_files(guard, &in, ids, nr, err) ||
		ask(guard, WORDS("ls-tree", "-z", guard->ref), NULL, &tree,
			err))
		return -1;
	for (size_t i = 0; i < nr; i++)
		add_item(&tree, &ids[i], items[i].nr, items[i].what);
	return point_at(guard, &tree, err);
}

/* Straight into the file: it may be larger than memory. */
static int extract_blob(struct guard *guard, const struct guard_state *state,
	const char *path, struct err *err)
{
	char *args[] = { (char[]){ "cat-file" }, (char[]){ "blob" },
		(char *)(uintptr_t)state->oid.hex, NULL };
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, state->mtime };
	AUTO_FD int fd = open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct oid got;

	if (fd < 0)
		return err_errno(err, "cannot write '%s'", path);
	if (gitcmd_to(guard->repo, args, fd, err))
		return -1;
	if (repo_hash_file(guard->repo, path, &got, err))
		return -1;
	if (!oid_eq(&got, &state->oid))
		return err_set(err, "'%s' was not written completely", path);
	if (fchmod(fd, state->mode) || futimens(fd, times) || fsync(fd))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}

int guard_store_extract(struct guard *guard, const struct guard_state *state,
	const char *path, struct err *err)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, state->mtime };

	unlink(path);
	if (state->kind == GUARD_FILE)
		return extract_blob(guard, state, path, err);
	if (symlink(state->target, path) ||
		utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW))
		return err_errno(err, "cannot write '%s'", path);
	return 0;
}
