/*
 * C-quoted names, which `git hash-object --stdin-paths` reads and which our
 * own journal of hidden files is made of.  Octal escapes always have three
 * digits, so that a digit behind one is never taken for a part of it.
 */
#include "hookrun/base/cquote.h"

#include <string.h>

static const char letters[] = "abtnvfr\"\\";
static const char meanings[] = "\a\b\t\n\v\f\r\"\\";

static void add_byte(struct strbuf *out, char c)
{
	const char *found = c ? strchr(meanings, c) : NULL;

	if (found)
		strbuf_addf(out, "\\%c", letters[found - meanings]);
	else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f)
		strbuf_addf(out, "\\%03o", (unsigned char)c);
	else
		strbuf_addch(out, c);
}

void cquote_add(struct strbuf *out, const char *name)
{
	strbuf_addch(out, '"');
	for (; *name; name++)
		add_byte(out, *name);
	strbuf_addch(out, '"');
}

/* The length of the UTF-8 character at `text`; 0 where it is none, or one
 * that a terminal may take for a control (C1, and what reorders text). */
static size_t printable(const unsigned char *text)
{
	size_t len = *text < 0x80   ? 1
		     : *text < 0xc2 ? 0
		     : *text < 0xe0 ? 2
		     : *text < 0xf0 ? 3
				    : 4;

	if (*text < 0x20 || *text == 0x7f || *text > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	if (*text == 0xc2 && text[1] < 0xa0)
		return 0;
	if (*text == 0xe2 && text[1] == 0x80 && text[2] >= 0xa8 &&
		text[2] <= 0xae)
		return 0;
	if (*text == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6)
		return 0;
	return len;
}

void cquote_show(struct strbuf *out, const char *name)
{
	const unsigned char *pos = (const unsigned char *)name;

	while (*pos) {
		size_t len = printable(pos);

		if (!len) {
			cquote_add(out, name);
			return;
		}
		pos += len;
	}
	strbuf_addf(out, "'%s'", name);
}

/* One escape behind its backslash; the text behind it. */
static const char *read_escape(const char *text, struct strbuf *out)
{
	const char *found = *text ? strchr(letters, *text) : NULL;
	int value = 0;

	if (found) {
		strbuf_addch(out, meanings[found - letters]);
		return text + 1;
	}
	for (int i = 0; i < 3; i++) {
		if (text[i] < '0' || text[i] > '7')
			return NULL;
		value = value * 8 + text[i] - '0';
	}
	if (!value || value > 0xff)
		return NULL;
	strbuf_addch(out, (char)value);
	return text + 3;
}

const char *cquote_read(const char *text, struct strbuf *out)
{
	if (*text++ != '"')
		return NULL;
	while (text && *text != '"') {
		if (!*text || *text == '\n')
			return NULL;
		if (*text == '\\') {
			text = read_escape(text + 1, out);
			continue;
		}
		strbuf_addch(out, *text++);
	}
	return text ? text + 1 : NULL;
}
