/*
 * A message about a configuration file is only as good as its place: the line
 * is shown with a caret under the character.  The caret's line repeats the
 * tabs of the line above, so that both move alike whatever a tab is worth.
 * Lines may be megabytes long (minified JSON), so only a window is shown.
 */
#include "config/source.h"

#include "hookrun/base/strbuf.h"

#include <string.h>

#define WINDOW_CHARS 120 /* of a line, in a message */
#define WINDOW_BEFORE 60 /* of them before the caret */
#define BRIEF_BYTES 60
#define MESSAGE_MAX 2048 /* bytes; leaves room for line and caret */

struct source *source_new(
	struct arena *arena, const char *path, const char *text, size_t len)
{
	struct source *source = arena_alloc(arena, sizeof(*source));

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	source->path = arena_strdup(arena, path);
	source->text = arena_strndup(arena, text, len);
	source->len = len;
	return source;
}

size_t source_break(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if (s[0] == '\n')
		return 1;
	if (s[0] == '\r')
		return s[1] == '\n' ? 2 : 1;
	if (s[0] == 0xc2 && s[1] == 0x85)
		return 2;
	if (s[0] == 0xe2 && s[1] == 0x80 && (s[2] == 0xa8 || s[2] == 0xa9))
		return 3;
	return 0;
}

/* The start of the next character; never beyond the terminating NUL. */
static const char *next_char(const char *s)
{
	if (*s)
		s++;
	while (((unsigned char)*s & 0xc0) == 0x80)
		s++;
	return s;
}

static const char *line_end(const char *s)
{
	while (*s && !source_break(s))
		s++;
	return s;
}

void source_advance(struct place *place, const char *at)
{
	while (place->at < at) {
		size_t len = source_break(place->at);

		if (len) {
			place->at += len;
			place->line++;
			place->col = 1;
		} else {
			place->at = next_char(place->at);
			place->col++;
		}
	}
}

void source_position(
	const struct source *source, size_t offset, int *ret_line, int *ret_col)
{
	struct place place = { source->text, 1, 1 };

	source_advance(&place, source->text + offset);
	*ret_line = place.line;
	*ret_col = place.col;
}

static const char *find_line(const char *s, int line)
{
	while (line > 1 && *s) {
		size_t len;

		s = line_end(s);
		len = source_break(s);
		s += len;
		line--;
	}
	return s;
}

const char *source_at(const struct source *source, int line, int col)
{
	const char *s = find_line(source->text, line);

	while (--col > 0 && *s && !source_break(s))
		s = next_char(s);
	return s;
}

static bool is_blank_to(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s == end;
}

/*
 * A text that ends too early is reported at its end, which is mostly an empty
 * line; what a user can do something about is the last line with text.
 */
static void step_back_from_end(const struct source *source, int *line, int *col)
{
	const char *text = source->text, *end = text + source->len;
	const char *at = find_line(text, *line);

	if (!is_blank_to(at, end))
		return;
	while (end > text && strchr(" \t\r\n", end[-1]))
		end--;
	if (end > text)
		source_position(source, (size_t)(end - text), line, col);
}

/* A terminal must get neither escape codes nor broken UTF-8. */
static bool is_shown(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0x80)
		return len == 1 && (c >= 0x20 || c == '\t') && c != 0x7f;
	return (c >> 5 == 0x6 && len == 2 && c >= 0xc2) ||
	       (c >> 4 == 0xe && len == 3) || (c >> 3 == 0x1e && len == 4);
}

static void add_clean_char(struct strbuf *out, const char *s, const char *next)
{
	if (!is_shown(s, (size_t)(next - s)))
		strbuf_addch(out, '?');
	else
		strbuf_add(out, s, (size_t)(next - s));
}

/* The line and, below it, a caret under column `col`. */
static void add_snippet(
	struct strbuf *out, const struct source *source, int line, int col)
{
	const char *s = find_line(source->text, line), *end = line_end(s);
	AUTO_STRBUF caret = STRBUF_INIT;
	int at = 1;

	strbuf_addch(out, '\n');
	if (col > WINDOW_CHARS - WINDOW_BEFORE / 2) {
		for (; at < col - WINDOW_BEFORE && s < end; at++)
			s = next_char(s);
		strbuf_addstr(out, "...");
		strbuf_addstr(&caret, "   ");
	}
	for (int i = 0; s < end && i < WINDOW_CHARS; i++, at++) {
		const char *next = next_char(s);

		add_clean_char(out, s, next);
		if (at < col)
			strbuf_addch(&caret, *s == '\t' ? '\t' : ' ');
		s = next;
	}
	if (s < end)
		strbuf_addstr(out, "...");
	strbuf_addf(out, "\n%s^", caret.buf);
}

int source_verror(struct err *err, const struct source *source, int line,
	int col, const char *fmt, va_list ap)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRBUF message = STRBUF_INIT;

	strbuf_vaddf(&message, fmt, ap);
	if (!source)
		return err_set(err, "%s", message.buf);
	step_back_from_end(source, &line, &col);
	strbuf_addf(&text, "%s:%d:%d: %.*s", source->path, line, col,
		MESSAGE_MAX, message.buf);
	add_snippet(&text, source, line, col);
	return err_set(err, "%s", text.buf);
}

int source_error(struct err *err, const struct source *source, int line,
	int col, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	source_verror(err, source, line, col, fmt, ap);
	va_end(ap);
	return -1;
}

const char *source_brief(struct arena *arena, const char *text)
{
	AUTO_STRBUF out = STRBUF_INIT;
	const char *s = text;

	while (*s >= ' ' && *s <= '~' && s - text < BRIEF_BYTES)
		s++; /* shown as it is, as nearly every name */
	strbuf_add(&out, text, (size_t)(s - text));
	while (*s && out.len < BRIEF_BYTES && !source_break(s)) {
		const char *next = next_char(s);

		add_clean_char(&out, s, next);
		s = next;
	}
	if (*s)
		strbuf_addstr(&out, "...");
	return arena_strndup(arena, out.buf, out.len);
}
