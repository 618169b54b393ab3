/*
 * Quoting of words for sh.  The set of bytes that need no quotes, and the way a
 * single quote is written, are lefthook's: users compare its logs and ours, and
 * quotes that nobody needs make a printed command hard to read.
 */
#include "files/quote.h"

#include "hookrun/files/template.h"

#include <string.h>

#define PLAIN(c) [c] = true
static const bool plain[256] = { PLAIN('a'), PLAIN('b'), PLAIN('c'), PLAIN('d'),
	PLAIN('e'), PLAIN('f'), PLAIN('g'), PLAIN('h'), PLAIN('i'), PLAIN('j'),
	PLAIN('k'), PLAIN('l'), PLAIN('m'), PLAIN('n'), PLAIN('o'), PLAIN('p'),
	PLAIN('q'), PLAIN('r'), PLAIN('s'), PLAIN('t'), PLAIN('u'), PLAIN('v'),
	PLAIN('w'), PLAIN('x'), PLAIN('y'), PLAIN('z'), PLAIN('A'), PLAIN('B'),
	PLAIN('C'), PLAIN('D'), PLAIN('E'), PLAIN('F'), PLAIN('G'), PLAIN('H'),
	PLAIN('I'), PLAIN('J'), PLAIN('K'), PLAIN('L'), PLAIN('M'), PLAIN('N'),
	PLAIN('O'), PLAIN('P'), PLAIN('Q'), PLAIN('R'), PLAIN('S'), PLAIN('T'),
	PLAIN('U'), PLAIN('V'), PLAIN('W'), PLAIN('X'), PLAIN('Y'), PLAIN('Z'),
	PLAIN('0'), PLAIN('1'), PLAIN('2'), PLAIN('3'), PLAIN('4'), PLAIN('5'),
	PLAIN('6'), PLAIN('7'), PLAIN('8'), PLAIN('9'), PLAIN('-'), PLAIN('.'),
	PLAIN('/'), PLAIN(':'), PLAIN('_'), PLAIN('@'), PLAIN('%'), PLAIN('+'),
	PLAIN('='), PLAIN(',') };

size_t quote_plain_len(const char *str)
{
	const char *end = str;

	while (plain[(unsigned char)*end])
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
