/*
 * Files that tell machines of a run (`--report FORMAT=FILE`): a recording as
 * JSON (doc/json.md), JUnit's XML, SARIF 2.1.0 (docs.oasis-open.org/sarif).
 */
#ifndef HOOKRUN_RUNNER_REPORT_FILE_H
#define HOOKRUN_RUNNER_REPORT_FILE_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stddef.h>

struct recording;

struct report_file {
	/* Appends the whole text. */
	void (*write)(struct strbuf *out, const struct recording *run);
	char *path; /* absolute, malloc'd */
};

struct report_files {
	struct report_file *v;
	size_t nr, cap;
};

/* Take in "junit=FILE"; -1 where it cannot be understood.  A relative name is
 * one from the folder we stand in. */
int report_files_add(
	struct report_files *files, const char *text, struct err *err);

/* Make each of them empty, before the run: what an earlier one wrote is never
 * taken for this one's.  -1 where one cannot be written. */
int report_files_begin(const struct report_files *files, struct err *err);

/* Write each, of what the recorder has of the run; -1 where one could not be
 * written. */
int report_files_write(const struct report_files *files,
	const struct strbuf *record, struct err *err);
void report_files_release(struct report_files *files);

#endif
