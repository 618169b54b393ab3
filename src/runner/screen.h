/*
 * Lines at the bottom of a terminal that are drawn again and again.
 */
#ifndef RUNNER_SCREEN_H
#define RUNNER_SCREEN_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stddef.h>

#define SCREEN_LINES_MAX 100

struct screen {
	size_t nr;			/* lines that are there now */
	size_t width[SCREEN_LINES_MAX]; /* of each, in columns */
};

/* Of the terminal `fd`; 80 to 24 where it does not tell. */
void screen_size(int fd, size_t *ret_columns, size_t *ret_rows);

/* Append what replaces the lines that are there by `lines`, clipped to the
 * width, or by none. */
void screen_draw(struct screen *screen, int fd, const struct strvec *lines,
	struct strbuf *out);
void screen_wipe(struct screen *screen, int fd, struct strbuf *out);

#endif
