/*
 * What a job says about a place in a file: "src/a.js:2:1: Unexpected var".
 */
#ifndef RUNNER_MARK_H
#define RUNNER_MARK_H

#include <stdbool.h>
#include <stddef.h>

struct mark {
	const char *file;  /* absolute; it is there */
	long line, column; /* column 0: none */
	const char *text;  /* what is said, maybe "" */
};

/* Call `func` for each line of an output that begins with FILE:LINE or
 * FILE:LINE:COLUMN, seen from the folder `dir`, until it returns false; the
 * mark is gone then.  Escape codes are left out. */
void marks_each(const char *output, size_t len, const char *dir,
	bool (*func)(const struct mark *mark, void *data), void *data);

/* The file as it is called from `top` (NULL: from nowhere). */
const char *mark_path(const struct mark *mark, const char *top);

#endif
