/*
 * What the recorder has kept of the last runs (doc/json.md has the shape).
 */
#ifndef HOOKRUN_RUNNER_RECORDING_H
#define HOOKRUN_RUNNER_RECORDING_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_VERSION 1		 /* of a record */
#define RECORDINGS_FOLDER "hookrun/runs" /* in the common git directory */

struct recorded_job {
	const char *name, *path;
	const char *kind;    /* "run", "script", "uses", "group", "setup" */
	const char *outcome; /* "passed", "failed", "skipped", "not-run" */
	const char *file;    /* where it was written, at `line`; or NULL */
	int64_t line;
	const char *command;  /* the first of its commands, or NULL */
	const char *folder;   /* where, from the root; NULL: there */
	const char *why;      /* it was skipped or failed; or NULL */
	const char *ending;   /* "exit status 3"; or NULL */
	const char *output;   /* what was kept of it; or NULL */
	int64_t output_bytes; /* that it printed */
	int64_t start_ms, ms; /* since the begin of the run; how long */
	bool started, allowed;
};

struct recording {
	int64_t date_ms, ms;
	const char *hook;
	const char *outcome; /* "passed", "failed", "skipped", "interrupted" */
	const char *error;   /* why it could not run, or was skipped; or NULL */
	const char *git;     /* the command that called the hook; or NULL */
	const char *program; /* that called git; or NULL */
	bool terminal;	     /* it was called in one */
	const char *worktree;
	const char *head; /* HEAD's commit then; NULL: not known */
	/* Of the commits that have passed the hook with all its jobs;
	 * NULL-ended, never NULL. */
	const char **trees;
	struct recorded_job *jobs;
	size_t nr;
	const char *text; /* all of it, as it was written */
};

/* One record, in `arena`; -1 where it is damaged. */
int recording_parse(struct arena *arena, const char *text, size_t len,
	struct recording *ret, struct err *err);

/* The last `max` runs of `hook` (NULL: of any), newest first, in `arena`.
 * Damaged ones are counted.  None, where there is no recording; -1 where it
 * cannot be read. */
struct recordings {
	struct recording *v;
	size_t nr, damaged;
};
int recordings_read(const char *commondir, struct arena *arena,
	const char *hook, size_t max, struct recordings *ret, struct err *err);

#endif
