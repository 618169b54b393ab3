/*
 * File names as git writes them into text: between double quotes, with C's
 * escapes for whatever is not printable ASCII.  A name of any bytes becomes
 * one word on one line that cannot drive a terminal.
 */
#ifndef HOOKRUN_BASE_CQUOTE_H
#define HOOKRUN_BASE_CQUOTE_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

/* Append `"name"`. */
void cquote_add(struct strbuf *out, const char *name);

/* Append 'name' for a message: as it is where it is printable UTF-8 without
 * control characters, else quoted as above. */
void cquote_show(struct strbuf *out, const char *name);

/* Read a quoted name at `text`, append what it means to `out`; the text behind
 * it, NULL where it is not well formed or has a NUL inside. */
const char *cquote_read(const char *text, struct strbuf *out);

#endif
