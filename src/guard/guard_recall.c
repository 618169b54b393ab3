/*
 * A backup back into the work tree: the same exchange as when files are
 * hidden, with the roles changed.  What is there now is put aside, and what the
 * user had then is shown; so this too can be killed anywhere, and undone.
 */
#include "guard/guard_impl.h"

/* One file as the guard hides it: what is there now is the user's version,
 * the one of the backup is shown. */
static int add_entry(struct guard *guard, const char *backup,
	const struct guard_journal *from, size_t nr, struct err *err)
{
	const struct guard_entry *old = &from->v[nr];
	struct guard_journal *journal = &guard->journal;
	AUTO_FREE char *path = fs_join(repo_worktree(guard->repo), old->path);
	AUTO_STRBUF slot = STRBUF_INIT;
	struct guard_entry *entry;
	struct guard_state now;
	struct stat seen;

	/* folders were never in an archive, and always put back */
	if (old->user.kind == GUARD_FOLDER)
		return 0;
	if (guard_look(guard->repo, &journal->arena, path, &now, &seen, err))
		return -1;
	if (!guard_is_plain(repo_worktree(guard->repo), old->path, NULL)) {
		if (old->user.kind == GUARD_NONE)
			return 0;
		now.kind = GUARD_OTHER;
	}
	if (now.kind == GUARD_OTHER || now.kind == GUARD_FOLDER)
		return err_set(err,
			"something else is where '%s' was, move it away first",
			path);
	if (guard_same(&now, &old->user))
		return 0;
	entry = guard_journal_add(journal, old->path);
	entry->user = now;
	entry->seen = seen;
	entry->shown = old->user;
	if (old->user.kind == GUARD_LINK)
		entry->shown.target = arena_strdup(
			&journal->arena, old->user.target);
	guard_store_note_dirs(guard, entry->path);
	if (old->user.kind == GUARD_NONE)
		return 0;
	guard_slot(guard, journal->nr - 1, "", &slot);
	return backup_extract(
		guard, backup, nr, "user", &old->user, slot.buf, err);
}

static int restore(struct guard *guard, const char *backup,
	const struct guard_journal *from, struct strbuf *ret_undo,
	struct strbuf *notes, struct err *err)
{
	int result;

	if (guard_name(guard, "recover", err))
		return -1;
	for (size_t i = 0; i < from->nr; i++)
		if (add_entry(guard, backup, from, i, err))
			return -1;
	if (!guard->journal.nr)
		return guard_forget(guard, err);
	result = guard_store_backup(guard, err);
	if (result > 0)
		return err_set(err, "files are changing all the time");
	if (result || guard_hide(guard, notes, err))
		return -1;
	strbuf_addstr(ret_undo, guard->journal.id);
	return guard_forget(guard, err);
}

int backup_restore(struct repo *repo, const char *id, struct strbuf *ret_undo,
	struct strbuf *notes, struct err *err)
{
	AUTO_FREE char *path = NULL;
	struct guard_journal journal;
	struct guard *guard;
	int result;

	if (backup_find(repo, id, &path, err) ||
		backup_journal(path, &journal, err))
		return -1;
	result = guard_begin(repo, &guard, notes, err);
	if (result > 0) {
		result = restore(guard, path, &journal, ret_undo, notes, err);
		guard_end(guard);
	} else if (!result) {
		result = err_set(err,
			"another hookrun has put files aside at this moment");
	}
	guard_journal_release(&journal);
	return result;
}
