/*
 * The guard.
 *
 * The promise is that no byte of a user's work is ever lost, whatever ends us
 * and whenever: a failing job, a signal, kill -9, a full disk, a power cut, an
 * editor that saves at the same moment.  So nothing here depends on coming to
 * an end.
 *
 *   1. What is partly staged is found (guard_scan.c); mostly nothing, and then
 *      nothing more happens.
 *   2. The staged versions are written into GIT_DIR/hookrun/guard/ID/, through
 *      git's filters, beside the work tree and not in it.
 *   3. Those and the user's versions are copied into one archive
 *      (guard_backup.c), and GIT_DIR/hookrun/guard/journal names them all.
 *      Both are synced.  Up to here no file of the user has been touched.
 *   4. Each file changes places with its staged version (guard_path.c): the
 *      user's own file waits in GIT_DIR, not a copy of it.  So does a folder
 *      that is where a file is staged, as a whole, and a file that is where a
 *      folder of staged files was.
 *   5. The jobs run.
 *   6. Each file changes places again, or is merged with what a job made of
 *      it (guard_restore.c).  The journal goes last.
 *
 * Killed before 4, nothing has happened.  Killed later, the journal is there;
 * the next hookrun of this work tree, whatever it was asked to do, finds it and
 * does step 6, which can be begun again at any point.
 *
 * Alive or dead is told by a lock (fcntl) on GIT_DIR/hookrun/guard/lock: the
 * kernel gives it up with the process, so that no pid can be mistaken, and
 * unlike flock() it is not inherited by what we fork.  Who does not get it
 * leaves everything alone.  What the other hides is as staged for both; where
 * there is more, the user is told that his jobs may see it.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/cquote.h"
#include "hookrun/base/filelock.h"
#include "hookrun/proc/interrupt.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define TRIES 3 /* where files change while they are looked at */

/* ---- the lock ----------------------------------------------------------- */

static int lock(struct guard *guard, struct err *err)
{
	AUTO_FREE char *path = fs_join(guard->dir, "lock");

	guard->lock_fd = filelock_alone(path, err);
	if (guard->lock_fd == -2)
		return 0;
	return guard->lock_fd < 0 ? -1 : 1;
}

void guard_end(struct guard *guard)
{
	if (!guard)
		return;
	fs_auto_close(&guard->lock_fd);
	guard_journal_release(&guard->journal);
	free(guard->dir);
	free(guard->staging);
	free(guard->backup);
	free(guard);
}

/* ---- the journal -------------------------------------------------------- */

static char *journal_path(const struct guard *guard)
{
	return fs_join(guard->dir, "journal");
}

static void set_names(struct guard *guard)
{
	free(guard->staging);
	free(guard->backup);
	guard->staging = fs_join(guard->dir, guard->journal.id);
	guard->backup = backup_path(guard->repo, guard->journal.id);
}

int guard_name(struct guard *guard, const char *hook, struct err *err)
{
	struct arena *arena = &guard->journal.arena;
	time_t now = time(NULL);
	struct tm tm;
	char date[32];

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	guard->journal.id = arena_printf(arena, "%s-%d", date, (int)getpid());
	guard->journal.hook = arena_strdup(arena, hook);
	guard->journal.worktree = arena_strdup(
		arena, repo_worktree(guard->repo));
	set_names(guard);
	return fs_mkdirs(guard->staging, 0700, err);
}

static int journal_start(struct guard *guard, struct err *err)
{
	AUTO_FREE char *from = fs_join(guard->staging, "journal");
	AUTO_FREE char *to = journal_path(guard);

	if (guard_sync(guard->staging) || rename(from, to) ||
		guard_sync(guard->dir))
		return err_errno(err, "cannot write '%s'", to);
	return 0;
}

/* No archive has a folder, so the one that was put aside is the only one. */
static int check_folders(struct guard *guard, struct err *err)
{
	AUTO_STRBUF slot = STRBUF_INIT;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		guard_slot(guard, i, "", &slot);
		if (guard->journal.v[i].user.kind == GUARD_FOLDER &&
			fs_is_dir(slot.buf))
			return err_set(err, "the folder '%s' is still in '%s'",
				guard->journal.v[i].path, slot.buf);
	}
	return 0;
}

int guard_forget(struct guard *guard, struct err *err)
{
	AUTO_FREE char *path = journal_path(guard);
	struct err ignored = ERR_INIT;

	if (check_folders(guard, err))
		return -1;
	if ((unlink(path) && errno != ENOENT) || guard_sync(guard->dir))
		return err_errno(err, "cannot remove '%s'", path);
	fs_remove_tree(guard->staging, &ignored);
	return 0;
}

/* 1, 0 where there is none, -1. */
static int journal_read(struct guard *guard, struct err *err)
{
	AUTO_FREE char *path = journal_path(guard);
	AUTO_STRBUF text = STRBUF_INIT;
	int found = fs_read(path, &text, GUARD_JOURNAL_MAX, err);

	if (found <= 0)
		return found;
	if (strlen(text.buf) != text.len)
		return err_set(err, "'%s' is damaged", path);
	if (guard_journal_parse(text.buf, &guard->journal, err))
		return err_prefix(err, "'%s' is damaged", path);
	set_names(guard);
	return 1;
}

/* ---- recovery ----------------------------------------------------------- */

static int how_to_go_on(struct err *err)
{
	return err_prefix(err,
		"unstaged work could not be put back; it is safe (see "
		"'hookrun recover --list'), try 'hookrun recover'");
}

static int recover(struct guard *guard, struct strbuf *notes, struct err *err)
{
	size_t open;

	if (guard_restore(guard, false, notes, &open, err))
		return how_to_go_on(err);
	if (open && backup_keep(guard, err))
		return how_to_go_on(err);
	if (open < guard->journal.nr)
		strbuf_addf(notes,
			"hookrun: a run of '%s' had been killed; the unstaged "
			"work of %zu file%s is back\n",
			guard->journal.hook, guard->journal.nr - open,
			guard->journal.nr - open == 1 ? "" : "s");
	return guard_forget(guard, err);
}

/* What a process left that was killed before its journal was there, or after
 * it was gone. */
static void remove_leftovers(struct guard *guard)
{
	DIR *dir = opendir(guard->dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		AUTO_FREE char *path = NULL;
		struct err ignored = ERR_INIT;

		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		path = fs_join(guard->dir, entry->d_name);
		fs_remove_tree(path, &ignored);
	}
	if (dir)
		closedir(dir);
}

int guard_begin(struct repo *repo, struct guard **ret, struct strbuf *notes,
	struct err *err)
{
	struct guard *guard = xcalloc(1, sizeof(*guard));
	int result;

	guard->repo = repo;
	guard->lock_fd = -1;
	guard->dir = fs_join(repo_gitdir(repo), "hookrun/guard");
	result = fs_mkdirs(guard->dir, 0700, err);
	if (!result)
		result = lock(guard, err);
	if (result > 0) {
		int found = journal_read(guard, err);

		backups_take_over(repo);
		if (found < 0 || (found && recover(guard, notes, err)))
			result = -1;
		guard_journal_release(&guard->journal);
	}
	if (result <= 0) {
		guard_end(guard);
		return result;
	}
	remove_leftovers(guard);
	*ret = guard;
	return 1;
}

int guard_recover(struct repo *repo, struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *path = fs_join(
		repo_gitdir(repo), "hookrun/guard/journal");
	struct guard *guard;
	int result;

	if (!repo_worktree(repo) || !fs_exists(path))
		return 0;
	interrupt_hold();
	interrupt_defer(true);
	result = guard_begin(repo, &guard, notes, err);
	if (result > 0)
		guard_end(guard);
	interrupt_release();
	return result;
}

/* ---- hiding ------------------------------------------------------------- */

static int show(struct guard *guard, size_t nr, struct err *err)
{
	const struct guard_entry *entry = &guard->journal.v[nr];
	AUTO_STRBUF slot = STRBUF_INIT, target = STRBUF_INIT;
	AUTO_STRBUF beside = STRBUF_INIT;
	bool shown = entry->shown.kind != GUARD_NONE;
	AUTO_FREE char *folder = NULL;
	int result;

	guard_slot(guard, nr, "", &slot);
	guard_target(guard, nr, &target);
	guard_beside(guard, nr, &beside);
	folder = fs_dirname(target.buf);
	if (!guard_is_plain(repo_worktree(guard->repo), entry->path, NULL))
		return err_set(err, "'%s' is not where it was", target.buf);
	if (shown && !fs_exists(folder) && fs_mkdirs(folder, 0777, err))
		return -1;
	result = guard_put(shown ? slot.buf : NULL, slot.buf, target.buf,
		beside.buf,
		entry->user.kind == GUARD_NONE ? NULL : &entry->seen, err);
	if (result > 0)
		return err_set(err,
			"'%s' was changed at this very moment, try again",
			target.buf);
	return result;
}

int guard_hide(struct guard *guard, struct strbuf *notes, struct err *err)
{
	struct err undo = ERR_INIT;
	size_t open;

	if (journal_start(guard, err))
		return -1;
	for (size_t i = 0; i < guard->journal.nr; i++) {
		if (!show(guard, i, err))
			continue;
		if (guard_restore(guard, true, notes, &open, &undo) || open ||
			guard_forget(guard, &undo)) {
			how_to_go_on(&undo);
			strbuf_addf(notes, "hookrun: %s\n", undo.msg);
		}
		return -1;
	}
	return 0;
}

/* 1 hidden, 0 nothing to hide, -1.  The journal has been filled by a scan. */
static int hide_once(struct guard *guard, const struct guard_opts *opts,
	struct strbuf *notes, bool *ret_again, struct err *err)
{
	int result;

	*ret_again = false;
	if (!guard->journal.nr)
		return 0;
	if (guard_name(guard, opts->hook, err) || guard_store_shown(guard, err))
		return -1;
	if (!guard->journal.nr)
		return 0;
	result = guard_store_backup(guard, err);
	*ret_again = result > 0;
	if (result)
		return -1;
	return guard_hide(guard, notes, err) ? -1 : 1;
}

static int hide(struct guard *guard, const struct guard_opts *opts,
	struct strbuf *notes, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		bool again;
		int result = hide_once(guard, opts, notes, &again, err);

		if (!again)
			return result;
		guard_journal_release(&guard->journal);
		remove_leftovers(guard);
		if (guard_scan(guard->repo, opts, &guard->journal, err))
			return -1;
	}
	return err_set(err, "files are changing all the time");
}

/* With the lock, where somebody has it not. */
static int enter(struct guard *guard, const struct guard_opts *opts,
	struct guard_journal *journal, bool recovered, struct strbuf *notes,
	struct err *err)
{
	guard->journal = *journal;
	memset(journal, 0, sizeof(*journal));
	if (recovered) {
		guard_journal_release(&guard->journal);
		if (guard_scan(guard->repo, opts, &guard->journal, err))
			return -1;
	}
	return hide(guard, opts, notes, err);
}

static void give_up(struct guard *guard)
{
	AUTO_FREE char *journal = journal_path(guard);

	if (!fs_exists(journal))
		remove_leftovers(guard);
	guard_end(guard);
}

/* That a file only looks different, through a filter, is not known here. */
static void tell_visible(
	const struct guard_journal *journal, struct strbuf *notes)
{
	strbuf_addstr(notes,
		"hookrun: warning: another hookrun hides files of this work "
		"tree at this moment: jobs may see what is not staged of ");
	if (journal->nr == 1)
		cquote_show(notes, journal->v[0].path);
	else
		strbuf_addf(notes, "%zu files", journal->nr);
	strbuf_addstr(notes, " too\n");
}

static int begin_and_enter(struct repo *repo, const struct guard_opts *opts,
	struct guard_journal *journal, struct guard **ret, struct strbuf *notes,
	struct err *err)
{
	struct guard *guard;
	size_t before = notes->len;
	int result = guard_begin(repo, &guard, notes, err);

	if (!result)
		tell_visible(journal, notes);
	if (result <= 0)
		return result;
	result = enter(guard, opts, journal, notes->len > before, notes, err);
	if (result > 0)
		*ret = guard;
	else
		give_up(guard);
	return result;
}

/* Most commits end after the scan. */
int guard_enter(struct repo *repo, const struct guard_opts *opts,
	struct guard **ret, struct strbuf *notes, struct err *err)
{
	struct guard_journal journal = { .arena = ARENA_INIT };
	int result = guard_scan(repo, opts, &journal, err);

	*ret = NULL;
	if (!result && journal.nr) {
		interrupt_hold();
		interrupt_defer(true);
		result = begin_and_enter(repo, opts, &journal, ret, notes, err);
		interrupt_defer(false);
		if (result <= 0)
			interrupt_release();
	}
	guard_journal_release(&journal);
	if (result < 0)
		return err_prefix(err, "cannot put aside what is not staged");
	return 0;
}

int guard_leave(struct guard *guard, struct strbuf *notes, struct err *err)
{
	size_t open;
	int result;

	if (!guard)
		return 0;
	interrupt_defer(true);
	result = guard_restore(guard, true, notes, &open, err);
	if (!result && open) {
		result = backup_keep(guard, err);
		if (!result)
			guard_forget(guard, err);
		err_set(err, "not all of your unstaged work could be put back");
		result = -1;
	} else if (result || guard_forget(guard, err)) {
		result = how_to_go_on(err);
	} else {
		backups_prune(guard->repo);
	}
	guard_end(guard);
	interrupt_release();
	return result;
}
