/*
 * What the commands that read recordings share.
 */
#ifndef HOOKRUN_CLI_RECORDED_H
#define HOOKRUN_CLI_RECORDED_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

/* last.c */
/* "2026-11-29 01:20:11", as the clock on the wall had it. */
void recorded_add_date(struct strbuf *out, int64_t date_ms);
/* The status of a job in a word, "failed, which may be". */
const char *recorded_outcome(const struct recorded_job *job);

/* timeline.c: a chart of the jobs, `columns` wide; `plain` is without blocks.
 */
void timeline_add(struct strbuf *out, const struct recording *run,
	size_t columns, bool plain);

/* trace.c: the same for chrome://tracing and ui.perfetto.dev (the "Trace Event
 * Format"). */
void trace_add(struct strbuf *out, const struct recording *run);

#endif
