/*
 * Compilers and linters agree on FILE:LINE:COLUMN and on little else.  A line
 * that only looks like it ("12:30: lunch") is told apart by the file, which
 * must be there.
 */
#include "runner/mark.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/columns.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The name of the file is `path`, malloc'd. */
static bool read_mark(
	char *text, const char *dir, struct mark *ret, char **ret_path)
{
	AUTO_FREE char *path = NULL;
	char *colon, *rest;

	text += strspn(text, " \t");
	colon = strchr(text, ':');
	if (!colon || colon == text || !isdigit((unsigned char)colon[1]))
		return false;
	*colon = '\0';
	path = fs_clean(dir, text);
	if (!fs_exists(path) || fs_is_dir(path))
		return false;
	*ret = (struct mark){ .line = strtol(colon + 1, &rest, 10) };
	if (*rest == ':' && isdigit((unsigned char)rest[1]))
		ret->column = strtol(rest + 1, &rest, 10);
	ret->text = rest + strspn(rest, ": \t");
	ret->file = *ret_path = path;
	path = NULL;
	return true;
}

void marks_each(const char *output, size_t len, const char *dir,
	bool (*func)(const struct mark *mark, void *data), void *data)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *rest = NULL;
	bool go_on = true;

	strbuf_add(&text, output, len);
	for (char *line = strtok_r(text.buf, "\n", &rest); line && go_on;
		line = strtok_r(NULL, "\n", &rest)) {
		AUTO_FREE char *path = NULL;
		struct mark mark;

		columns_strip(line);
		if (read_mark(line, dir, &mark, &path))
			go_on = func(&mark, data);
	}
}

const char *mark_path(const struct mark *mark, const char *top)
{
	size_t len = top ? strlen(top) : 0;

	if (len && !strncmp(mark->file, top, len) && mark->file[len] == '/')
		return mark->file + len + 1;
	return mark->file;
}
