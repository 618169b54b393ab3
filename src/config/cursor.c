/*
 * What the readers of JSON and TOML have in common.  Lines and columns are
 * counted forward from the place that was last asked for: readers ask in the
 * order of the text, so that a file of one long line costs one walk and not
 * one a value.
 */
#include "config/cursor.h"

#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static int check_text(struct cursor *c)
{
	for (const char *s = c->s; s < c->end;) {
		size_t len = utf8_decode(s, (size_t)(c->end - s), NULL);

		if (!len)
			return cursor_fail(c, s, "the text is not valid UTF-8");
		if (!*s)
			return cursor_fail(c, s, "a NUL byte is not allowed");
		s += len;
	}
	return 0;
}

int cursor_open(struct cursor *c, struct arena *arena, const char *path,
	const char *text, size_t len, struct err *err)
{
	const struct source *source;

	if (len > NODE_MAX_BYTES)
		return err_set(err, "'%s' is larger than %d bytes", path,
			NODE_MAX_BYTES);
	source = source_new(arena, path, text, len);
	*c = (struct cursor){ .arena = arena,
		.source = source,
		.s = source->text,
		.end = source->text + source->len,
		.err = err,
		.place = { source->text, 1, 1 } };
	return check_text(c);
}

void cursor_place(struct cursor *c, const char *at, int *ret_line, int *ret_col)
{
	if (at < c->place.at)
		c->place = (struct place){ c->source->text, 1, 1 };
	source_advance(&c->place, at);
	*ret_line = c->place.line;
	*ret_col = c->place.col;
}

struct node *cursor_node(
	struct cursor *c, enum node_kind kind, const char *at, size_t size)
{
	struct node *node;

	if (++c->nodes > NODE_MAX_COUNT) {
		cursor_fail(c, at, "more than %d values in one file",
			NODE_MAX_COUNT);
		return NULL;
	}
	node = arena_alloc(c->arena, size);
	node->kind = kind;
	node->source = c->source;
	cursor_place(c, at, &node->line, &node->col);
	return node;
}

int cursor_fail(struct cursor *c, const char *at, const char *fmt, ...)
{
	int line, col;
	va_list ap;

	cursor_place(c, at, &line, &col);
	va_start(ap, fmt);
	source_verror(c->err, c->source, line, col, fmt, ap);
	va_end(ap);
	return -1;
}

int cursor_expected(struct cursor *c, const char *what)
{
	size_t len = utf8_decode(c->s, (size_t)(c->end - c->s), NULL);

	if (c->s == c->end)
		return cursor_fail(
			c, c->s, "the file ends where %s should be", what);
	if (source_break(c->s))
		return cursor_fail(
			c, c->s, "the line ends where %s should be", what);
	if (len == 1 && !isprint((unsigned char)*c->s))
		return cursor_fail(c, c->s,
			"expected %s, not the control character 0x%02x", what,
			(unsigned)*c->s);
	return cursor_fail(
		c, c->s, "expected %s, not '%.*s'", what, (int)len, c->s);
}

bool cursor_take(struct cursor *c, char wanted)
{
	if (c->s == c->end || *c->s != wanted)
		return false;
	c->s++;
	return true;
}

int cursor_hex(
	struct cursor *c, const char *at, int digits, bool low, uint32_t *ret)
{
	uint32_t code = 0;

	for (int i = 0; i < digits; i++, c->s++) {
		char digit = *c->s;

		if (!isxdigit((unsigned char)digit))
			return cursor_fail(c, at,
				"an escape such as this needs %d hexadecimal "
				"digits",
				digits);
		digit = (char)tolower((unsigned char)digit);
		code = code << 4 | (uint32_t)(digit <= '9' ? digit - '0'
							   : digit - 'a' + 10);
	}
	if (!code)
		return cursor_fail(
			c, at, "a NUL character is not allowed in a string");
	if (code > 0x10ffff || (!low && code >= 0xd800 && code < 0xe000))
		return cursor_fail(c, at, "there is no character U+%04X", code);
	*ret = code;
	return 0;
}
