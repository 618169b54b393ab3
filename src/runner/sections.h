/*
 * What the logs of CI services fold and mark.
 */
#ifndef RUNNER_SECTIONS_H
#define RUNNER_SECTIONS_H

#include "hookrun/base/strbuf.h"
#include "hookrun/proc/capture.h"
#include "hookrun/runner/plan.h"

#include <stdbool.h>

/* Do we write into such a log?  Then the output of all jobs is in it. */
bool sections_wanted(void);

/* Append the begin of a section whose first line is `line`, and its end;
 * elsewhere the line, and nothing. */
void sections_begin(struct strbuf *out, const char *line, const char *name);
void sections_end(struct strbuf *out, const char *name);

/* Append the marks of a failed job: those lines of its output that begin with
 * FILE:LINE of a file that there is.  Any pointer but `out` may be NULL. */
void sections_annotate(struct strbuf *out, const struct capture *output,
	const struct plan_job *plan, const char *name);

#endif
