/*
 * Which job changed which file.
 *
 * A file is looked at when a job that has it starts and when one ends, so
 * between two looks the same jobs had it.  What differs was done by them: by
 * one of them where jobs ran beside each other, which cannot be told apart
 * from outside.  What was changed while nobody had the file, at a time when no
 * job ran, is nobody's doing (the user's editor is not stopped by a hook).
 *
 * A file that no job was given has its change time for a witness: the jobs
 * that ran then come into question, which in a row is one.
 */
#include "runner/watch.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/filetime.h"
#include "hookrun/base/fs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_watchers(struct watch *watch, const struct plan_list *plan,
	struct watcher ***tail, size_t *ret_nr)
{
	for (size_t i = 0; i < plan->nr; i++) {
		const struct plan_job *job = &plan->jobs[i];
		struct watcher *watcher;

		if (job->group)
			add_watchers(watch, job->group, tail, ret_nr);
		if (job->group || job->skip.kind || job->error)
			continue;
		watcher = arena_alloc(watch->arena, sizeof(*watcher));
		watcher->job = job;
		*ret_nr += job->given.nr;
		**tail = watcher;
		*tail = &watcher->next;
	}
}

static int by_path(const void *a, const void *b)
{
	const struct watched *one = a, *two = b;

	return strcmp(one->path, two->path);
}

static void drop_doubles(struct watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->nr; i++)
		if (!kept || by_path(&watch->files[kept - 1], &watch->files[i]))
			watch->files[kept++] = watch->files[i];
	watch->nr = kept;
}

struct watched *watch_find(const struct watch *watch, const char *path)
{
	struct watched key = { .path = path };

	if (!watch->nr)
		return NULL;
	return bsearch(
		&key, watch->files, watch->nr, sizeof(*watch->files), by_path);
}

static void hold_files(struct watch *watch, struct watcher *watcher)
{
	const struct strvec *given = &watcher->job->given;

	watcher->holds = arena_alloc(
		watch->arena, (given->nr + 1) * sizeof(*watcher->holds));
	for (size_t i = 0; i < given->nr; i++) {
		struct watched *file = watch_find(watch, given->v[i]);
		struct hold *hold = &watcher->holds[watcher->nr];

		/* A command may name a file twice. */
		if (file->holds && file->holds->watcher == watcher)
			continue;
		watcher->nr++;
		*hold = (struct hold){
			.watcher = watcher, .file = file, .next = file->holds
		};
		file->holds = hold;
	}
}

static const char *read_target(struct arena *arena, const char *path)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	return len < 0 ? NULL : arena_strndup(arena, target, (size_t)len);
}

void watch_plan(struct watch *watch, const struct plan_list *setup,
	const struct plan_list *plan, const char *worktree)
{
	struct watcher **tail = &watch->watchers;
	size_t nr = 0;

	add_watchers(watch, setup, &tail, &nr);
	add_watchers(watch, plan, &tail, &nr);
	watch->files = arena_alloc(
		watch->arena, (nr + 1) * sizeof(*watch->files));
	for (struct watcher *w = watch->watchers; w; w = w->next)
		for (size_t i = 0; i < w->job->given.nr; i++)
			watch->files[watch->nr++].path = w->job->given.v[i];
	qsort(watch->files, watch->nr, sizeof(*watch->files), by_path);
	drop_doubles(watch);
	for (size_t i = 0; i < watch->nr; i++) {
		struct watched *file = &watch->files[i];

		file->full = arena_printf(
			watch->arena, "%s/%s", worktree, file->path);
		filestate_read(file->full, &file->state);
		file->kind = file->state.kind;
		if (file->kind == FILE_LINK)
			file->target = read_target(watch->arena, file->full);
	}
	for (struct watcher *w = watch->watchers; w; w = w->next)
		hold_files(watch, w);
}

/* ---- jobs come and go --------------------------------------------------- */

static struct watcher *find_watcher(
	const struct watch *watch, const struct plan_job *job)
{
	struct watcher *watcher = watch->watchers;

	while (watcher && watcher->job != job)
		watcher = watcher->next;
	return watcher;
}

static void add_name(struct strbuf *out, const char *between, const char *name)
{
	if (out->len)
		strbuf_addstr(out, between);
	strbuf_addf(out, "'%s'", name);
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static bool ran_at(const struct watcher *watcher, const struct timespec *when)
{
	return watcher->name && !is_before(when, &watcher->began) &&
	       !(watcher->ended.tv_sec && is_before(&watcher->ended, when));
}

/* One of the jobs that had it not may have been at work. */
static bool is_foreign(const struct watch *watch, const struct filestate *state)
{
	if (state->kind == FILE_GONE)
		return false;
	for (struct watcher *w = watch->watchers; w; w = w->next)
		if (ran_at(w, &state->stat.st_ctim))
			return false;
	return true;
}

static void look(const struct watch *watch, struct watched *file)
{
	size_t nr = 0;

	if (!filestate_refresh(file->full, &file->state))
		return;
	for (struct hold *hold = file->holds; hold; hold = hold->next)
		nr += hold->active;
	for (struct hold *hold = file->holds; hold; hold = hold->next) {
		if (!hold->active)
			continue;
		hold->changed = true;
		hold->shared = nr > 1;
	}
	if (!nr && is_foreign(watch, &file->state))
		file->foreign = true;
}

void watch_look(const struct watch *watch, struct watched *file)
{
	look(watch, file);
}

/* Two that fix one file at a time undo each other's work. */
const char *watch_waits_for(
	const struct watch *watch, const struct plan_job *job)
{
	struct watcher *watcher = find_watcher(watch, job);

	for (size_t i = 0; watcher && i < watcher->nr; i++)
		for (struct hold *hold = watcher->holds[i].file->holds; hold;
			hold = hold->next)
			if (hold->active && hold->watcher->job->stages)
				return hold->watcher->name;
	return NULL;
}

void watch_start(
	struct watch *watch, const struct plan_job *job, const char *name)
{
	struct watcher *watcher = find_watcher(watch, job);

	if (!watcher)
		return;
	watcher->name = name;
	for (size_t i = 0; i < watcher->nr; i++) {
		look(watch, watcher->holds[i].file);
		watcher->holds[i].active = true;
	}
	filetime_now(&watcher->began);
}

void watch_end(struct watch *watch, const struct plan_job *job, bool passed)
{
	struct watcher *watcher = find_watcher(watch, job);

	if (!watcher || !watcher->name)
		return;
	clock_gettime(CLOCK_REALTIME, &watcher->ended);
	for (size_t i = 0; i < watcher->nr; i++) {
		struct hold *hold = &watcher->holds[i];

		if (hold->active)
			look(watch, hold->file);
		hold->active = false;
		if (passed && job->stages && hold->changed)
			hold->file->stager = watcher;
	}
}

/* ---- who it was --------------------------------------------------------- */

static size_t add_holders(const struct watch *watch, const struct watched *file,
	struct strbuf *names)
{
	bool shared = false;
	size_t nr = 0;

	for (struct hold *hold = file->holds; hold; hold = hold->next)
		shared = shared || (hold->changed && hold->shared);
	for (struct watcher *w = watch->watchers; w; w = w->next)
		for (struct hold *hold = file->holds; hold; hold = hold->next) {
			if (hold->watcher != w || !hold->changed)
				continue;
			add_name(names, shared ? " or " : " and ", w->name);
			nr++;
		}
	return nr;
}

static size_t add_present(const struct watch *watch,
	const struct timespec *changed, struct strbuf *names)
{
	size_t nr = 0;

	for (struct watcher *w = watch->watchers; w; w = w->next) {
		if (!w->name || (changed && !ran_at(w, changed)))
			continue;
		add_name(names, " or ", w->name);
		nr++;
	}
	return nr;
}

bool watch_culprits(const struct watch *watch, const struct watched *file,
	const struct timespec *changed, struct strbuf *out)
{
	AUTO_STRBUF names = STRBUF_INIT;
	size_t nr = 0;

	if (file)
		nr = add_holders(watch, file, &names);
	if (!nr && changed)
		nr = add_present(watch, changed, &names);
	if (!nr)
		nr = add_present(watch, NULL, &names);
	if (nr)
		strbuf_addf(out, "%s %s",
			strstr(names.buf, "' and '") ? "jobs" : "job",
			names.buf);
	return nr;
}
