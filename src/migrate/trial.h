/*
 * A trial: one start of the application, in which new migrations go up, down
 * and up again on scratch databases.
 */
#ifndef MIGRATE_TRIAL_H
#define MIGRATE_TRIAL_H

#include "migrate/fresh.h"

struct trial_opts {
	/* What is dangerous on a large table: "warn", "fail" or "off". */
	const char *warnings;
	const char **ignore; /* what of it is not told, NULL-ended */
};

/* What a user is to read is appended to `out`.  0; 1: something was found that
 * must not pass, or nothing could be tried, as `out` says; -1: no trial. */
int trial_run(struct migrate *m, const struct fresh *fresh,
	const struct trial_opts *opts, struct strbuf *out, struct err *err);

#endif
