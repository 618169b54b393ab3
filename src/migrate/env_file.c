/*
 * One line is read and written, and the rest of the user's file is left as it
 * is, byte for byte: it holds his passwords.  Where a name stands twice the
 * last one counts, for dotenv as for a shell.
 */
#include "migrate/env_file.h"

#include <ctype.h>
#include <string.h>

struct line {
	size_t start, end; /* of all of it, without the break */
	size_t value;	   /* where the value begins */
};

/* Whether the line at `at` gives `name` a value. */
static bool gives(
	const char *text, size_t at, const char *name, struct line *ret)
{
	const char *p = text + at;
	size_t len = strlen(name);

	p += strspn(p, " \t");
	if (!strncmp(p, "export", 6) && (p[6] == ' ' || p[6] == '\t'))
		p += 6 + strspn(p + 6, " \t");
	if (strncmp(p, name, len) != 0)
		return false;
	p += len;
	p += strspn(p, " \t");
	if (*p != '=')
		return false;
	p += 1 + strspn(p + 1, " \t");
	*ret = (struct line){ at, at + strcspn(text + at, "\r\n"),
		(size_t)(p - text) };
	if (ret->value > ret->end)
		ret->value = ret->end;
	return true;
}

static bool find_line(const char *text, const char *name, struct line *ret)
{
	bool found = false;
	size_t at = 0;

	while (text[at]) {
		struct line line;

		if (gives(text, at, name, &line)) {
			*ret = line;
			found = true;
		}
		at += strcspn(text + at, "\n");
		at += text[at] == '\n';
	}
	return found;
}

/* What follows a quoted value, or a plain one behind a blank, is a comment. */
const char *env_file_get(
	const char *text, const char *name, struct arena *arena)
{
	struct line line;
	const char *value;
	size_t len;

	if (!find_line(text, name, &line))
		return NULL;
	value = text + line.value;
	len = line.end - line.value;
	if (len && (*value == '"' || *value == '\'')) {
		const char *end = memchr(value + 1, *value, len - 1);

		if (!end)
			return NULL;
		len = (size_t)(end - value) - 1;
		value++;
		if (value[-1] == '\'')
			return arena_strndup(arena, value, len);
	} else {
		const char *comment = memmem(value, len, " #", 2);

		if (comment)
			len = (size_t)(comment - value);
		while (len && isspace((unsigned char)value[len - 1]))
			len--;
	}
	if (memchr(value, '$', len) || memchr(value, '\\', len) ||
		memchr(value, '`', len))
		return NULL;
	return arena_strndup(arena, value, len);
}

static bool is_plain(const char *value)
{
	for (; *value; value++)
		if (!isalnum((unsigned char)*value) && !strchr("_-./:", *value))
			return false;
	return true;
}

void env_file_put(
	struct strbuf *text, const char *name, const char *value, bool exports)
{
	const char *quote = is_plain(value) ? "" : "'";
	AUTO_STRBUF quoted = STRBUF_INIT;
	struct line line;

	strbuf_addf(&quoted, "%s%s%s", quote, value, quote);
	if (find_line(text->buf, name, &line)) {
		strbuf_splice(text, line.value, line.end - line.value,
			quoted.buf, quoted.len);
		return;
	}
	if (text->len && text->buf[text->len - 1] != '\n')
		strbuf_addch(text, '\n');
	strbuf_addf(
		text, "%s%s=%s\n", exports ? "export " : "", name, quoted.buf);
}
