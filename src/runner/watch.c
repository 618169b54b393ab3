/*
 * Which job changed which file.
 *
 * A file is looked at when a job that has it starts and when one ends, so
 * between two looks the same jobs had it.  What differs was done by them: by
 * one of them where jobs ran beside each other, which cannot be told apart
 * from outside.  What was changed while nobody had the file is nobody's doing
 * (the user's editor is not stopped by a hook).
 *
 * Two that stage one file at a time may undo each other's work.  From the time
 * on when they both have it its writes are counted: one write is one job's.
 *
 * A file that no job was given has its change time for a witness: the jobs
 * that ran then come into question, which in a row is one.
 */
#include "runner/watch.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/filewrites.h"

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

void watch_plan(
	struct watch *watch, const struct plan_list *plan, const char *worktree)
{
	struct watcher **tail = &watch->watchers;
	size_t nr = 0;

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

static size_t stagers(const struct watched *file)
{
	size_t nr = 0;

	for (const struct hold *hold = file->holds; hold; hold = hold->next)
		nr += hold->active && hold->watcher->job->stages;
	return nr;
}

/* Those in the order of the plan. */
static const char *name_stagers(
	const struct watch *watch, const struct watched *file)
{
	AUTO_STRBUF names = STRBUF_INIT;

	for (struct watcher *w = watch->watchers; w; w = w->next)
		for (struct hold *hold = file->holds; hold; hold = hold->next)
			if (hold->watcher == w && hold->active &&
				w->job->stages)
				add_name(&names, " and ", w->name);
	return arena_strdup(watch->arena, names.buf);
}

static void count_write(void *data, int folder, const char *name)
{
	struct watch *watch = data;

	for (size_t i = 0; i < watch->nr; i++) {
		struct watched *file = &watch->files[i];

		if (!file->folder || (folder >= 0 && file->folder != folder))
			continue;
		if (!name)
			file->writes = WRITES_UNKNOWN;
		else if (file->writes >= 0 &&
			 !strcmp(fs_basename(file->path), name))
			file->writes++;
	}
}

static void read_events(struct watch *watch)
{
	if (watch->events > 0)
		filewrites_read(watch->events, count_write, watch);
}

/* Nobody is watched who has no rival. */
static void follow_writes(struct watch *watch, struct watched *file)
{
	AUTO_FREE char *folder = xstrdup(file->full);

	*strrchr(folder, '/') = '\0';
	if (!watch->events)
		watch->events = filewrites_open();
	if (watch->events > 0 && !file->folder)
		file->folder = filewrites_watch(watch->events, folder);
	file->changed = false;
	file->writes = file->folder > 0 ? 0 : WRITES_UNKNOWN;
}

/* One that has begun beside others which stage the same file. */
static void note_rivals(struct watch *watch, struct watched *file)
{
	if (stagers(file) < 2)
		return;
	if (!file->rivals)
		follow_writes(watch, file);
	file->rivals = name_stagers(watch, file);
}

/* One has ended; what it never wrote nobody has undone. */
static void forget_rivals(struct watched *file)
{
	size_t left = stagers(file);

	if (!left || (left == 1 && !file->writes))
		file->rivals = NULL;
}

/* Written once is written by one.  The event may come after the change. */
static void contest(struct watched *file)
{
	bool once = file->writes == 0 || file->writes == 1;

	if (file->rivals && file->changed && !once && !file->contested)
		file->contested = file->rivals;
}

static void note_change(struct watched *file)
{
	size_t nr = 0;

	file->changed = true;
	for (struct hold *hold = file->holds; hold; hold = hold->next)
		nr += hold->active;
	for (struct hold *hold = file->holds; hold; hold = hold->next) {
		if (!hold->active)
			continue;
		hold->changed = true;
		hold->shared = nr > 1;
	}
}

static void look(struct watched *file)
{
	if (filestate_refresh(file->full, &file->state))
		note_change(file);
	contest(file);
}

void watch_start(
	struct watch *watch, const struct plan_job *job, const char *name)
{
	struct watcher *watcher = find_watcher(watch, job);

	if (!watcher)
		return;
	watcher->name = name;
	read_events(watch);
	for (size_t i = 0; i < watcher->nr; i++) {
		look(watcher->holds[i].file);
		watcher->holds[i].active = true;
		if (job->stages)
			note_rivals(watch, watcher->holds[i].file);
	}
	/* Files get their times from this clock, which is some milliseconds
	 * late; what is written now must not seem older than the job. */
	clock_gettime(CLOCK_REALTIME_COARSE, &watcher->began);
}

void watch_end(struct watch *watch, const struct plan_job *job, bool passed)
{
	struct watcher *watcher = find_watcher(watch, job);

	if (!watcher || !watcher->name)
		return;
	clock_gettime(CLOCK_REALTIME, &watcher->ended);
	read_events(watch);
	for (size_t i = 0; i < watcher->nr; i++) {
		struct hold *hold = &watcher->holds[i];

		if (hold->active)
			look(hold->file);
		hold->active = false;
		forget_rivals(hold->file);
		if (passed && job->stages && hold->changed)
			hold->file->stager = watcher;
	}
}

void watch_release(struct watch *watch)
{
	if (watch->events > 0)
		close(watch->events);
	watch->events = -1;
}

/* ---- who it was --------------------------------------------------------- */

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static bool ran_at(const struct watcher *watcher, const struct timespec *when)
{
	return watcher->name && !is_before(when, &watcher->began) &&
	       !is_before(&watcher->ended, when);
}

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
