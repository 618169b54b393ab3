/*
 * How many columns of a terminal a text in UTF-8 takes.
 */
#ifndef HOOKRUN_BASE_COLUMNS_H
#define HOOKRUN_BASE_COLUMNS_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

/* `text` has no control characters; bytes that are no UTF-8 count as one. */
size_t columns_of(const char *text);

/* Append as much of `text` as fits into `max` columns; where that is not all
 * of it, the last column is "…". */
void columns_clip(struct strbuf *out, const char *text, size_t max);

/* Take the escape codes and carriage returns out of a job's text, in place. */
void columns_strip(char *text);

#endif
