/*
 * TOML 1.0, its values, and of 1.1 what lefthook reads too: inline tables over
 * several lines, \e and \x.  Numbers, dates and times are found as one word
 * first and understood then, so that a wrong one is shown whole.
 */
#include "config/source.h"
#include "config/toml.h"
#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ------------------------------------------------------------- */

static int read_escape(struct toml *t, struct strbuf *out)
{
	static const char names[] = "\"\\bfnrte";
	static const char meant[] = "\"\\\b\f\n\r\t\033";
	struct cursor *c = &t->c;
	const char *at = c->s++, *found;
	uint32_t code;

	if (*c->s && strchr("xuU", *c->s)) {
		int digits = *c->s == 'x' ? 2 : *c->s == 'u' ? 4 : 8;

		c->s++;

		if (cursor_hex(c, at, digits, false, &code))
			return -1;
		utf8_add(out, code);
		return 0;
	}
	found = *c->s ? strchr(names, *c->s) : NULL;
	if (!found)
		return cursor_fail(c, at,
			"unknown escape in a string (in single quotes '\\' is "
			"an ordinary character)");
	strbuf_addch(out, meant[found - names]);
	c->s++;
	return 0;
}

/* A backslash at the end of a line joins it with the next one that has text.
 * False where this is none. */
static bool skip_joint(struct cursor *c)
{
	const char *s = c->s + 1;

	s += strspn(s, " \t");
	if (*s != '\n' && !(s[0] == '\r' && s[1] == '\n'))
		return false;
	for (;;) {
		s += strspn(s, " \t\n");
		if (s[0] != '\r' || s[1] != '\n')
			break;
		s += 2;
	}
	c->s = s;
	return true;
}

/* Three quotes end the text; one or two more before them belong to it. */
static bool take_end(struct cursor *c, char quote, struct strbuf *out)
{
	size_t nr = 0;

	while (nr < 5 && c->s[nr] == quote)
		nr++;
	for (size_t i = 0; i < (nr < 3 ? nr : nr - 3); i++)
		strbuf_addch(out, quote);
	c->s += nr;
	return nr >= 3;
}

/* A character of a string that is none of its quotes. */
static int read_char(
	struct toml *t, bool escapes, bool lines, struct strbuf *out)
{
	struct cursor *c = &t->c;
	bool windows = c->s[0] == '\r' && c->s[1] == '\n';

	if (escapes && *c->s == '\\') {
		if (lines && skip_joint(c))
			return 0;
		return read_escape(t, out);
	}
	if (*c->s == '\n' || windows) {
		if (!lines)
			return cursor_fail(
				c, c->s, "the string has no end in its line");
		strbuf_addch(out, '\n');
		c->s += 1 + windows;
		return 0;
	}
	if (iscntrl((unsigned char)*c->s) && *c->s != '\t')
		return cursor_fail(c, c->s,
			"a control character in a string must be written as "
			"an escape");
	strbuf_addch(out, *c->s++);
	return 0;
}

const char *toml_read_string(struct toml *t, bool one_line)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct cursor *c = &t->c;
	const char *start = c->s;
	char quote = *start;
	bool lines = !one_line && start[1] == quote && start[2] == quote;

	c->s += lines ? 3 : 1;
	if (lines)
		c->s += *c->s == '\n'			     ? 1
			: c->s[0] == '\r' && c->s[1] == '\n' ? 2
							     : 0;
	for (;;) {
		if (c->s == c->end) {
			cursor_fail(c, start, "the string has no end");
			return NULL;
		}
		if (*c->s == quote && !lines) {
			c->s++;
			break;
		}
		if (*c->s == quote) {
			if (take_end(c, quote, &out))
				break;
		} else if (read_char(t, quote == '"', lines, &out)) {
			return NULL;
		}
	}
	return arena_strndup(c->arena, out.buf, out.len);
}

static struct toml_item *read_text(struct toml *t)
{
	struct toml_item *item = toml_new(t, NODE_STR, t->c.s);

	if (!item)
		return NULL;
	item->node.quoted = true;
	item->node.str = toml_read_string(t, false);
	return item->node.str ? item : NULL;
}

/* ---- numbers ------------------------------------------------------------- */

/* Digits of `base`, grouped by single '_'; the end of them, NULL where there
 * are none.  They are appended to `out` without the '_'. */
static const char *take_digits(const char *s, int base, struct strbuf *out)
{
	static const char all[] = "0123456789abcdef";
	bool digit = false;

	for (;; s++) {
		const char *found = *s ? memchr(all, tolower((unsigned char)*s),
						 (size_t)base)
				       : NULL;

		if (found) {
			strbuf_addch(out, *s);
			digit = true;
		} else if (*s == '_' && digit) {
			digit = false;
		} else {
			return digit ? s : NULL;
		}
	}
}

static bool finish_int(
	const char *digits, int base, bool negative, struct node *node)
{
	uint64_t value, limit = (uint64_t)INT64_MAX + negative;
	char *end;

	errno = 0;
	value = strtoull(digits, &end, base);
	if (errno || value > limit)
		return false;
	node->kind = NODE_INT;
	node->integer = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static bool read_based(const char *word, struct node *node)
{
	int base = word[1] == 'x' ? 16 : word[1] == 'o' ? 8 : 2;
	AUTO_STRBUF digits = STRBUF_INIT;
	const char *end = take_digits(word + 2, base, &digits);

	return end && !*end && finish_int(digits.buf, base, false, node);
}

static bool read_decimal(
	const char *word, struct arena *arena, struct node *node)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *s = word;
	bool negative = *s == '-', whole = true;

	s += negative || *s == '+';
	if (*s == '0' && isdigit((unsigned char)s[1]))
		return false;
	s = *s == '_' ? NULL : take_digits(s, 10, &text);
	if (s && *s == '.') {
		whole = false;
		strbuf_addch(&text, '.');
		s = take_digits(s + 1, 10, &text);
	}
	if (s && (*s == 'e' || *s == 'E')) {
		whole = false;
		strbuf_addch(&text, *s++);
		if (*s == '-' || *s == '+')
			strbuf_addch(&text, *s++);
		s = take_digits(s, 10, &text);
	}
	if (!s || *s)
		return false;
	if (whole)
		return finish_int(text.buf, 10, negative, node);
	node->kind = NODE_FLOAT;
	node->str = arena_printf(arena, "%s%s", negative ? "-" : "", text.buf);
	return true;
}

static bool read_special(const char *word, struct node *node)
{
	const char *s = word + (*word == '-' || *word == '+');

	if (!strcmp(word, "true") || !strcmp(word, "false")) {
		node->kind = NODE_BOOL;
		node->boolean = *word == 't';
		return true;
	}
	if (strcmp(s, "inf") != 0 && strcmp(s, "nan") != 0)
		return false;
	node->kind = NODE_FLOAT;
	return true;
}

/* ---- dates and times ----------------------------------------------------- */

/* The number of exactly `digits` digits at *s, which moves on; -1 else. */
static int take_number(const char **s, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

static bool take_date(const char **s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, day;
	bool leap;

	year = take_number(s, 4);
	if (year < 1 || *(*s)++ != '-')
		return false;
	month = take_number(s, 2);
	if (month < 1 || month > 12 || *(*s)++ != '-')
		return false;
	day = take_number(s, 2);
	leap = month == 2 &&
	       (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0));
	return day >= 1 && day <= days[month - 1] + leap;
}

static bool take_clock(const char **s, bool seconds)
{
	int hour = take_number(s, 2), minute, second;

	if (hour < 0 || hour > 23 || *(*s)++ != ':')
		return false;
	minute = take_number(s, 2);
	if (minute < 0 || minute > 59)
		return false;
	if (!seconds)
		return true;
	if (*(*s)++ != ':')
		return false;
	second = take_number(s, 2);
	if (second < 0 || second > 59)
		return false;
	if (**s != '.')
		return true;
	if (!isdigit((unsigned char)*++(*s)))
		return false;
	*s += strspn(*s, "0123456789");
	return true;
}

static bool is_moment(const char *word)
{
	const char *s = word;

	if (word[0] && word[1] && word[2] == ':')
		return take_clock(&s, true) && !*s;
	if (!take_date(&s))
		return false;
	if (!*s)
		return true;
	if (!strchr("Tt ", *s++) || !take_clock(&s, true))
		return false;
	if (!*s || !strcmp(s, "Z") || !strcmp(s, "z"))
		return true;
	return (*s == '+' || *s == '-') && s++ && take_clock(&s, false) && !*s;
}

static bool understand(const char *word, struct arena *arena, struct node *node)
{
	node->str = word;
	if (word[0] == '0' && word[1] && strchr("xob", word[1]))
		return read_based(word, node);
	return read_special(word, node) || is_moment(word) ||
	       read_decimal(word, arena, node);
}

static struct toml_item *read_word(struct toml *t)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789+-._:";
	struct cursor *c = &t->c;
	size_t len = strspn(c->s, chars);
	struct toml_item *item;
	const char *word;

	/* A blank may stand between date and time. */
	if (len == 10 && c->s[4] == '-' && c->s[10] == ' ' &&
		isdigit((unsigned char)c->s[11]))
		len = 11 + strspn(c->s + 11, chars);
	if (!len) {
		cursor_expected(c, "a value");
		return NULL;
	}
	item = toml_new(t, NODE_STR, c->s);
	if (!item)
		return NULL;
	word = arena_strndup(c->arena, c->s, len);
	if (!understand(word, c->arena, &item->node)) {
		cursor_fail(c, c->s,
			"'%s' is no value of TOML (a text needs quotes)",
			source_brief(c->arena, word));
		return NULL;
	}
	c->s += len;
	return item;
}

/* ---- arrays and inline tables -------------------------------------------- */

static int read_items(struct toml *t, struct toml_item *list, int depth)
{
	do {
		struct toml_item *child;

		if (toml_skip_lines(t))
			return -1;
		if (*t->c.s == ']')
			break;
		child = toml_read_value(t, depth + 1);
		if (!child)
			return -1;
		child->closed = true;
		node_append(&list->node, &child->node);
		if (toml_skip_lines(t))
			return -1;
	} while (cursor_take(&t->c, ','));
	if (!cursor_take(&t->c, ']'))
		return cursor_expected(&t->c, "',' or ']'");
	return 0;
}

static int read_pairs(struct toml *t, struct toml_item *table, int depth)
{
	do {
		if (toml_skip_lines(t))
			return -1;
		if (*t->c.s == '}')
			break;
		if (toml_read_pair(t, table, depth) || toml_skip_lines(t))
			return -1;
	} while (cursor_take(&t->c, ','));
	if (!cursor_take(&t->c, '}'))
		return cursor_expected(&t->c, "',' or '}'");
	return 0;
}

struct toml_item *toml_read_value(struct toml *t, int depth)
{
	struct cursor *c = &t->c;
	struct toml_item *item;
	bool list;

	if (*c->s == '"' || *c->s == '\'')
		return read_text(t);
	if (*c->s != '[' && *c->s != '{')
		return read_word(t);
	if (depth > NODE_MAX_DEPTH) {
		cursor_fail(c, c->s, "nested deeper than %d levels",
			NODE_MAX_DEPTH);
		return NULL;
	}
	list = *c->s == '[';
	item = toml_new(t, list ? NODE_LIST : NODE_MAP, c->s);
	if (!item)
		return NULL;
	c->s++;
	if (list ? read_items(t, item, depth) : read_pairs(t, item, depth))
		return NULL;
	return item;
}
