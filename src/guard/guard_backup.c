/*
 * Backups: each time the guard hid something, a ref to a tree was made, with
 * the journal of that moment as one of its blobs.  They stay after everything
 * went well, for the case that a job did something else than was wanted, until
 * there are newer ones or they are old.  A backup that could not be put back
 * has "-kept" behind its name, and only the user drops it.
 *
 * The names begin with the time, so that sorting and ageing need no look into
 * them.  A work tree has its own, by a hash of its git directory's name: refs
 * below refs/worktree/ would be invisible to a `git gc` in another one.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/hash.h"
#include "hookrun/git/gitcmd.h"

#include <dirent.h>
#include <inttypes.h>
#include <unistd.h>

#define KEPT "-kept"
#define DAY_S (24 * 60 * 60)

char *backup_ref(const struct repo *repo, const char *id)
{
	struct strbuf ref = STRBUF_INIT;

	strbuf_addstr(&ref, GUARD_REFS);
	if (repo_is_linked(repo))
		strbuf_addf(&ref, "worktree-%016" PRIx64,
			hash_str(HASH_START, fs_basename(repo_gitdir(repo))));
	else
		strbuf_addstr(&ref, "main");
	strbuf_addf(&ref, "/%s", id);
	return strbuf_detach(&ref, NULL);
}

/* ---- names -------------------------------------------------------------- */

static bool is_kept(const char *ref)
{
	size_t len = strlen(ref);

	return len > strlen(KEPT) && !strcmp(ref + len - strlen(KEPT), KEPT);
}

/* The time in "…/20261122-095400-123"; 0 where it is none. */
static time_t time_of(const char *ref)
{
	struct tm tm = { 0 };

	if (!strptime(fs_basename(ref), "%Y%m%d-%H%M%S", &tm))
		return 0;
	return timegm(&tm);
}

static int list_refs(struct repo *repo, const char *below, struct strvec *ret,
	struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	char *line, *rest;
	int status;

	strvec_push(&args, "for-each-ref");
	strvec_push(&args, "--format=%(refname)");
	strvec_push(&args, below);
	if (gitcmd(repo, args.v, &status, &out, err) || status)
		return -1;
	for (rest = out.buf; (line = strsep(&rest, "\n"));)
		if (*line)
			strvec_push(ret, line);
	return 0;
}

/* ---- dropping ----------------------------------------------------------- */

static void add_delete(struct strbuf *in, const char *ref)
{
	strbuf_addf(in, "delete %s", ref);
	strbuf_add(in, "\0\0", 2);
}

static int update_refs(
	struct repo *repo, const struct strbuf *in, struct err *err)
{
	char *args[] = { (char[]){ "update-ref" }, (char[]){ "--stdin" },
		(char[]){ "-z" }, NULL };
	int status;

	if (gitcmd_in(repo, args, in->buf, in->len, &status, NULL, err))
		return -1;
	return status ? -1 : 0;
}

static bool has_guard(const char *gitdir, const char *id)
{
	AUTO_STRBUF path = STRBUF_INIT;

	strbuf_addf(&path, "%s/hookrun/guard/%s", gitdir, id);
	return fs_exists(path.buf);
}

/* Files that a killed run left hidden wait for the next hookrun of their work
 * tree, which may be a long time in coming. */
static bool is_awaited(struct repo *repo, const char *id)
{
	AUTO_FREE char *folder = fs_join(repo_commondir(repo), "worktrees");
	bool found = has_guard(repo_commondir(repo), id);
	struct dirent *entry;
	DIR *dir;

	if (found || !(dir = opendir(folder)))
		return found;
	while (!found && (entry = readdir(dir))) {
		AUTO_FREE char *gitdir = fs_join(folder, entry->d_name);

		found = *entry->d_name != '.' && has_guard(gitdir, id);
	}
	closedir(dir);
	return found;
}

void backups_prune(struct repo *repo)
{
	AUTO_FREE char *own = backup_ref(repo, "");
	AUTO_STRVEC refs = STRVEC_INIT;
	AUTO_STRBUF in = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	time_t oldest = time(NULL) - (time_t)BACKUP_DAYS * DAY_S;
	size_t newer = 0;

	if (list_refs(repo, GUARD_REFS, &refs, &ignored))
		return;
	for (size_t i = refs.nr; i-- > 0;) {
		const char *ref = refs.v[i];
		bool is_own = !strncmp(ref, own, strlen(own));

		if (is_kept(ref) || !time_of(ref))
			continue;
		if (time_of(ref) >= oldest && (!is_own || newer < BACKUPS_MAX))
			newer += is_own;
		else if (!is_awaited(repo, fs_basename(ref)))
			add_delete(&in, ref);
	}
	if (in.len)
		update_refs(repo, &in, &ignored);
}

/* Under a second name: to delete the first, git would lock all packed refs,
 * which a kill would leave locked. */
int backup_keep(struct guard *guard, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;
	struct oid oid;
	int found = repo_ref_read(guard->repo, guard->ref, &oid, err);

	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, "the backup '%s' is gone", guard->ref);
	strbuf_addf(&name, "%s%s", guard->ref, KEPT);
	return repo_ref_write(guard->repo, name.buf, &oid, err);
}

/* A git that was killed left the lock of its ref behind.  These refs are
 * written by whoever has the lock of the guard, hence by nobody now. */
void backup_unlock(struct guard *guard)
{
	static const char *const ends[] = { ".lock", KEPT ".lock" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		AUTO_STRBUF path = STRBUF_INIT;

		strbuf_addf(&path, "%s/%s%s", repo_commondir(guard->repo),
			guard->ref, ends[i]);
		unlink(path.buf);
	}
}

/* The ref of an id as the user gives it, kept or not; malloc'd. */
static int find_ref(
	struct repo *repo, const char *id, char **ret, struct err *err)
{
	const char *const suffixes[] = { "", KEPT };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		AUTO_STRBUF name = STRBUF_INIT;
		char *ref;
		struct oid oid;
		int found;

		strbuf_addf(&name, "%s%s", id, suffixes[i]);
		ref = backup_ref(repo, name.buf);
		found = strspn(id, "0123456789-kept") == strlen(id)
				? repo_ref_read(repo, ref, &oid, err)
				: 0;
		if (found > 0) {
			*ret = ref;
			return 0;
		}
		free(ref);
		if (found < 0)
			return -1;
	}
	return err_set(err,
		"there is no backup '%s' (see 'hookrun recover --list')", id);
}

int backup_drop(struct repo *repo, const char *id, struct err *err)
{
	AUTO_FREE char *ref = NULL;
	AUTO_STRBUF in = STRBUF_INIT, kept = STRBUF_INIT;

	if (find_ref(repo, id, &ref, err))
		return -1;
	add_delete(&in, ref);
	strbuf_addf(&kept, "%s" KEPT, ref);
	if (!is_kept(ref))
		add_delete(&in, kept.buf);
	return update_refs(repo, &in, err);
}

/* ---- looking ------------------------------------------------------------ */

static int read_journal(struct repo *repo, const char *ref,
	struct guard_journal *ret, struct err *err)
{
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	strvec_push(&args, "cat-file");
	strvec_push(&args, "blob");
	strvec_pushf(&args, "%s:journal", ref);
	if (gitcmd(repo, args.v, &status, &out, err) || status ||
		guard_journal_parse(out.buf, ret, err))
		return err_prefix(err, "cannot read the backup '%s'", ref);
	return 0;
}

static int give(struct repo *repo, const char *ref,
	int (*func)(const struct backup *backup, void *data), void *data,
	struct err *err)
{
	struct guard_journal journal;
	AUTO_FREE const char **files = NULL;
	struct backup backup = {
		.id = fs_basename(ref), .at = time_of(ref), .kept = is_kept(ref)
	};
	int result;

	if (read_journal(repo, ref, &journal, err))
		return -1;
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
	AUTO_FREE char *own = backup_ref(repo, "");
	AUTO_STRVEC refs = STRVEC_INIT;

	if (list_refs(repo, own, &refs, err))
		return -1;
	for (size_t i = refs.nr; i-- > 0;) {
		int result;

		if (i + 1 < refs.nr && is_kept(refs.v[i + 1]) &&
			!strncmp(refs.v[i], refs.v[i + 1], strlen(refs.v[i])))
			continue;
		result = give(repo, refs.v[i], func, data, err);
		if (result)
			return result;
	}
	return 0;
}

/* ---- putting back ------------------------------------------------------- */

/* One file as the guard hides it: what is there now is the user's version,
 * the one of the backup is shown. */
static int add_entry(
	struct guard *guard, const struct guard_entry *from, struct err *err)
{
	struct guard_journal *journal = &guard->journal;
	AUTO_FREE char *path = fs_join(repo_worktree(guard->repo), from->path);
	AUTO_STRBUF slot = STRBUF_INIT;
	struct guard_entry *entry;
	struct guard_state now;
	struct stat seen;

	if (guard_look(guard->repo, &journal->arena, path, &now, &seen, err))
		return -1;
	if (!guard_is_plain(repo_worktree(guard->repo), from->path) ||
		now.kind == GUARD_OTHER)
		return err_set(err,
			"something else is where '%s' was, move it away first",
			path);
	if (guard_same(&now, &from->user))
		return 0;
	entry = guard_journal_add(journal, from->path);
	entry->user = now;
	entry->seen = seen;
	entry->shown = from->user;
	if (from->user.kind == GUARD_LINK)
		entry->shown.target = arena_strdup(
			&journal->arena, from->user.target);
	guard_store_note_dirs(guard, entry->path);
	if (from->user.kind == GUARD_NONE)
		return 0;
	guard_slot(guard, journal->nr - 1, "", &slot);
	return guard_store_extract(guard, &from->user, slot.buf, err);
}

static int restore(struct guard *guard, const struct guard_journal *from,
	struct strbuf *ret_undo, struct strbuf *notes, struct err *err)
{
	int result;

	if (guard_name(guard, "recover", err))
		return -1;
	for (size_t i = 0; i < from->nr; i++)
		if (add_entry(guard, &from->v[i], err))
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
	AUTO_FREE char *ref = NULL;
	struct guard_journal journal;
	struct guard *guard;
	int result;

	if (find_ref(repo, id, &ref, err) ||
		read_journal(repo, ref, &journal, err))
		return -1;
	result = guard_begin(repo, &guard, notes, err);
	if (result > 0) {
		result = restore(guard, &journal, ret_undo, notes, err);
		guard_end(guard);
	} else if (!result) {
		result = err_set(err,
			"another hookrun has put files aside at this moment");
	}
	guard_journal_release(&journal);
	return result;
}
