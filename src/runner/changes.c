/*
 * stage_fixed and fail_on_changes.
 *
 * Staged is what a job was given, did change and had passed with, and only
 * where the index had the whole of the file before: a file with unstaged edits
 * of the user (which a job gets by {all_files} or {files}; of staged files the
 * guard hides them) would be committed with them.  That the index has it is
 * proved by what the index remembers of the file; only where that is not
 * enough git is asked.  Nor is it staged where somebody else than the jobs was
 * at it, or where it is another kind of file now; then the hook fails, because
 * the commit would not have the fix.  All is added at the end in one write,
 * also where another job failed, as lefthook does it: the next attempt has the
 * fixes.
 *
 * For fail_on_changes the whole work tree counts, so `git status` is asked
 * before and after, and what it lists is compared by content.
 */
#include "runner/changes.h"

#include "runner/relink.h"
#include "runner/watch.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/index_file.h"
#include "hookrun/git/staged.h"
#include "hookrun/git/worktree_status.h"

#include <stdlib.h>
#include <string.h>

struct changes {
	struct arena *arena;
	const struct run_opts *opts;
	struct watch watch;
	struct staged staged;
	struct worktree_status before; /* where `status_known` */
	bool status_known;
	struct filestate *states; /* of `before`, for fail_on_changes */
	struct strbuf notes;	  /* what is printed at the end */
	bool is_wrong; /* what was changed is not to be committed like that */
};

static bool anything_wanted(const struct plan_list *plan)
{
	for (size_t i = 0; i < plan->nr; i++) {
		const struct plan_job *job = &plan->jobs[i];

		if (job->group ? anything_wanted(job->group)
			       : job->stages && job->given.nr)
			return true;
	}
	return false;
}

static int by_path(const void *a, const void *b)
{
	const struct staged_file *one = a, *two = b;

	return strcmp(one->path, two->path);
}

/* Did the index have exactly this before the first job? */
static bool is_proved(const struct changes *changes, const struct watched *file)
{
	struct staged_file key = { .path = file->path }, *found;

	if (!changes->staged.nr)
		return false;
	found = bsearch(&key, changes->staged.v, changes->staged.nr,
		sizeof(key), by_path);
	return found && !found->intent_to_add &&
	       staged_is_unchanged(found, &file->state.stat);
}

static bool has_stager(const struct watched *file)
{
	for (const struct hold *hold = file->holds; hold; hold = hold->next)
		if (hold->watcher->job->stages)
			return true;
	return false;
}

static int ask_status(struct changes *changes, struct err *err)
{
	if (changes->status_known)
		return 0;
	changes->status_known = true;
	return repo_status(
		changes->opts->repo, changes->arena, &changes->before, err);
}

static int prepare_staging(struct changes *changes, struct err *err)
{
	const struct watch *watch = &changes->watch;

	if (repo_staged(changes->opts->repo, &changes->staged, err))
		return -1;
	for (size_t i = 0; i < watch->nr; i++) {
		struct watched *file = &watch->files[i];

		file->proved = is_proved(changes, file);
		if (!file->proved && has_stager(file) &&
			ask_status(changes, err))
			return -1;
	}
	return 0;
}

static const char *full_path(const struct changes *changes, const char *path)
{
	return arena_printf(changes->arena, "%s/%s",
		repo_worktree(changes->opts->repo), path);
}

static int prepare_failing(struct changes *changes, struct err *err)
{
	const struct worktree_status *before = &changes->before;

	if (ask_status(changes, err))
		return -1;
	changes->states = arena_alloc(
		changes->arena, (before->nr + 1) * sizeof(*changes->states));
	for (size_t i = 0; i < before->nr; i++)
		filestate_read(full_path(changes, before->v[i].path),
			&changes->states[i]);
	return 0;
}

int changes_begin(struct changes **ret, const struct plan *plan,
	const struct run_opts *opts, struct err *err)
{
	bool stages = anything_wanted(&plan->list);
	bool fails = opts->fail_on_changes && opts->repo &&
		     repo_worktree(opts->repo);
	struct changes *changes;

	if (!stages && !fails)
		return 0;
	changes = xcalloc(1, sizeof(*changes));
	changes->arena = changes->watch.arena = plan->arena;
	changes->opts = opts;
	strbuf_init(&changes->notes);
	*ret = changes;
	watch_plan(&changes->watch, &plan->setup, &plan->list,
		repo_worktree(opts->repo));
	if (stages && prepare_staging(changes, err))
		return -1;
	return fails ? prepare_failing(changes, err) : 0;
}

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	strbuf_release(&changes->notes);
	free(changes);
}

const char *changes_wait(
	const struct changes *changes, const struct plan_job *job)
{
	if (!changes || !job->stages)
		return NULL;
	return watch_waits_for(&changes->watch, job);
}

void changes_before(
	struct changes *changes, const struct plan_job *job, const char *path)
{
	if (changes)
		watch_start(&changes->watch, job, path);
}

void changes_after(
	struct changes *changes, const struct plan_job *job, bool passed)
{
	if (changes)
		watch_end(&changes->watch, job, passed);
}

/* ---- stage_fixed -------------------------------------------------------- */

static void note_unstaged(
	struct changes *changes, const struct watched *file, const char *reason)
{
	struct strbuf *notes = &changes->notes;

	strbuf_addstr(notes, "hookrun: warning: '");
	strbuf_add_printable(notes, file->path, false);
	strbuf_addf(notes, "' was changed by job '%s' and not staged: %s\n",
		file->stager->name, reason);
}

/* What the index has, though it could not be proved by it. */
static bool may_stage(struct changes *changes, const struct watched *file,
	const struct strvec *tracked)
{
	const struct status_entry *entry = status_find(
		&changes->before, file->path);

	if (entry && entry->worktree == ' ')
		return true;
	if (entry && entry->worktree != '?') {
		note_unstaged(changes, file,
			"it had changes before that are not staged");
		return false;
	}
	if (!entry && strvec_has(tracked, file->path))
		return true;
	note_unstaged(changes, file, "it is not tracked");
	return false;
}

/* Those that git does not list are as the index has them, or ignored. */
static int ask_tracked(
	struct changes *changes, struct strvec *tracked, struct err *err)
{
	AUTO_STRVEC unlisted = STRVEC_INIT;

	for (size_t i = 0; i < changes->watch.nr; i++) {
		const struct watched *file = &changes->watch.files[i];

		if (file->stager && !file->proved &&
			!status_find(&changes->before, file->path))
			strvec_push(&unlisted, file->path);
	}
	return repo_tracked(changes->opts->repo, &unlisted, tracked, err);
}

/* Something is not right with a file that a job has fixed: the commit must not
 * go on without the user. */
static void note_wrong(
	struct changes *changes, const struct watched *file, const char *what)
{
	struct strbuf *notes = &changes->notes;

	strbuf_addstr(notes, "hookrun: '");
	strbuf_add_printable(notes, file->path, false);
	strbuf_addf(notes, "' %s\n", what);
}

static int link_again(
	struct changes *changes, const struct watched *file, struct err *err)
{
	AUTO_STRBUF kept = STRBUF_INIT, text = STRBUF_INIT;

	if (relink(changes->opts->repo, file->full, file->target, &kept, err))
		return err_prefix(err,
			"job '%s' put a file in the place of a link",
			file->stager->name);
	strbuf_addf(&text,
		"is a link, in whose place job '%s' put a file: it is a "
		"link again, as it is staged",
		file->stager->name);
	if (kept.len)
		strbuf_addf(&text,
			"; the file's text is kept: git cat-file -p %s",
			kept.buf);
	note_wrong(changes, file, text.buf);
	return 0;
}

/* Whether it is the work of jobs alone: 1, 0 and a note, -1. */
static int is_fix(
	struct changes *changes, struct watched *file, struct err *err)
{
	int saved;

	watch_look(&changes->watch, file);
	if (file->kind == FILE_LINK && file->state.kind == FILE_REGULAR &&
		file->target)
		return link_again(changes, file, err);
	saved = guard_was_saved(changes->opts->guard, file->path, err);
	if (saved < 0 || (!saved && !file->foreign))
		return saved < 0 ? -1 : 1;
	note_wrong(changes, file,
		saved ? "has lines now that you did not stage, as if an "
			"editor had saved it while the jobs ran: nothing of "
			"it was staged; look at it, 'git add' what belongs to "
			"the commit, and commit again"
		      : "was changed by somebody else while the hook ran: "
			"nothing of it was staged; look at it, 'git add' what "
			"belongs to the commit, and commit again");
	changes->is_wrong = true;
	return 0;
}

/* The files that are to be staged into `paths`. */
static int collect(struct changes *changes, const struct strvec *tracked,
	struct strvec *paths, struct err *err)
{
	for (size_t i = 0; i < changes->watch.nr; i++) {
		struct watched *file = &changes->watch.files[i];
		int fix;

		if (!file->stager ||
			!(file->proved || may_stage(changes, file, tracked)))
			continue;
		fix = is_fix(changes, file, err);
		if (fix < 0)
			return -1;
		if (fix)
			strvec_push(paths, file->path);
	}
	return 0;
}

static int stage(struct changes *changes, struct err *err)
{
	AUTO_STRVEC tracked = STRVEC_INIT;
	AUTO_STRVEC paths = STRVEC_INIT;

	if (ask_tracked(changes, &tracked, err) ||
		collect(changes, &tracked, &paths, err) ||
		index_add(changes->opts->repo, &paths, err))
		return err_prefix(err, "cannot stage what the jobs fixed");
	return 0;
}

/* ---- fail_on_changes ---------------------------------------------------- */

static const char *what_became(const struct changes *changes, const char *path,
	const struct filestate *now, const struct status_entry *after)
{
	if (now->kind == FILE_GONE)
		return "deleted by ";
	if (after && after->worktree == '?' &&
		!status_find(&changes->before, path))
		return "created by ";
	return "by ";
}

static void note_change(struct changes *changes, const char *path,
	const struct filestate *now, const struct status_entry *after)
{
	const struct timespec *when =
		now->kind == FILE_GONE ? NULL : &now->stat.st_ctim;
	struct strbuf *notes = &changes->notes;
	AUTO_STRBUF who = STRBUF_INIT;

	strbuf_addstr(notes, "  ");
	strbuf_add_printable(notes, path, false);
	if (watch_culprits(&changes->watch, watch_find(&changes->watch, path),
		    when, &who))
		strbuf_addf(notes, " (%s%s)",
			what_became(changes, path, now, after), who.buf);
	strbuf_addch(notes, '\n');
}

/* Listed before: changed where its content is another now. */
static void compare_listed(struct changes *changes,
	const struct worktree_status *after, struct strvec *changed)
{
	const struct worktree_status *before = &changes->before;

	for (size_t i = 0; i < before->nr; i++) {
		const char *path = before->v[i].path;
		struct filestate *state = &changes->states[i];

		if (!filestate_refresh(full_path(changes, path), state))
			continue;
		note_change(changes, path, state, status_find(after, path));
		strvec_push(changed, path);
	}
}

static void compare_new(struct changes *changes,
	const struct worktree_status *after, struct strvec *changed)
{
	for (size_t i = 0; i < after->nr; i++) {
		const struct status_entry *entry = &after->v[i];
		struct filestate now;

		if (status_find(&changes->before, entry->path))
			continue;
		filestate_read(full_path(changes, entry->path), &now);
		note_change(changes, entry->path, &now, entry);
		strvec_push(changed, entry->path);
	}
}

/* The lines and the diff in `notes`; `ret` is whether there are any. */
static int compare(struct changes *changes, bool *ret, struct err *err)
{
	AUTO_STRVEC changed = STRVEC_INIT;
	struct worktree_status after;
	size_t start;

	if (repo_status(changes->opts->repo, changes->arena, &after, err))
		return -1;
	strbuf_addstr(&changes->notes, "modified files:\n");
	start = changes->notes.len;
	compare_listed(changes, &after, &changed);
	compare_new(changes, &after, &changed);
	if (!changed.nr) {
		strbuf_setlen(
			&changes->notes, start - strlen("modified files:\n"));
		return 0;
	}
	*ret = true;
	if (!changes->opts->changes_diff)
		return 0;
	return repo_diff(changes->opts->repo, &changed, changes->opts->colour,
		&changes->notes, err);
}

int changes_end(struct changes *changes, struct report *report, struct err *err)
{
	bool modified = false;
	int failed = 0;

	if (!changes)
		return 0;
	/* before staging, after which the index has the changes too */
	if (changes->states)
		failed = compare(changes, &modified, err);
	if (!failed)
		failed = stage(changes, err);
	report_put(report, &changes->notes);
	if (!failed && changes->is_wrong)
		failed = err_set(err, "not all that the jobs fixed could be "
				      "staged");
	if (!failed && modified)
		failed = err_set(err, "files were modified by a hook, and "
				      "fail_on_changes is enabled");
	return failed;
}
