/* What the commands that read recordings share. */
#ifndef HOOKRUN_CLI_RECORDED_H
#define HOOKRUN_CLI_RECORDED_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/recording.h"

/* "2026-11-29 01:20:11", as the clock on the wall had it. */
void recorded_add_date(struct strbuf *out, int64_t date_ms);

/* The status of a job in a word, "failed and may". */
const char *recorded_outcome(const struct recorded_job *job);

#endif
