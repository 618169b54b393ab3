/* Where two texts differ, line by line. */
#ifndef HOOKRUN_GIT_TEXTDIFF_H
#define HOOKRUN_GIT_TEXTDIFF_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>

/* Lines that are replaced; a count of 0 is an insertion before the line, or a
 * deletion.  Lines are counted from 0. */
struct text_hunk {
	size_t old_line, old_count;
	size_t new_line, new_count;
};

struct text_diff {
	struct text_hunk *v; /* in order; malloc'd */
	size_t nr, cap;
};

/* Without context; texts of whatever bytes.  -1 where there is no memory for
 * it or a text is too large; then `ret` is empty. */
int text_diff(const struct strbuf *old, const struct strbuf *new,
	struct text_diff *ret);
void text_diff_release(struct text_diff *diff);

#endif
