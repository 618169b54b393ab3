/*
 * JSON, and its dialect with comments.  libyaml could read most of it, but it
 * takes a comment for a text without a word, and refuses the pairs of escapes
 * with which JSON writes characters beyond U+FFFF.
 */
#include "config/cursor.h"
#include "hookrun/base/keymap.h"
#include "config/scalar.h"
#include "config/source.h"
#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <string.h>

struct json_reader {
	struct cursor c;
	bool relaxed;
};

static struct node *read_value(struct json_reader *r, int depth);

/* ---- between the values -------------------------------------------------- */

static int skip_comment(struct json_reader *r)
{
	struct cursor *c = &r->c;
	const char *stop = c->s;

	if (c->s[1] != '/' && c->s[1] != '*')
		return cursor_expected(c, "a value");
	if (!r->relaxed)
		return cursor_fail(c, c->s,
			"comments are not part of JSON (name the file .jsonc, "
			"or write it as YAML, to have them)");
	if (c->s[1] == '/') {
		while (*stop && !source_break(stop))
			stop++;
		c->s = stop;
		return 0;
	}
	stop = strstr(c->s + 2, "*/");
	if (!stop)
		return cursor_fail(c, c->s, "the comment has no end");
	c->s = stop + 2;
	return 0;
}

static int skip_blanks(struct json_reader *r)
{
	for (;;) {
		r->c.s += strspn(r->c.s, " \t\r\n");
		if (*r->c.s != '/')
			return 0;
		if (skip_comment(r))
			return -1;
	}
}

/* ---- scalars ------------------------------------------------------------- */

static int read_unicode(
	struct json_reader *r, const char *at, struct strbuf *out)
{
	struct cursor *c = &r->c;
	uint32_t code, low = 0;

	if (cursor_hex(c, at, 4, true, &code))
		return -1;
	if (code >= 0xd800 && code < 0xdc00 && c->s[0] == '\\' &&
		c->s[1] == 'u') {
		c->s += 2;
		if (cursor_hex(c, at, 4, true, &low))
			return -1;
	}
	if (low >= 0xdc00 && low < 0xe000)
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	else if (low || (code >= 0xd800 && code < 0xe000))
		return cursor_fail(
			c, at, "half of a surrogate pair is no character");
	utf8_add(out, code);
	return 0;
}

static int read_escape(struct json_reader *r, struct strbuf *out)
{
	static const char names[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *at = r->c.s++, *found;

	if (cursor_take(&r->c, 'u'))
		return read_unicode(r, at, out);
	found = *r->c.s ? strchr(names, *r->c.s) : NULL;
	if (!found)
		return cursor_fail(&r->c, at, "unknown escape in a string");
	strbuf_addch(out, meant[found - names]);
	r->c.s++;
	return 0;
}

static size_t plain_len(const char *s)
{
	const char *start = s;

	while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
		s++;
	return (size_t)(s - start);
}

/* The text of the string at the cursor, in the arena; NULL on error. */
static const char *read_string(struct json_reader *r)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct cursor *c = &r->c;
	const char *start = c->s++;

	for (;;) {
		size_t plain = plain_len(c->s);

		strbuf_add(&out, c->s, plain);
		c->s += plain;
		if (cursor_take(c, '"'))
			break;
		if (c->s == c->end || source_break(c->s)) {
			cursor_fail(c, start, "the string has no end");
			return NULL;
		}
		if (*c->s != '\\') {
			cursor_fail(c, c->s,
				"a control character in a string must be "
				"written as an escape");
			return NULL;
		}
		if (read_escape(r, &out))
			return NULL;
	}
	return arena_strndup(c->arena, out.buf, out.len);
}

/* -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][-+]?[0-9]+)? */
static size_t number_len(const char *s)
{
	const char *start = s;

	s += *s == '-';
	if (!isdigit((unsigned char)*s) ||
		(*s == '0' && isdigit((unsigned char)s[1])))
		return 0;
	s += strspn(s, "0123456789");
	if (*s == '.') {
		if (!isdigit((unsigned char)*++s))
			return 0;
		s += strspn(s, "0123456789");
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (!isdigit((unsigned char)*s))
			return 0;
		s += strspn(s, "0123456789");
	}
	return (size_t)(s - start);
}

static struct node *read_plain(struct json_reader *r)
{
	static const char *const words[] = { "true", "false", "null", NULL };
	struct cursor *c = &r->c;
	size_t len = strspn(c->s, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._");
	bool ok = len && number_len(c->s) == len;
	struct node *node;

	if (!len) {
		cursor_expected(c, "a value");
		return NULL;
	}
	for (size_t i = 0; words[i]; i++)
		ok = ok ||
		     (strlen(words[i]) == len && !strncmp(words[i], c->s, len));
	if (!ok) {
		cursor_fail(c, c->s,
			"'%s' is no value of JSON (a text needs "
			"double quotes)",
			source_brief(
				c->arena, arena_strndup(c->arena, c->s, len)));
		return NULL;
	}
	node = cursor_node(c, NODE_STR, c->s, sizeof(*node));
	if (!node)
		return NULL;
	node->str = arena_strndup(c->arena, c->s, len);
	scalar_resolve(node);
	c->s += len;
	return node;
}

static struct node *read_text(struct json_reader *r)
{
	struct node *node = cursor_node(&r->c, NODE_STR, r->c.s, sizeof(*node));

	if (!node)
		return NULL;
	node->quoted = true;
	node->str = read_string(r);
	return node->str ? node : NULL;
}

/* ---- lists and maps ------------------------------------------------------ */

/* After an entry: 1 where another follows, 0 at the closing bracket, -1. */
static int next_entry(struct json_reader *r, char close, const char *what)
{
	struct cursor *c = &r->c;
	const char *comma;

	if (skip_blanks(r))
		return -1;
	if (cursor_take(c, close))
		return 0;
	comma = c->s;
	if (!cursor_take(c, ','))
		return cursor_expected(c, what);
	if (skip_blanks(r))
		return -1;
	if (*c->s != close)
		return 1;
	if (!r->relaxed)
		return cursor_fail(c, comma,
			"a comma before '%c' is not allowed in JSON", close);
	c->s++;
	return 0;
}

static int read_items(struct json_reader *r, struct node *list, int depth)
{
	int more = 1;

	if (skip_blanks(r))
		return -1;
	if (cursor_take(&r->c, ']'))
		return 0;
	while (more > 0) {
		struct node *child = read_value(r, depth + 1);

		if (!child)
			return -1;
		node_append(list, child);
		more = next_entry(r, ']', "',' or ']'");
	}
	return more;
}

static int read_entry(
	struct json_reader *r, struct node *map, struct keymap *keys, int depth)
{
	struct cursor *c = &r->c;
	const char *at = c->s, *key;
	const struct node *other;
	struct node *child;
	int line, col;

	if (*c->s != '"')
		return cursor_expected(c, "a key in double quotes");
	cursor_place(c, at, &line, &col);
	key = read_string(r);
	if (!key || skip_blanks(r))
		return -1;
	other = keymap_get(keys, key);
	if (other)
		return cursor_fail(c, at,
			"duplicate key '%s' (first in line %d)",
			source_brief(c->arena, key), other->key_line);
	if (!cursor_take(c, ':'))
		return cursor_expected(c, "':'");
	child = read_value(r, depth + 1);
	if (!child)
		return -1;
	child->key = key;
	child->key_line = line;
	child->key_col = col;
	keymap_put(keys, key, child);
	node_append(map, child);
	return 0;
}

static int read_entries(struct json_reader *r, struct node *map, int depth)
{
	AUTO_KEYMAP keys = KEYMAP_INIT;
	int more = 1;

	if (skip_blanks(r))
		return -1;
	if (cursor_take(&r->c, '}'))
		return 0;
	while (more > 0) {
		if (read_entry(r, map, &keys, depth))
			return -1;
		more = next_entry(r, '}', "',' or '}'");
	}
	return more;
}

static struct node *read_value(struct json_reader *r, int depth)
{
	struct cursor *c = &r->c;
	struct node *node;
	bool list;

	if (skip_blanks(r))
		return NULL;
	if (*c->s == '"')
		return read_text(r);
	if (*c->s != '[' && *c->s != '{')
		return read_plain(r);
	if (depth > NODE_MAX_DEPTH) {
		cursor_fail(c, c->s, "nested deeper than %d levels",
			NODE_MAX_DEPTH);
		return NULL;
	}
	list = *c->s == '[';
	node = cursor_node(c, list ? NODE_LIST : NODE_MAP, c->s, sizeof(*node));
	if (!node)
		return NULL;
	c->s++;
	if (list ? read_items(r, node, depth) : read_entries(r, node, depth))
		return NULL;
	return node;
}

int node_read_json(struct arena *arena, const char *path, const char *text,
	size_t len, bool relaxed, struct node **ret, struct err *err)
{
	struct json_reader r = { .relaxed = relaxed };
	struct node *root;

	if (cursor_open(&r.c, arena, path, text, len, err))
		return -1;
	root = read_value(&r, 1);
	if (!root || skip_blanks(&r))
		return -1;
	if (r.c.s < r.c.end)
		return cursor_expected(&r.c, "the end of the file");
	*ret = root;
	return 0;
}
