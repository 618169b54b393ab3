/*
 * The core schema of YAML 1.2.  Not that of 1.1, although libyaml reads 1.1:
 * there `no`, `off` and `1:30` are not the strings they look like, and a hook
 * named `on` would become a boolean.
 */
#include "config/scalar.h"

#include <ctype.h>
#include <string.h>

static bool is_one_of(const char *str, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(str, *words))
			return true;
	return false;
}

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

		if (digit >= base || value > (UINT64_MAX - 15) / 16)
			return false;
		value = value * (uint64_t)base + (uint64_t)digit;
	}
	*ret = value;
	return true;
}

static bool resolve_int(struct node *node)
{
	const char *str = node->str;
	bool negative = *str == '-';
	uint64_t value;
	bool ok;

	if (!strncmp(str, "0o", 2))
		ok = read_digits(str + 2, 8, &value);
	else if (!strncmp(str, "0x", 2))
		ok = read_digits(str + 2, 16, &value);
	else
		ok = read_digits(str + (negative || *str == '+'), 10, &value);
	if (!ok || value > INT64_MAX)
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
	static const char *const specials[] = { ".inf", ".Inf", ".INF", ".nan",
		".NaN", ".NAN", NULL };

	if (is_decimal(str))
		return true;
	if (*str == '-' || *str == '+')
		return str[1] == '.' && tolower((unsigned char)str[2]) == 'i' &&
		       is_one_of(str + 1, specials);
	return is_one_of(str, specials);
}

void scalar_resolve(struct node *node)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL",
		NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE", NULL };

	node->kind = NODE_STR;
	if (is_one_of(node->str, nulls)) {
		node->kind = NODE_NULL;
	} else if (is_one_of(node->str, trues)) {
		node->kind = NODE_BOOL;
		node->boolean = true;
	} else if (is_one_of(node->str, falses)) {
		node->kind = NODE_BOOL;
	} else if (!resolve_int(node) && is_float(node->str)) {
		node->kind = NODE_FLOAT;
	}
}
