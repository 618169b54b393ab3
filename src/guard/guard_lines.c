/*
 * Whose text a file is that has changed while the user's version was put
 * aside: a job's, made of the shown one, or the user's, whose editor has saved
 * it in between.  Only the latter can have lines that are in the hidden version
 * alone.
 *
 * It is enough that one is a part of a line now, to which the user has added.
 * Lines are compared without their blanks, because a formatter may have been
 * at them since, and because one that only takes blanks out makes of the shown
 * version what the user's own formatter has made of the hidden one.  A line
 * without a letter or a digit ("}") says nothing about who wrote it.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/hash.h"

#include <ctype.h>
#include <stdint.h>

#define SEARCHED 1000 /* lines that may have been added to */

/* The lines that say something, without blanks, each with a line break. */
struct lines {
	struct strbuf text;
	uint64_t *hashes; /* sorted */
	size_t nr;
};

static int by_value(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;

	return one < two ? -1 : one > two;
}

/* Take the blanks out of a line; whether it says something. */
static bool add_line(struct strbuf *out, const char *line, size_t len)
{
	bool says = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if (!isspace(c))
			strbuf_addch(out, line[i]);
		says = says || isalnum(c) || c >= 0x80;
	}
	return says;
}

static void read_lines(const struct strbuf *text, struct lines *ret)
{
	const char *end = text->buf + text->len;
	size_t room = 1;

	for (size_t i = 0; i < text->len; i++)
		room += text->buf[i] == '\n';
	*ret = (struct lines){ .text = STRBUF_INIT };
	ret->hashes = xcalloc(room, sizeof(*ret->hashes));
	for (const char *line = text->buf, *stop; line < end; line = stop + 1) {
		size_t start = ret->text.len;

		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		if (!add_line(&ret->text, line, (size_t)(stop - line))) {
			strbuf_setlen(&ret->text, start);
			continue;
		}
		ret->hashes[ret->nr++] = hash_add(HASH_START,
			ret->text.buf + start, ret->text.len - start);
		strbuf_addch(&ret->text, '\n');
	}
	qsort(ret->hashes, ret->nr, sizeof(*ret->hashes), by_value);
}

static void release(struct lines *lines)
{
	strbuf_release(&lines->text);
	free(lines->hashes);
}

static bool has(const struct lines *lines, uint64_t line)
{
	return lines->nr &&
	       bsearch(&line, lines->hashes, lines->nr, sizeof(line), by_value);
}

static bool contains(const struct lines *lines, const char *text, size_t len)
{
	return lines->nr && memmem(lines->text.buf, lines->text.len, text, len);
}

bool guard_lines_hidden(const struct strbuf *user, const struct strbuf *shown,
	const struct strbuf *now)
{
	struct lines hidden, known, there;
	const char *line, *end;
	bool found = false;

	read_lines(user, &hidden);
	read_lines(shown, &known);
	read_lines(now, &there);
	for (size_t i = 0; i < there.nr && !found; i++)
		found = has(&hidden, there.hashes[i]) &&
			!has(&known, there.hashes[i]);
	line = hidden.text.buf;
	end = line + hidden.text.len;
	for (int tries = 0; !found && line < end && tries < SEARCHED; tries++) {
		size_t len = (size_t)((const char *)memchr(line, '\n',
					      (size_t)(end - line)) -
				      line);

		found = contains(&there, line, len) &&
			!contains(&known, line, len);
		line += len + 1;
	}
	release(&hidden);
	release(&known);
	release(&there);
	return found;
}
