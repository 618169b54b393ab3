/*
 * The only printer of a run.
 */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include "runner/palette.h"
#include "runner/screen.h"

#include "hookrun/proc/capture.h"
#include "hookrun/runner/run.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a job; for a group, of all its members. */
struct result {
	const char *name;
	const struct plan_job *plan; /* NULL: all of the hook */
	enum { NOT_RUN, PASSED, FAILED, SKIPPED } outcome;
	int64_t started_ms, ms; /* 0: it did not start */
	const char *note;	/* after the name: why it failed; or NULL */
	const char *ending;	/* "exit status 3"; or NULL */
	bool allowed;		/* it failed, and that does not matter */
	const char *skipped;	/* why it was, in the report's words; or NULL */
	struct strbuf output;	/* what recorder_keep() has kept of it */
	int64_t output_bytes;	/* that it printed */
	struct result *members;
	size_t nr;
};

/* The output of a job that is shown as it comes. */
struct live {
	bool whole_lines;   /* others run beside it */
	const char *prefix; /* before each line; NULL: none */
	struct strbuf held; /* the begin of a line that has no end yet */
};
#define LIVE_INIT                                                              \
	{                                                                      \
		.held = STRBUF_INIT                                            \
	}

/* How one job ended. */
struct job_end {
	const char *path;	     /* report_path() */
	const struct plan_job *plan; /* NULL: not known */
	struct capture *output;	     /* NULL: it did not begin */
	bool failed, allowed;
	int64_t ms;
	const char *ending;  /* "exit status 3"; or NULL */
	const char *note;    /* as in struct result */
	const char *command; /* the last one that was started; or NULL */
};

struct report;

/* What is printed of it, and how it looks; all but the last two append.
 * `path` is the name with those of its groups. */
struct report_form {
	void (*begin)(const struct report *report, struct strbuf *out);
	void (*skip)(const struct report *report, struct strbuf *out,
		const char *path, const char *reason);
	void (*refusal)(const struct report *report, struct strbuf *out,
		const struct job_end *end);
	void (*warning)(const struct report *report, struct strbuf *out,
		const char *text);
	void (*command)(const struct report *report, struct strbuf *out,
		const char *command);
	void (*live_header)(const struct report *report, struct strbuf *out,
		const char *path);
	void (*live_end)(const struct report *report, struct strbuf *out,
		const struct job_end *end);
	void (*job)(struct report *report, const struct job_end *end);
	void (*summary)(struct report *report, const struct result *all);
};

extern const struct report_form report_form_box;     /* lefthook's */
extern const struct report_form report_form_compact; /* our own */
extern const struct report_form report_form_agent;   /* for a program */

struct report {
	int fd;
	const struct report_form *form;
	const struct run_opts *opts;
	struct palette palette;
	bool emoji; /* lefthook's marks */
	bool verbose, quiet;
	unsigned parts; /* enum output_part */
	const char *program, *version;
	const char *hook;	 /* for the box; "": none */
	const char *preface;	 /* lines after it */
	bool has_jobs;		 /* though perhaps none was asked for */
	bool has_step;		 /* which is silent where it has no work */
	bool alone;		 /* only one job can run */
	bool on_terminal;	 /* `fd` is one */
	bool interrupted;	 /* by a signal */
	bool begun;		 /* something was printed */
	const struct live *open; /* whose line has no end yet */
	size_t status;		 /* columns of the line that will be wiped */
	bool yields;	      /* whoever started us may have ended by Ctrl-C */
	struct screen screen; /* the lines that will be */
};

void report_init(struct report *report, const struct report_form *form,
	const struct run_opts *opts, const char *hook);

/* After Ctrl-C: print no more once the terminal is somebody else's. */
void report_yield(struct report *report);

/* What comes first; where it is not called, the first job brings it. */
void report_begin(struct report *report);

/* `path` is the name with those of its groups, joined by report_path(). */
void report_path(struct strbuf *out, const char *outer, const char *name);
void report_skip(struct report *report, const char *path, const char *reason);
/* Also where skips are not shown. */
void report_told_skip(
	struct report *report, const char *path, const char *reason);
/* It could not run, and `note` says why; always printed. */
void report_refused(struct report *report, const struct job_end *end);
/* Output without a header. */
void report_output(struct report *report, struct capture *output);
/* What is about to run; printed where verbose. */
void report_command(struct report *report, const char *command);
/* A line that is always printed. */
void report_warning(struct report *report, const char *text);

/* One finished job, in one piece. */
void report_job(struct report *report, const struct job_end *end);

/* The same in pieces.  Whoever writes next begins a line of his own.  `header`
 * is the enum output_part that the header belongs to. */
void report_live_begin(struct report *report, const struct live *live,
	const char *path, unsigned header);
void report_live_output(
	struct report *report, struct live *live, const char *data, size_t len);
/* `end` may be NULL: no more is said. */
void report_live_end(
	struct report *report, struct live *live, const struct job_end *end);

/* A line without an end, which the next one replaces and anything else that is
 * written wipes; and several of them. */
void report_status(struct report *report, const char *text);
void report_screen(struct report *report, const struct strvec *lines);
void report_wipe(struct report *report);

/* After all jobs; in lefthook's form nothing where nothing was printed before,
 * unless verbose. */
void report_summary(struct report *report, const struct result *all);

/* For the forms: text of our own, of a job, and what comes first. */
void report_put(struct report *report, const struct strbuf *text);
/* Say why the end of it is not there, if so. */
void report_cut(struct strbuf *out, const struct capture *output);
void report_put_capture(struct report *report, struct capture *output);
void report_open(struct report *report, struct strbuf *out);

/* verdict.c: "1.4s", "2m05s" */
void verdict_add_seconds(struct strbuf *out, int64_t ms);

/* summary.c, verdict.c: their last lines. */
void box_summary(struct report *report, const struct result *all);
void compact_summary(struct report *report, const struct result *all);

#endif
