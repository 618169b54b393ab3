/*
 * The copies: the staged versions that jobs will see, and the backup that
 * outlives whatever happens to the work tree.
 *
 * Git writes the first, since only git knows the filters of a file: one
 * process, and only where something is partly staged.  The user's bytes are
 * kept as they are, without filters (a clean filter may lose what the smudge
 * filter does not bring back), in an archive of our own (guard_backup.c).
 *
 * Everything is synced, files and folders: after a power cut there is either no
 * journal, or a journal and all that it names.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/ownership.h"
#include "hookrun/git/gitcmd.h"

#include <errno.h>
#include <unistd.h>

/* ---- the staged versions ------------------------------------------------ */

static void shown_name(
	const struct guard *guard, const char *path, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/shown/%s", guard->staging, path);
}

static int check_out(struct guard *guard, struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT;
	AUTO_STRBUF prefix = STRBUF_INIT;
	AUTO_FREE char *folder = fs_join(guard->staging, "shown");

	for (size_t i = 0; i < guard->journal.nr; i++)
		if (*guard->journal.v[i].index.hex)
			strbuf_add(&in, guard->journal.v[i].path,
				strlen(guard->journal.v[i].path) + 1);
	if (!in.len)
		return 0;
	strbuf_addf(&prefix, "--prefix=%s/", folder);
	if (gitcmd_in(guard->repo,
		    GIT_ARGS("checkout-index", prefix.buf, "-z", "--stdin"),
		    in.buf, in.len, NULL, NULL, err))
		return -1;
	ownership_follow_tree(folder);
	return 0;
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
		struct stat st;

		strbuf_reset(&dir);
		strbuf_addf(&dir, "%s/", repo_worktree(guard->repo));
		start = dir.len;
		strbuf_add(&dir, path, (size_t)(slash - path));
		/* what stands in a folder's way is put aside before */
		if (!lstat(dir.buf, &st) && S_ISDIR(st.st_mode))
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

/* ---- the backup --------------------------------------------------------- */

int guard_store_backup(struct guard *guard, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_FREE char *path = fs_join(guard->staging, "journal");

	guard_journal_write(&guard->journal, &text);
	/* what could not be read again could not be put back after a kill */
	if (text.len > GUARD_JOURNAL_MAX)
		return err_set(err, "%zu files are too many at once",
			guard->journal.nr);
	if (guard_write(path, &text, 0600, NULL, err))
		return -1;
	ownership_follow_path(path);
	if (guard_sync_files(guard, err))
		return -1;
	return backup_write(guard, &text, err);
}
