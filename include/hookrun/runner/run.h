/*
 * Running a plan and reporting it.
 */
#ifndef HOOKRUN_RUNNER_RUN_H
#define HOOKRUN_RUNNER_RUN_H

#include "hookrun/base/err.h"
#include "hookrun/runner/plan.h"

#include <stdbool.h>

struct run_opts {
	struct repo *repo;
	struct event *event;
	const struct config *config;
	bool by_hand; /* handed to steps */
	bool verbose; /* also print why steps had nothing to do */
	bool colour;
	bool emoji; /* lefthook's marks where there is no colour, too */
	const struct node *colors; /* map of colours of one's own, or NULL */
	unsigned hidden;	   /* enum output_part: not printed */
	const char *preface; /* lines after the box, in any case; or NULL */
	const char *program, *version; /* in the box; NULL: hookrun's */
	bool no_tty;		       /* neither PTY nor /dev/tty */
	bool fail_on_changes;	       /* fail where a job changed a file */
	bool changes_diff;	       /* and print what it changed */
	bool quiet; /* no banner, no summary where nothing ran */
	int out_fd; /* where the report goes: 1 */
};

/* Execute.  Returns 0 when every job passed or was skipped, 1 when one failed,
 * 128 + N when signal N ended the run (the caller re-raises it), -1 where it
 * could not begin. */
int run_plan(
	const struct plan *plan, const struct run_opts *opts, struct err *err);

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
