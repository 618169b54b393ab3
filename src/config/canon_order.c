/*
 * The order in which yaml.v3 writes the keys of a map (its sorter.go): where
 * two names differ first, numbers count by their value, and letters come after
 * everything else, but before it where digits led up to the place.
 */
#include "config/canon.h"

#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <string.h>

static bool is_letter(uint32_t code)
{
	return code < 0x80 ? isalpha((int)code) : code >= 0xaa;
}

static bool is_digit(uint32_t code)
{
	return code >= '0' && code <= '9';
}

/* What the digits from `s` on are worth, after `before` of them; `ret_end` is
 * the first byte that is none. */
static uint64_t number_at(const char *s, uint64_t before, const char **ret_end)
{
	for (; isdigit((unsigned char)*s); s++)
		before = before * 10 + (uint64_t)(*s - '0');
	*ret_end = s;
	return before;
}

/* Zeros count where digits other than zero stand before them. */
static bool follows_number(const char *start, const char *s)
{
	while (s > start && isdigit((unsigned char)s[-1]))
		if (*--s != '0')
			return true;
	return false;
}

static int compare_from(const char *start, const char *a, const char *b,
	uint32_t code_a, uint32_t code_b, bool digits)
{
	bool letter_a = is_letter(code_a), letter_b = is_letter(code_b);
	uint64_t led, number_a, number_b;
	const char *end_a, *end_b;

	if (letter_a && letter_b)
		return code_a < code_b ? -1 : 1;
	if (letter_a || letter_b)
		return (digits ? letter_a : letter_b) ? -1 : 1;
	led = (*a == '0' || *b == '0') && follows_number(start, a);
	number_a = number_at(a, led, &end_a);
	number_b = number_at(b, led, &end_b);
	if (number_a != number_b)
		return number_a < number_b ? -1 : 1;
	if (end_a - a != end_b - b)
		return end_a - a < end_b - b ? -1 : 1;
	return code_a < code_b ? -1 : 1;
}

int canon_compare(const char *a, const char *b)
{
	const char *start = a;
	bool digits = false;

	while (*a && *b) {
		uint32_t code_a = (unsigned char)*a, code_b = (unsigned char)*b;
		size_t len = utf8_decode(a, strlen(a), &code_a);

		utf8_decode(b, strlen(b), &code_b);
		if (code_a != code_b)
			return compare_from(
				start, a, b, code_a, code_b, digits);
		digits = is_digit(code_a);
		a += len ? len : 1;
		b += len ? len : 1;
	}
	return !*b - !*a;
}
