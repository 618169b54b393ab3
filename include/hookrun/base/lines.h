/* Lines of a text in memory, by their indent and first word. */
#ifndef HOOKRUN_BASE_LINES_H
#define HOOKRUN_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A line without its break (LF or CRLF); `text` starts at the first byte that
 * is no blank, of which there were `indent`. */
struct line {
	const char *text;
	size_t len;
	size_t indent;
};

struct lines {
	const char *pos, *end;
};

/* The next line that is not blank; false at the end. */
bool lines_next(struct lines *lines, struct line *ret);
bool line_starts(const struct line *line, const char *prefix);
bool line_is(const struct line *line, const char *text);

#endif
