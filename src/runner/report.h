/*
 * The only printer: lefthook's format.
 */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include "hookrun/proc/capture.h"
#include "hookrun/runner/run.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a job; for a group, of all its members. */
struct result {
	const char *name;
	enum { NOT_RUN, PASSED, FAILED, SKIPPED } outcome;
	int64_t ms;
	const char *note; /* after the name of a failed one; or NULL */
	struct result *members;
	size_t nr;
};

struct report {
	int fd;
	bool colour, verbose, quiet;
	const char *hook; /* for the banner */
	bool begun;	  /* something was printed */
};

void report_init(
	struct report *report, const struct run_opts *opts, const char *hook);

/* `path` is the name with those of its groups, joined by report_path(). */
void report_path(struct strbuf *out, const char *outer, const char *name);
void report_skip(struct report *report, const char *path, const char *reason);

/* One finished job, in one write: its header, output, and `ending` ("exit
 * status 3") unless that is NULL. */
void report_job(struct report *report, const char *path, struct capture *output,
	bool failed, const char *ending);

/* The same in pieces, for output that is shown as it comes. */
struct live {
	int64_t size;
	char last;
};
void report_live_begin(struct report *report, const char *path);
void report_live_output(
	struct report *report, struct live *live, const char *data, size_t len);
void report_live_end(
	struct report *report, const struct live *live, const char *ending);

/* After all jobs; prints nothing where nothing was printed before, unless
 * verbose. */
void report_summary(struct report *report, const struct result *all);

/* `text` with its control characters written as escapes; line breaks and tabs
 * stay where `lines` is set. */
void report_escape(struct strbuf *out, const char *text, bool lines);

#endif
