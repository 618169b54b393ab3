/* The forms in which a file name becomes a word of sh. */
#ifndef HOOKRUN_FILES_QUOTE_H
#define HOOKRUN_FILES_QUOTE_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

enum quote_style {
	QUOTE_NEEDED, /* as template_quote() */
	QUOTE_DOUBLE, /* always "..." */
	QUOTE_SINGLE, /* always '...' */
};

/* The length of `str` where sh reads it as it is, wherever a word may stand;
 * 0: it needs quotes. */
size_t quote_plain_len(const char *str);

void quote_add(struct strbuf *out, enum quote_style style, const char *str);

#endif
