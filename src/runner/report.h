/*
 * The only printer: lefthook's format.
 */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include "runner/palette.h"

#include "hookrun/proc/capture.h"
#include "hookrun/runner/run.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a job; for a group, of all its members. */
struct result {
	const char *name;
	enum { NOT_RUN, PASSED, FAILED, SKIPPED } outcome;
	int64_t ms;
	const char *note; /* after the name: why it failed; or NULL */
	bool allowed;	  /* it failed, and that does not matter */
	struct result *members;
	size_t nr;
};

/* The output of a job that is shown as it comes. */
struct live {
	bool whole_lines;   /* others run beside it */
	struct strbuf held; /* the begin of a line that has no end yet */
};
#define LIVE_INIT                                                              \
	{                                                                      \
		.held = STRBUF_INIT                                            \
	}

struct report {
	int fd;
	struct palette palette;
	bool emoji; /* lefthook's marks */
	bool verbose, quiet;
	unsigned parts; /* enum output_part */
	const char *program, *version;
	const char *hook;	 /* for the box; "": none */
	const char *preface;	 /* lines after it */
	bool has_jobs;		 /* though perhaps none was asked for */
	bool begun;		 /* something was printed */
	const struct live *open; /* whose line has no end yet */
	size_t status;		 /* columns of the line that will be wiped */
	bool yields; /* whoever started us may have ended by Ctrl-C */
};

void report_init(
	struct report *report, const struct run_opts *opts, const char *hook);

/* After Ctrl-C: print no more once the terminal is somebody else's. */
void report_yield(struct report *report);

/* The box; where it is not called, the first job brings it. */
void report_begin(struct report *report);

/* `path` is the name with those of its groups, joined by report_path(). */
void report_path(struct strbuf *out, const char *outer, const char *name);
void report_skip(struct report *report, const char *path, const char *reason);
/* The same where it could not run; always printed. */
void report_refused(
	struct report *report, const char *path, const char *reason);
/* Output without a header. */
void report_output(struct report *report, struct capture *output);
/* What is about to run; printed where verbose. */
void report_command(struct report *report, const char *command);
/* A line that is always printed. */
void report_warning(struct report *report, const char *text);

/* One finished job, in one piece: its header, output, and `ending` ("exit
 * status 3") unless that is NULL. */
void report_job(struct report *report, const char *path, struct capture *output,
	bool failed, const char *ending);

/* The same in pieces.  Whoever writes next begins a line of his own.  `header`
 * is the enum output_part that the header belongs to. */
void report_live_begin(
	struct report *report, const char *path, unsigned header);
void report_live_output(
	struct report *report, struct live *live, const char *data, size_t len);
void report_live_end(
	struct report *report, struct live *live, const char *ending);

/* A line without an end, which the next one replaces and anything else that is
 * written wipes. */
void report_status(struct report *report, const char *text);
void report_wipe(struct report *report);
size_t report_columns(const char *text); /* of a text in UTF-8 */

/* After all jobs; prints nothing where nothing was printed before, unless
 * verbose. */
void report_summary(struct report *report, const struct result *all);

/* For summary.c: text of our own. */
void report_put(struct report *report, const struct strbuf *text);
void report_box(struct report *report, struct strbuf *out);

#endif
