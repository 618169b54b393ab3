/*
 * The file of the recorder: one record a line, appended by every run.
 */
#ifndef RUNNER_RUNLOG_H
#define RUNNER_RUNLOG_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>

#define RUNLOG_RUNS 50		/* that are kept at least, if they fit */
#define RUNLOG_SMALL (1 << 20)	/* bytes: up to here all are kept */
#define RUNLOG_LARGE (64 << 20) /* bytes: from here on none is waited for */
#define RUNLOG_RECORD_MAX (16 << 20) /* bytes of one */

/* Add a record without a line break in it, and `look` whether the log is full.
 * Where that cannot be (a read-only git directory, a full disk) it is not kept,
 * and nothing is said.  False where `wanted` (may be NULL) is in none of the
 * records before it, as far as these are recent. */
bool runlog_append(const char *commondir, const struct strbuf *record,
	bool look, const char *wanted);

/* All lines, the oldest first, those of damaged records too; appended.  -1
 * where there is a log that cannot be read. */
int runlog_read(const char *commondir, struct strbuf *out, struct err *err);

#endif
