/*
 * Files with the jobs that have them: which job changed which file.
 */
#ifndef RUNNER_WATCH_H
#define RUNNER_WATCH_H

#include "hookrun/base/arena.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/files/filestate.h"
#include "hookrun/runner/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* One file in the hands of one job. */
struct hold {
	struct watcher *watcher;
	struct watched *file;
	struct hold *next; /* of the same file */
	bool active;	   /* the job runs */
	bool changed;	   /* the file did change while it ran */
	bool shared; /* and another job had it then: it may have been that */
};

struct watched {
	const char *path; /* from the root of the work tree */
	const char *full; /* absolute */
	struct filestate state;
	enum filestate_kind kind; /* before the first job */
	const char *target;	  /* of the link that it was then, or NULL */
	struct hold *holds;
	bool foreign; /* somebody has changed it who is none of the jobs */
	bool proved;  /* the index had exactly this before the first job */
	const struct watcher *stager; /* by whose doing it is to be staged */
};

struct watcher {
	const struct plan_job *job;
	const char *name; /* printable; NULL: it did not run */
	struct hold *holds;
	size_t nr;
	struct timespec began, ended; /* by the clock of file times */
	struct watcher *next;
};

struct watch {
	struct arena *arena;
	struct watcher *watchers; /* in the order of the plan */
	struct watched *files;	  /* sorted by the bytes of the path */
	size_t nr;
};

/* Every job of the plan that may run, those of the setup too, and the files
 * that it was given, looked at. */
void watch_plan(struct watch *watch, const struct plan_list *setup,
	const struct plan_list *plan, const char *worktree);
/* NULL where no job has it. */
struct watched *watch_find(const struct watch *watch, const char *path);

/* The name of a job that runs, fixes files and has one that `job` has, too; or
 * NULL.  Of a job that fixes nothing it is not asked. */
const char *watch_waits_for(
	const struct watch *watch, const struct plan_job *job);
void watch_start(
	struct watch *watch, const struct plan_job *job, const char *name);
/* `passed`: the files that it changed are marked for staging, if it wants. */
void watch_end(struct watch *watch, const struct plan_job *job, bool passed);

/* Look again after the last job. */
void watch_look(const struct watch *watch, struct watched *file);

/* Who changed it, as far as can be told: "job 'a'", "job 'a' or 'b'".  `file`
 * may be NULL (nobody was given it), `changed` is when the file's inode was
 * last changed or NULL: those count that ran then.  False where no job ran. */
bool watch_culprits(const struct watch *watch, const struct watched *file,
	const struct timespec *changed, struct strbuf *out);

#endif
