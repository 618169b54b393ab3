/*
 * JSON writes characters beyond U+FFFF as two escapes, "\ud83d\ude00", which
 * libyaml refuses.  Here they are rewritten as YAML's "\U0001f600".
 */
#ifndef CONFIG_SURROGATE_H
#define CONFIG_SURROGATE_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

struct surrogate_place {
	int line, col; /* from 1, where a rewritten pair ends */
};

struct surrogates {
	struct strbuf text;	      /* the rewritten text */
	struct surrogate_place *pair; /* in the order of the text */
	size_t nr, cap;
};

#define SURROGATES_INIT                                                        \
	{                                                                      \
		.text = STRBUF_INIT                                            \
	}
#define AUTO_SURROGATES                                                        \
	__attribute__((cleanup(surrogates_release))) struct surrogates

void surrogates_release(struct surrogates *pairs);

/* Rewrite the pairs in the double-quoted scalars of `text`; elsewhere such
 * text means itself. */
void surrogates_rewrite(struct surrogates *ret, const char *text, size_t len);

/* The column in the original text of a column in the rewritten one. */
int surrogates_column(const struct surrogates *pairs, int line, int col);

#endif
