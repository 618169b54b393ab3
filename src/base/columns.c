/*
 * wcwidth(3) is no help: it goes by the locale, which a static binary has no
 * data for.  The two tables are the ranges of Unicode 15 that terminals agree
 * about: what is drawn over the character before it, and what is two columns
 * wide (EastAsianWidth W and F, and emoji).  Whoever draws lines leaves the
 * last column free, so that a terminal that sees one character otherwise does
 * not wrap the line.
 */
#include "hookrun/base/columns.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/utf8.h"

#include <stdint.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

static const struct range combining[] = {
	{ 0x0300, 0x036f },
	{ 0x0483, 0x0489 },
	{ 0x0591, 0x05bd },
	{ 0x0610, 0x061a },
	{ 0x064b, 0x065f },
	{ 0x06d6, 0x06dc },
	{ 0x0730, 0x074a },
	{ 0x0900, 0x0902 },
	{ 0x093c, 0x093c },
	{ 0x0941, 0x0948 },
	{ 0x094d, 0x094d },
	{ 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a },
	{ 0x0e47, 0x0e4e },
	{ 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff },
	{ 0x200b, 0x200f },
	{ 0x202a, 0x202e },
	{ 0x2060, 0x2064 },
	{ 0x20d0, 0x20ff },
	{ 0x302a, 0x302d },
	{ 0x3099, 0x309a },
	{ 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
	{ 0xfeff, 0xfeff },
	{ 0xe0100, 0xe01ef },
};

static const struct range wide[] = {
	{ 0x1100, 0x115f },
	{ 0x231a, 0x231b },
	{ 0x23e9, 0x23ec },
	{ 0x2614, 0x2615 },
	{ 0x2648, 0x2653 },
	{ 0x26a1, 0x26a1 },
	{ 0x26bd, 0x26be },
	{ 0x26d4, 0x26d4 },
	{ 0x2705, 0x2705 },
	{ 0x270a, 0x270b },
	{ 0x2728, 0x2728 },
	{ 0x274c, 0x274c },
	{ 0x2753, 0x2757 },
	{ 0x2795, 0x2797 },
	{ 0x2b1b, 0x2b1c },
	{ 0x2b50, 0x2b50 },
	{ 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf },
	{ 0x4e00, 0x9fff },
	{ 0xa000, 0xa4cf },
	{ 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff },
	{ 0x1fa70, 0x1faff },
	{ 0x20000, 0x3fffd },
};

static bool is_in(const struct range *table, size_t nr, uint32_t code)
{
	size_t low = 0, high = nr;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (code > table[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < nr && code >= table[low].first;
}

/* The columns of the first character; `ret_len` is its bytes. */
static size_t first_width(const char *text, size_t *ret_len)
{
	uint32_t code = 0;

	*ret_len = utf8_decode(text, strnlen(text, 4), &code);
	if (!*ret_len) {
		*ret_len = 1;
		return 1;
	}
	if (code < combining[0].first)
		return 1;
	if (is_in(combining, ARRAY_SIZE(combining), code))
		return 0;
	return is_in(wide, ARRAY_SIZE(wide), code) ? 2 : 1;
}

size_t columns_of(const char *text)
{
	size_t width = 0, len;

	for (; *text; text += len)
		width += first_width(text, &len);
	return width;
}

void columns_clip(struct strbuf *out, const char *text, size_t max)
{
	size_t width = 0, len;
	bool fits = columns_of(text) <= max;

	if (fits) {
		strbuf_addstr(out, text);
		return;
	}
	for (; max && *text; text += len) {
		width += first_width(text, &len);
		if (width > max - 1)
			break;
		strbuf_add(out, text, len);
	}
	if (max)
		strbuf_addstr(out, "…");
}

void columns_strip(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\033' && text[1] == '[') {
			text += 2;
			text += strcspn(text, "@ABCDEFGHJKSTfhlmnsu");
			text += *text != '\0';
		} else if (*text == '\r') {
			text++;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}
