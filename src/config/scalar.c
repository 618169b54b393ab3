/*
 * The core schema of YAML 1.2, and the numbers of 1.1 (0755, 1_000, 0b11),
 * which lefthook's reader takes too.  The rest of 1.1 is left out, although
 * libyaml reads that: there `no`, `off` and `1:30` are not the strings they
 * look like, and a hook named `on` would become a boolean.
 */
#include "config/scalar.h"

#include "hookrun/base/words.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 400 /* a longer text is no number of anybody's */

/* Digits of `base` to the end of `str`; false where there are none, something
 * else, or more than fits. */
static bool read_digits(const char *str, int base, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*str)
		return false;
	for (; *str; str++) {
		int digit = isdigit((unsigned char)*str) ? *str - '0'
			    : isxdigit((unsigned char)*str)
				    ? tolower((unsigned char)*str) - 'a' + 10
				    : base;

		if (digit >= base ||
			__builtin_mul_overflow(value, (uint64_t)base, &value) ||
			__builtin_add_overflow(value, (uint64_t)digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

static bool resolve_int(struct node *node, const char *str)
{
	bool negative = *str == '-';
	uint64_t value;
	int base = 10;

	str += negative || *str == '+';
	if (*str == '0' && str[1]) {
		char kind = (char)tolower((unsigned char)str[1]);

		base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
		str += isdigit((unsigned char)kind) ? 1 : 2;
		if (!isdigit((unsigned char)kind) && !strchr("xbo", kind))
			return false;
	}
	if (!read_digits(str, base, &value) || value > INT64_MAX)
		return false;
	node->kind = NODE_INT;
	node->integer = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

static const char *skip_digits(const char *s)
{
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal(const char *s)
{
	const char *start;

	s += *s == '-' || *s == '+';
	start = s;
	s = skip_digits(s);
	if (*s == '.') {
		const char *fraction = ++s;

		s = skip_digits(s);
		if (s == fraction && fraction - start == 1)
			return false;
	} else if (s == start) {
		return false;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (!isdigit((unsigned char)*s))
			return false;
		s = skip_digits(s);
	}
	return !*s;
}

static bool is_float(const char *str)
{
	if (*str == '-' || *str == '+')
		return words_have(".inf|.Inf|.INF", str + 1);
	return words_have(".inf|.Inf|.INF|.nan|.NaN|.NAN", str);
}

/* Digits may be grouped by '_', but not before the first. */
static bool resolve_number(struct node *node)
{
	char digits[DIGITS_MAX];
	size_t len = 0;

	for (const char *s = node->str; *s; s++) {
		if (len == sizeof(digits) - 1)
			return false;
		if (*s != '_')
			digits[len++] = *s;
	}
	digits[len] = '\0';
	if (*digits != '.' && resolve_int(node, digits))
		return true;
	if (!is_float(node->str) &&
		(!is_decimal(digits) || isinf(strtod(digits, NULL))))
		return false;
	node->kind = NODE_FLOAT;
	return true;
}

void scalar_resolve(struct node *node)
{
	node->kind = NODE_STR;
	/* Nearly all texts begin otherwise. */
	if (!strchr("~nNtTfF+-.0123456789", *node->str))
		return;
	if (!*node->str || words_have("~|null|Null|NULL", node->str)) {
		node->kind = NODE_NULL;
	} else if (words_have("true|True|TRUE", node->str)) {
		node->kind = NODE_BOOL;
		node->boolean = true;
	} else if (words_have("false|False|FALSE", node->str)) {
		node->kind = NODE_BOOL;
	} else {
		resolve_number(node);
	}
}
