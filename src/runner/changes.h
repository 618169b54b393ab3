/*
 * What the jobs of a run change in the work tree: for `stage_fixed`, and for
 * `fail_on_changes`.
 */
#ifndef RUNNER_CHANGES_H
#define RUNNER_CHANGES_H

#include "runner/report.h"

struct changes;

/* Remember what is there before the first job.  `ret` is NULL, and nothing was
 * looked at, where neither the options nor a job ask for it; all the others
 * take NULL then. */
int changes_begin(struct changes **ret, const struct plan *plan,
	const struct run_opts *opts, struct err *err);
void changes_free(struct changes *changes);

/* The printable name of a job that runs and fixes files which `job` is to fix
 * too: it has to wait for that one.  NULL: it may start. */
const char *changes_wait(
	const struct changes *changes, const struct plan_job *job);

/* A job is about to start (`path` is its printable name), or has ended. */
void changes_before(
	struct changes *changes, const struct plan_job *job, const char *path);
void changes_after(
	struct changes *changes, const struct plan_job *job, bool passed);

/* After the last job: stage what is to be staged, tell what a user must know.
 * -1 where it could not be staged, or where files were changed and that is a
 * failure. */
int changes_end(
	struct changes *changes, struct report *report, struct err *err);

#endif
