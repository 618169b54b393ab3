/* Three versions of a text into one, line by line, as `git merge` does it. */
#ifndef HOOKRUN_GIT_TEXTMERGE_H
#define HOOKRUN_GIT_TEXTMERGE_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

enum text_side { TEXT_BASE, TEXT_OURS, TEXT_THEIRS, TEXT_SIDES };

enum text_style { TEXT_STYLE_MERGE, TEXT_STYLE_DIFF3, TEXT_STYLE_ZDIFF3 };

/* How conflicts are written. */
struct text_marks {
	const char *labels[TEXT_SIDES];
	enum text_style style;
	unsigned short size; /* characters of a mark */
};

/* The merge of `sides` is appended to `out`: 0; 1 where it has conflicts; -1
 * where there is no memory for it. */
int text_merge(const struct strbuf sides[TEXT_SIDES],
	const struct text_marks *marks, struct strbuf *out, struct err *err);

#endif
