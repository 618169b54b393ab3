/* What the sections of `hookrun doctor` share. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"

struct doctor {
	struct workspace ws;
	size_t faults; /* found */
};

void finding_section(const char *title);

/* A line about what is as it should be. */
void finding_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Something is wrong, and `mend` is what to type (NULL: no command mends it,
 * the text says what does). */
void finding_fault(struct doctor *doctor, const char *mend, const char *fmt,
	...) __attribute__((format(printf, 3, 4)));

/* Each line of `text`, which is cut up, is such a thing. */
void finding_each(struct doctor *doctor, const char *mend, struct strbuf *text);

/* The programs that jobs name. */
void doctor_tools(struct doctor *doctor);

/* What killed programs and a full disk leave. */
void doctor_locks(struct doctor *doctor);
void doctor_disk(struct doctor *doctor);

/* Whether a file system has no room for a commit, or cannot be written: what to
 * say of it is appended to `out`. */
struct statvfs;
bool disk_is_short(
	const struct statvfs *fs, const char *dir, struct strbuf *out);

#endif
