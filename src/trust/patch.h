/* Two texts as a diff for people. */
#ifndef TRUST_PATCH_H
#define TRUST_PATCH_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

struct patch {
	struct strbuf *out;
	size_t max_lines; /* 0: no limit */
	size_t lines;	  /* written so far */
	size_t cut;	  /* left out since */
};

/* From `old` to `new`, each line indented by two blanks behind its sign, with
 * three lines around what differs. */
void patch_add(struct patch *patch, const struct strbuf *old,
	const struct strbuf *new);

#endif
