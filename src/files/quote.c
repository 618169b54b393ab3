/*
 * Quoting of words for sh.  The set of bytes that need no quotes, and the way a
 * single quote is written, are lefthook's: users compare its logs and ours, and
 * quotes that nobody needs make a printed command hard to read.
 */
#include "files/quote.h"

#include "hookrun/files/template.h"

#include <string.h>

static bool is_plain_byte(char c)
{
	if (((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '-' && c <= ':'))
		return true;
	switch (c) {
	case '_':
	case '@':
	case '%':
	case '+':
	case '=':
	case ',':
		return true;
	default:
		return false;
	}
}

size_t quote_plain_len(const char *str)
{
	const char *end = str;

	while (is_plain_byte(*end))
		end++;
	return *end ? 0 : (size_t)(end - str);
}

/* `str` between two `quote`, each byte of `special` behind `before`. */
static void add_quoted(struct strbuf *out, char quote, const char *str,
	const char *special, const char *before, const char *after)
{
	strbuf_addch(out, quote);
	while (*str) {
		size_t len = strcspn(str, special);

		strbuf_add(out, str, len);
		str += len;
		if (*str) {
			strbuf_addstr(out, before);
			strbuf_addch(out, *str++);
			strbuf_addstr(out, after);
		}
	}
	strbuf_addch(out, quote);
}

void template_quote(struct strbuf *out, const char *str)
{
	size_t len = quote_plain_len(str);

	if (len)
		strbuf_add(out, str, len);
	else
		add_quoted(out, '\'', str, "'", "'\"", "\"'");
}

void quote_add(struct strbuf *out, enum quote_style style, const char *str)
{
	switch (style) {
	case QUOTE_NEEDED:
		template_quote(out, str);
		break;
	case QUOTE_DOUBLE:
		add_quoted(out, '"', str, "\\$`\"", "\\", "");
		break;
	case QUOTE_SINGLE:
		add_quoted(out, '\'', str, "'", "'\\", "'");
		break;
	}
}
