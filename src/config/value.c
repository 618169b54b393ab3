/*
 * Numbers become texts as Go prints them, without exponent and with as few
 * digits as tell them from every other, since a job's environment is made of
 * such texts: `PYTHON: 3.10` is 3.1 to lefthook, and so it is here.
 */
#include "config/value.h"

#include "config/scalar.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/words.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOAT_MAX_BYTES 512
#define DIGITS_MAX 17 /* tell a double from every other */

/* Digits and decimal exponent of a number, 0 or more: 0.DIGITS * 10^exponent.
 */
static int shortest_digits(double value, char digits[DIGITS_MAX + 1])
{
	char text[64];
	size_t nr = 0;

	for (int precision = 0; precision < DIGITS_MAX; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	for (const char *s = text; *s != 'e'; s++)
		if (*s != '.')
			digits[nr++] = *s;
	while (nr > 1 && digits[nr - 1] == '0')
		nr--;
	digits[nr] = '\0';
	return (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
}

static void add_zeros(struct strbuf *out, int nr)
{
	for (; nr > 0; nr--)
		strbuf_addch(out, '0');
}

/* Beyond an int64_t, yet within what lefthook's reader keeps as an integer. */
static bool is_unsigned(const char *text)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	return isdigit((unsigned char)*text) && !*end && !errno && value;
}

static const char *float_text(struct arena *arena, double value)
{
	AUTO_STRBUF out = STRBUF_INIT;
	char digits[DIGITS_MAX + 1];
	int exponent, nr;

	if (isnan(value))
		return "NaN";
	if (isinf(value))
		return signbit(value) ? "-Inf" : "+Inf";
	strbuf_addstr(&out, signbit(value) ? "-" : "");
	value = fabs(value);
	exponent = shortest_digits(value, digits);
	nr = (int)strlen(digits);
	if (exponent <= 0) {
		strbuf_addstr(&out, "0.");
		add_zeros(&out, -exponent);
		strbuf_addstr(&out, digits);
	} else if (exponent >= nr) {
		strbuf_addstr(&out, digits);
		add_zeros(&out, exponent - nr);
	} else {
		strbuf_addf(
			&out, "%.*s.%s", exponent, digits, digits + exponent);
	}
	return arena_strdup(arena, out.buf);
}

/* `.inf` of YAML, `inf` of TOML, and digits that may be grouped. */
static double read_float(const char *text)
{
	char plain[FLOAT_MAX_BYTES];
	size_t nr = 0;

	text += strspn(text, "+");
	for (const char *s = text; *s && nr < sizeof(plain) - 1; s++)
		if (*s != '_' && !(*s == '.' && strchr("iInN", s[1]) && s[1]))
			plain[nr++] = *s;
	plain[nr] = '\0';
	return strtod(plain, NULL);
}

const char *value_text(struct arena *arena, const struct node *node)
{
	if (!node)
		return NULL;
	switch (node->kind) {
	case NODE_NULL:
		return "";
	case NODE_BOOL:
		return node->boolean ? "1" : "0";
	case NODE_INT:
		return arena_printf(arena, "%" PRId64, node->integer);
	case NODE_FLOAT:
		if (is_unsigned(node->str))
			return node->str;
		return float_text(arena, read_float(node->str));
	case NODE_STR:
		return node->str;
	case NODE_LIST:
	case NODE_MAP:
		break;
	}
	return NULL;
}

bool value_bool(const struct node *node, bool *ret)
{
	if (node->kind == NODE_BOOL)
		*ret = node->boolean;
	else if (node->kind == NODE_INT)
		*ret = node->integer != 0;
	else if (node->kind == NODE_FLOAT)
		*ret = read_float(node->str) != 0;
	else if (node->kind != NODE_STR)
		return false;
	else if (words_have(VALUE_TRUE, node->str))
		*ret = true;
	else if (!*node->str || words_have(VALUE_FALSE, node->str))
		*ret = false;
	else
		return false;
	return true;
}

bool value_flag(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	bool value = false;

	return node && value_bool(node, &value) && value;
}

static bool truncate_float(double value, int64_t *ret)
{
	if (!(fabs(value) < (double)INT64_MAX))
		return false;
	*ret = (int64_t)value;
	return true;
}

bool value_int(const struct node *node, int64_t *ret)
{
	struct node number = *node;

	if (node->kind == NODE_STR && node->quoted)
		scalar_resolve(&number);
	if (number.kind == NODE_BOOL && !node->quoted)
		number.integer = number.boolean;
	else if (number.kind == NODE_FLOAT && !node->quoted)
		return truncate_float(read_float(node->str), ret);
	else if (number.kind == NODE_NULL)
		number.integer = 0;
	else if (number.kind != NODE_INT)
		return false;
	*ret = number.integer;
	return true;
}
