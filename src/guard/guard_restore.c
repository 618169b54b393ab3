/*
 * The way back.
 *
 * What has to be done with a file is seen from the file: it is what the user
 * had (nothing was done yet, or all is done), what was shown (the user's
 * version goes back), or something else, which a job wrote, or the user after
 * a crash.  So the way back can be broken off anywhere and begun again.
 *
 * Something else is merged with what the user had beyond the staged version.
 * Where both changed the same lines, the user's text wins in these lines while
 * we live, for then it was a job that wrote the other; that one is kept in the
 * backup.
 * After a crash nobody knows who wrote it, and what the user has saved
 * meanwhile is the user's, too: then nothing is changed, and the user is told
 * the command.
 *
 * Nothing is removed here but what was looked at a moment before and is kept
 * elsewhere; a file that changes in between is looked at again.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/cquote.h"
#include "hookrun/git/gitcmd.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#define SAVED_MAX (256 * 1024 * 1024) /* bytes that are looked at for it */
#define TRIES 3 /* where somebody writes a file at the same time */

enum action {
	DONE,	  /* it is what the user had */
	PUT,	  /* `source` goes there */
	CONFLICT, /* both changed the same */
	BLOCKED,  /* a folder, or behind a link: not ours to remove */
};

struct work {
	struct guard *guard;
	size_t nr;
	struct guard_entry *entry;
	bool alive;
	struct guard_state user, now; /* what the user has, what is there */
	struct stat seen;	      /* of what is there */
	bool in_slot;		      /* the user's own file is in its slot */
	bool merged; /* CONFLICT, but only in some of its lines: in `source` */
	enum action action;
	struct strbuf target, slot, beside, source;
};

static void work_init(
	struct work *work, struct guard *guard, size_t nr, bool alive)
{
	*work = (struct work){ .guard = guard,
		.nr = nr,
		.entry = &guard->journal.v[nr],
		.alive = alive && !guard->journal.v[nr].saved,
		.target = STRBUF_INIT,
		.slot = STRBUF_INIT,
		.beside = STRBUF_INIT,
		.source = STRBUF_INIT };
	guard_target(guard, nr, &work->target);
	guard_slot(guard, nr, "", &work->slot);
	guard_beside(guard, nr, &work->beside);
}

static void work_release(struct work *work)
{
	strbuf_release(&work->target);
	strbuf_release(&work->slot);
	strbuf_release(&work->beside);
	strbuf_release(&work->source);
}

/* ---- what is there ------------------------------------------------------ */

/* What a kill in the middle of a replacement left. */
static void settle(struct work *work)
{
	static const char *const suffixes[] = { "", ".user", ".merged" };
	AUTO_STRBUF slot = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		guard_slot(work->guard, work->nr, suffixes[i], &slot);
		guard_put_settle(slot.buf, work->target.buf, work->beside.buf);
	}
}

static void drop_beside(struct work *work)
{
	struct err ignored = ERR_INIT;
	struct guard_state state;

	if (!fs_exists(work->beside.buf) ||
		guard_look(work->guard->repo, &work->guard->journal.arena,
			work->beside.buf, &state, NULL, &ignored))
		return;
	if (guard_same(&state, &work->entry->user) ||
		guard_same(&state, &work->entry->shown) ||
		guard_same(&state, &work->now))
		unlink(work->beside.buf);
}

/* The user's own file, which stands where the first `len` bytes of the path
 * name a folder. */
static bool is_own(struct work *work, size_t len)
{
	struct guard *guard = work->guard;
	AUTO_STRBUF path = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct guard_state now;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		const struct guard_entry *entry = &guard->journal.v[i];

		if (strlen(entry->path) != len ||
			strncmp(entry->path, work->entry->path, len) != 0)
			continue;
		guard_target(guard, i, &path);
		return !guard_look(guard->repo, &guard->journal.arena, path.buf,
			       &now, NULL, &ignored) &&
		       guard_same(&now, &entry->user);
	}
	return false;
}

static int look(struct work *work, struct err *err)
{
	struct guard *guard = work->guard;
	struct guard_state slot;
	size_t len;

	settle(work);
	if (!guard_is_plain(
		    repo_worktree(guard->repo), work->entry->path, &len))
		work->now = (struct guard_state){
			.kind = is_own(work, len) ? GUARD_NONE : GUARD_OTHER
		};
	else if (guard_look(guard->repo, &guard->journal.arena,
			 work->target.buf, &work->now, &work->seen, err))
		return -1;
	if (guard_look(guard->repo, &guard->journal.arena, work->slot.buf,
		    &slot, NULL, err))
		return -1;
	drop_beside(work);
	/* It may have been written to since, by an editor that had it open. */
	work->in_slot = work->entry->user.kind != GUARD_NONE &&
			slot.kind != GUARD_NONE && slot.kind != GUARD_OTHER &&
			!guard_same(&slot, &work->entry->shown);
	work->user = work->in_slot ? slot : work->entry->user;
	return 0;
}

/* ---- what to do --------------------------------------------------------- */

/* `source` becomes a file with the user's version. */
static int source_user(struct work *work, struct err *err)
{
	strbuf_reset(&work->source);
	work->action = PUT;
	if (work->user.kind == GUARD_NONE)
		return 0;
	if (work->in_slot) {
		strbuf_addstr(&work->source, work->slot.buf);
		return 0;
	}
	if (work->user.kind == GUARD_FOLDER)
		return err_set(err, "the folder '%s' is not in '%s'",
			work->entry->path, work->slot.buf);
	guard_slot(work->guard, work->nr, ".user", &work->source);
	return backup_extract(work->guard, work->guard->backup, work->nr,
		"user", &work->user, work->source.buf, err);
}

static int source_bytes(struct work *work, const struct strbuf *bytes,
	mode_t mode, struct err *err)
{
	guard_slot(work->guard, work->nr, ".merged", &work->source);
	work->action = PUT;
	return guard_write(work->source.buf, bytes, mode, NULL, err);
}

static mode_t merged_mode(const struct work *work)
{
	bool user = work->user.mode & S_IXUSR;
	bool shown = work->entry->shown.mode & S_IXUSR;
	bool exec = user != shown ? user : work->now.mode & S_IXUSR;
	mode_t mode = work->user.mode & ~(mode_t)0111;

	return exec ? mode | (mode & 0444) >> 2 : mode;
}

/* Of one side alone: its bytes, with the mode of both. */
static int take_side(struct work *work, bool user, struct err *err)
{
	AUTO_STRBUF bytes = STRBUF_INIT;
	mode_t mode = merged_mode(work);

	if (user && mode == work->user.mode)
		return source_user(work, err);
	if (user && source_user(work, err))
		return -1;
	if (fs_read(user ? work->source.buf : work->target.buf, &bytes,
		    SIZE_MAX, err) < 0)
		return -1;
	return source_bytes(work, &bytes, mode, err);
}

/* The shown version as a file. */
static int source_shown(struct work *work, struct strbuf *out, struct err *err)
{
	guard_slot(work->guard, work->nr, ".base", out);
	return backup_extract(work->guard, work->guard->backup, work->nr,
		"shown", &work->entry->shown, out->buf, err);
}

/* Whether a merge has left anything of the job's in it. */
static bool is_users(const char *user, const struct strbuf *merged)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return fs_read(user, &text, SIZE_MAX, &ignored) > 0 &&
	       text.len == merged->len &&
	       !memcmp(text.buf, merged->buf, text.len);
}

static int merge_texts(struct work *work, struct err *err)
{
	AUTO_STRBUF base = STRBUF_INIT, merged = STRBUF_INIT;
	enum guard_merge result;

	if (source_user(work, err) || source_shown(work, &base, err))
		return -1;
	result = guard_merge_text(work->guard->repo, work->source.buf, base.buf,
		work->target.buf, &merged, err);
	if (result == MERGE_FAILED)
		return -1;
	if (result == MERGE_PART && is_users(work->source.buf, &merged))
		result = MERGE_NOT_TEXT;
	if (result != MERGE_NOT_TEXT &&
		source_bytes(work, &merged, merged_mode(work), err))
		return -1;
	work->merged = result == MERGE_PART;
	if (result != MERGE_CLEAN)
		work->action = CONFLICT;
	return 0;
}

static int merge(struct work *work, struct err *err)
{
	const struct guard_state *shown = &work->entry->shown;

	if (work->user.kind != GUARD_FILE || shown->kind != GUARD_FILE ||
		work->now.kind != GUARD_FILE) {
		work->action = CONFLICT;
		return 0;
	}
	if (oid_eq(&work->user.oid, &work->now.oid) ||
		oid_eq(&shown->oid, &work->now.oid))
		return take_side(work, true, err);
	if (oid_eq(&work->user.oid, &shown->oid))
		return take_side(work, false, err);
	return merge_texts(work, err);
}

static int was_saved(struct work *work, struct err *err)
{
	AUTO_STRBUF base = STRBUF_INIT, user = STRBUF_INIT;
	AUTO_STRBUF shown = STRBUF_INIT, now = STRBUF_INIT;

	if (look(work, err))
		return -1;
	if (work->user.kind != GUARD_FILE || work->now.kind != GUARD_FILE ||
		work->entry->shown.kind != GUARD_FILE ||
		guard_same(&work->now, &work->entry->shown))
		return 0;
	if (source_user(work, err) || source_shown(work, &base, err) ||
		fs_read(work->source.buf, &user, SAVED_MAX, err) < 0 ||
		fs_read(base.buf, &shown, SAVED_MAX, err) < 0 ||
		fs_read(work->target.buf, &now, SAVED_MAX, err) < 0)
		return -1;
	return guard_lines_hidden(&user, &shown, &now);
}

int guard_was_saved(struct guard *guard, const char *path, struct err *err)
{
	for (size_t i = 0; guard && i < guard->journal.nr; i++) {
		struct work work;
		int result;

		if (strcmp(guard->journal.v[i].path, path) != 0)
			continue;
		work_init(&work, guard, i, true);
		result = was_saved(&work, err);
		work_release(&work);
		guard->journal.v[i].saved = result > 0;
		return result;
	}
	return 0;
}

static int decide(struct work *work, struct err *err)
{
	if (look(work, err))
		return -1;
	work->action = DONE;
	work->merged = false;
	if (guard_same(&work->now, &work->entry->user) ||
		guard_same(&work->now, &work->user))
		return 0;
	if (work->now.kind == GUARD_OTHER || work->now.kind == GUARD_FOLDER) {
		work->action = BLOCKED;
		return 0;
	}
	if (guard_same(&work->now, &work->entry->shown))
		return source_user(work, err);
	return merge(work, err);
}

/* ---- conflicts ---------------------------------------------------------- */

/* The blob that the index has for the path now. */
static bool is_staged_anew(struct work *work)
{
	const struct guard_entry *entry = work->entry;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (gitcmd(work->guard->repo,
		    GIT_ARGS("--literal-pathspecs", "ls-files", "-s", "-z",
			    "--", entry->path),
		    NULL, &out, &ignored) ||
		!out.len)
		return false;
	return strncmp(out.buf + strcspn(out.buf, " ") + 1, entry->index.hex,
		       strlen(entry->index.hex)) != 0;
}

/* What the jobs left, as a file that can be hashed. */
static int jobs_file(struct work *work, struct strbuf *out, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(out, work->target.buf);
	if (work->now.kind != GUARD_LINK)
		return 0;
	guard_slot(work->guard, work->nr, ".job", out);
	strbuf_addstr(&text, work->now.target);
	return guard_write(out->buf, &text, 0600, NULL, err);
}

static int keep_jobs_version(struct work *work, struct err *err)
{
	AUTO_STRBUF file = STRBUF_INIT;

	if (work->now.kind == GUARD_NONE)
		return 0;
	if (jobs_file(work, &file, err))
		return -1;
	return backup_add(work->guard, work->nr, "job", file.buf, err);
}

static void tell_conflict(struct work *work, struct strbuf *notes)
{
	strbuf_addstr(notes, "hookrun: ");
	cquote_show(notes, work->entry->path);
	if (work->now.kind == GUARD_NONE) {
		strbuf_addstr(notes, ": a job deleted it; your version, with "
				     "what was not staged, is back\n");
		return;
	}
	strbuf_addstr(notes, ": a job changed what you had changed too after "
			     "staging; ");
	if (work->user.kind == GUARD_NONE)
		strbuf_addstr(notes, "it stays deleted, as you left it");
	else if (work->user.kind == GUARD_FOLDER)
		strbuf_addstr(notes, "your folder is in its place again");
	else if (work->merged)
		strbuf_addstr(notes, "your text of these lines and the rest of "
				     "what it did are in the work tree");
	else
		strbuf_addstr(notes, "your text is in the work tree");
	if (is_staged_anew(work))
		strbuf_addstr(notes, ", the job's is staged\n");
	else
		strbuf_addf(notes, ", the job's is kept: tar -xOf %s %zu.job\n",
			work->guard->backup, work->nr + 1);
}

static int settle_conflict(
	struct work *work, struct strbuf *notes, struct err *err)
{
	if (keep_jobs_version(work, err))
		return -1;
	tell_conflict(work, notes);
	return work->merged ? 0 : source_user(work, err);
}

/* ---- doing it ----------------------------------------------------------- */

static int put(struct work *work, struct err *err)
{
	AUTO_STRBUF gone = STRBUF_INIT;
	AUTO_FREE char *folder = fs_dirname(work->target.buf);

	if (work->source.len && !fs_exists(folder) &&
		fs_mkdirs(folder, 0777, err))
		return -1;
	guard_slot(work->guard, work->nr, ".gone", &gone);
	unlink(gone.buf);
	return guard_put(work->source.len ? work->source.buf : NULL, gone.buf,
		work->target.buf, work->beside.buf,
		work->now.kind == GUARD_NONE ? NULL : &work->seen, err);
}

/* The folder that was put aside finds something else in its place: it gets a
 * name beside that, since no archive has it. */
static int put_folder_beside(
	struct work *work, struct strbuf *notes, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;
	int result;

	strbuf_addf(&path, "%s.hookrun-%s", work->target.buf,
		work->guard->journal.id);
	result = guard_put(
		work->slot.buf, NULL, path.buf, work->beside.buf, NULL, err);
	if (result > 0)
		return err_set(err, "'%s' is in the way", path.buf);
	if (result < 0)
		return -1;
	strbuf_addstr(notes, "hookrun: the folder ");
	cquote_show(notes, work->entry->path);
	strbuf_addf(notes,
		" finds something else in its place and is '%s' "
		"now\n",
		path.buf);
	return 0;
}

/* 1: it has to be left to the user. */
static int restore_file(
	struct work *work, struct strbuf *notes, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		int result;

		if (decide(work, err))
			return -1;
		if (work->action == DONE)
			return 0;
		if (work->action == BLOCKED && work->in_slot &&
			work->user.kind == GUARD_FOLDER)
			return put_folder_beside(work, notes, err);
		if (work->action == BLOCKED ||
			(work->action == CONFLICT && !work->alive &&
				work->user.kind != GUARD_FOLDER))
			return 1;
		if (work->action == CONFLICT &&
			settle_conflict(work, notes, err))
			return -1;
		result = put(work, err);
		if (result <= 0)
			return result;
	}
	return err_set(err, "'%s' changes all the time", work->target.buf);
}

static void tell_open(struct work *work, struct strbuf *notes)
{
	strbuf_addstr(notes, "hookrun: ");
	cquote_show(notes, work->entry->path);
	if (work->action == BLOCKED)
		strbuf_addstr(notes, ": something else is in its place now");
	else
		strbuf_addstr(notes, " was changed in the same lines after "
				     "your work on it had been put aside");
	strbuf_addf(notes,
		"; it stays as it is, and your work is kept: hookrun recover "
		"--restore %s\n",
		work->guard->journal.id);
}

/* Deepest first; one that is not empty stays. */
static void remove_dirs(struct guard *guard)
{
	for (size_t i = guard->journal.ndirs; i-- > 0;) {
		AUTO_FREE char *path = fs_join(
			repo_worktree(guard->repo), guard->journal.dirs[i]);

		if (guard_is_plain(repo_worktree(guard->repo),
			    guard->journal.dirs[i], NULL))
			rmdir(path);
	}
}

static int sync_folders(struct guard *guard, struct err *err)
{
	AUTO_FREE char *last = NULL;
	AUTO_STRBUF path = STRBUF_INIT;

	for (size_t i = 0; i < guard->journal.nr; i++) {
		char *folder;

		guard_target(guard, i, &path);
		folder = fs_dirname(path.buf);
		if (last && !strcmp(last, folder)) {
			free(folder);
			continue;
		}
		free(last);
		last = folder;
		if (guard_sync(folder) && errno != ENOENT && errno != ENOTDIR)
			return err_errno(err, "cannot sync '%s'", folder);
	}
	return 0;
}

struct way_back {
	struct guard *guard;
	bool alive;
	struct strbuf *notes;
	size_t open;
	bool failed;
};

/* Those of which something is shown, or the others. */
static void restore_files(struct way_back *way, bool shown, struct err *err)
{
	const struct guard_journal *journal = &way->guard->journal;

	for (size_t i = 0; i < journal->nr; i++) {
		struct err again = ERR_INIT;
		struct work work;
		int result;

		if ((journal->v[i].shown.kind != GUARD_NONE) != shown)
			continue;
		work_init(&work, way->guard, i, way->alive);
		result = restore_file(
			&work, way->notes, way->failed ? &again : err);
		if (result > 0) {
			tell_open(&work, way->notes);
			way->open++;
		}
		way->failed = way->failed || result < 0;
		work_release(&work);
	}
}

/* What stood where a folder of shown files was comes after them. */
int guard_restore(struct guard *guard, bool alive, struct strbuf *notes,
	size_t *ret_open, struct err *err)
{
	struct way_back way = {
		.guard = guard, .alive = alive, .notes = notes
	};

	*ret_open = 0;
	if (fs_mkdirs(guard->staging, 0700, err))
		return -1;
	restore_files(&way, true, err);
	if (!way.failed)
		remove_dirs(guard);
	restore_files(&way, false, err);
	*ret_open = way.open;
	return way.failed ? -1 : sync_folders(guard, err);
}
