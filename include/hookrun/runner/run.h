/*
 * Running a plan and reporting it.
 */
#ifndef HOOKRUN_RUNNER_RUN_H
#define HOOKRUN_RUNNER_RUN_H

#include "hookrun/base/err.h"
#include "hookrun/runner/plan.h"

#include <stdbool.h>

/* Execute; what the plan left open is settled in it.  Returns 0 when every job
 * passed or was skipped, 1 when one failed, 128 + N when signal N ended the run
 * (the caller re-raises it), -1 where it could not begin. */
int run_plan(struct plan *plan, const struct run_opts *opts, struct err *err);

/* Record a run that came to nothing, where runs are recorded. */
void run_record_failure(const struct run_opts *opts, const char *message);

/* The box only, for a run that comes to nothing. */
void run_announce(const struct run_opts *opts, const char *hook);

/* Whether to write escape codes to `fd`: `when` is "on", "off", "auto" or NULL
 * (auto); NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR and TERM count. */
bool run_want_colour(int fd, const char *when);

/* Whether nobody switched colours off: then the marks in the summary are
 * lefthook's, on a terminal or not. */
bool run_want_emoji(const char *when);

/* Whether somebody asked for colours, whatever stdout is: jobs are told. */
bool run_colour_is_forced(const char *when);

#endif
