/*
 * Text files by the line, in place: no copy, no allocation, whatever the line
 * ends are.  Lock files and test maps of some megabytes are read this way.
 */
#include "hookrun/base/lines.h"

#include <string.h>

bool lines_next(struct lines *lines, struct line *ret)
{
	while (lines->pos < lines->end) {
		const char *start = lines->pos;
		size_t left = (size_t)(lines->end - start);
		const char *eol = memchr(start, '\n', left);
		size_t len = eol ? (size_t)(eol - start) : left;

		lines->pos = eol ? eol + 1 : lines->end;
		while (len && (start[len - 1] == '\r' || start[len - 1] == ' '))
			len--;
		ret->indent = 0;
		while (ret->indent < len && start[ret->indent] == ' ')
			ret->indent++;
		ret->text = start + ret->indent;
		ret->len = len - ret->indent;
		if (ret->len)
			return true;
	}
	return false;
}

bool line_starts(const struct line *line, const char *prefix)
{
	size_t len = strlen(prefix);

	return line->len >= len && !memcmp(line->text, prefix, len);
}

bool line_is(const struct line *line, const char *text)
{
	return line->len == strlen(text) && line_starts(line, text);
}
