/*
 * TOML 1.0, its lines: tables, arrays of tables, dotted keys.  Debian has no
 * C library for it.
 *
 * Most of the rules are about what may be said twice.  A table that a header
 * named cannot be named again, nor added to by dotted keys from elsewhere; one
 * that dotted keys made can be added to only until the next header; an array
 * or table that is a value is closed at once.  Each item carries what was said
 * of it, and each addition looks there.
 */
#include "config/toml.h"

#include "config/source.h"

#include <ctype.h>
#include <string.h>

#define AUTO_TOML __attribute__((cleanup(release))) struct toml

static void release(struct toml *t)
{
	keymap_release(&t->children);
}

struct toml_item *toml_new(struct toml *t, enum node_kind kind, const char *at)
{
	struct node *node = cursor_node(
		&t->c, kind, at, sizeof(struct toml_item));
	struct toml_item *item = (struct toml_item *)node;

	if (item && kind == NODE_MAP)
		item->id = ++t->tables;
	return item;
}

/* ---- between the values -------------------------------------------------- */

void toml_skip_blanks(struct toml *t)
{
	t->c.s += strspn(t->c.s, " \t");
}

static bool at_break(const struct cursor *c)
{
	return *c->s == '\n' || (c->s[0] == '\r' && c->s[1] == '\n');
}

static int skip_comment(struct toml *t)
{
	struct cursor *c = &t->c;

	if (*c->s != '#')
		return 0;
	for (; c->s < c->end && !at_break(c); c->s++)
		if (iscntrl((unsigned char)*c->s) && *c->s != '\t')
			return cursor_fail(c, c->s,
				"a control character is not allowed in a "
				"comment");
	return 0;
}

int toml_skip_lines(struct toml *t)
{
	do {
		t->c.s += t->c.s[0] == '\r' && t->c.s[1] == '\n';
		t->c.s += *t->c.s == '\n';
		toml_skip_blanks(t);
		if (skip_comment(t))
			return -1;
	} while (at_break(&t->c));
	return 0;
}

/* After a header or a pair. */
static int end_line(struct toml *t)
{
	toml_skip_blanks(t);
	if (skip_comment(t))
		return -1;
	if (t->c.s == t->c.end || at_break(&t->c))
		return 0;
	return cursor_expected(&t->c, "the end of the line");
}

/* ---- keys ---------------------------------------------------------------- */

static bool is_bare(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static const char *read_part(struct toml *t)
{
	struct cursor *c = &t->c;
	const char *start = c->s;

	if (*c->s == '"' || *c->s == '\'')
		return toml_read_string(t, true);
	while (is_bare(*c->s))
		c->s++;
	if (c->s > start)
		return arena_strndup(c->arena, start, (size_t)(c->s - start));
	cursor_expected(c, "a key");
	return NULL;
}

/* Read a dotted key. */
static int read_key(struct toml *t, struct toml_key *ret)
{
	ret->nr = 0;
	do {
		const char *part;

		toml_skip_blanks(t);
		if (ret->nr == TOML_KEY_MAX)
			return cursor_fail(&t->c, t->c.s,
				"more than %d parts in a key", TOML_KEY_MAX);
		ret->at[ret->nr] = t->c.s;
		cursor_place(
			&t->c, t->c.s, &ret->line[ret->nr], &ret->col[ret->nr]);
		part = read_part(t);
		if (!part)
			return -1;
		ret->part[ret->nr++] = part;
		toml_skip_blanks(t);
	} while (cursor_take(&t->c, '.'));
	return 0;
}

/* ---- the tree ------------------------------------------------------------ */

static const char *child_name(
	struct strbuf *buf, const struct toml_item *table, const char *key)
{
	strbuf_addf(buf, "%zu %s", table->id, key);
	return buf->buf;
}

static struct toml_item *find(
	const struct toml *t, const struct toml_item *table, const char *key)
{
	AUTO_STRBUF name = STRBUF_INIT;

	return keymap_get(&t->children, child_name(&name, table, key));
}

/* Make `item` what part `i` of `key` says in `table`. */
static void add(struct toml *t, struct toml_item *table,
	const struct toml_key *key, size_t i, struct toml_item *item)
{
	AUTO_STRBUF name = STRBUF_INIT;

	item->node.key = key->part[i];
	item->node.key_line = key->line[i];
	item->node.key_col = key->col[i];
	keymap_put(&t->children,
		arena_strdup(
			t->c.arena, child_name(&name, table, key->part[i])),
		item);
	node_append(&table->node, &item->node);
}

static int fail_twice(struct toml *t, const char *at, const char *key,
	const struct toml_item *first)
{
	return cursor_fail(&t->c, at,
		"'%s' cannot be set or added to again (first in line %d)",
		source_brief(t->c.arena, key), first->node.key_line);
}

/* The table that part `i` of `key` leads to from `table`, made where there is
 * none; of an array of tables the last. */
static struct toml_item *step(struct toml *t, struct toml_item *table,
	const struct toml_key *key, size_t i)
{
	struct toml_item *next = find(t, table, key->part[i]);

	if (!next) {
		next = toml_new(t, NODE_MAP, key->at[i]);
		if (next)
			add(t, table, key, i, next);
		return next;
	}
	if (next->closed ||
		(next->node.kind != NODE_MAP && next->node.kind != NODE_LIST)) {
		fail_twice(t, key->at[i], key->part[i], next);
		return NULL;
	}
	if (next->node.kind == NODE_LIST)
		return (struct toml_item *)next->node.last;
	return next;
}

/* Make `value` what `key` says, from `table` on. */
static int assign(struct toml *t, struct toml_item *table,
	const struct toml_key *key, struct toml_item *value)
{
	const char *name = key->part[key->nr - 1], *at = key->at[key->nr - 1];
	const struct toml_item *old;

	for (size_t i = 0; i + 1 < key->nr; i++) {
		const struct toml_item *before = find(t, table, key->part[i]);

		if (before && (before->named ||
				      (before->dotted &&
					      before->dotted != t->headers)))
			return fail_twice(t, key->at[i], key->part[i], before);
		table = step(t, table, key, i);
		if (!table)
			return -1;
		table->dotted = t->headers;
	}
	old = find(t, table, name);
	if (old)
		return fail_twice(t, at, name, old);
	value->closed = true;
	add(t, table, key, key->nr - 1, value);
	return 0;
}

int toml_read_pair(struct toml *t, struct toml_item *table, int depth)
{
	struct toml_item *value;
	struct toml_key key;

	if (read_key(t, &key))
		return -1;
	if (!cursor_take(&t->c, '='))
		return cursor_expected(&t->c, "'='");
	toml_skip_blanks(t);
	value = toml_read_value(t, depth + (int)key.nr);
	if (!value)
		return -1;
	return assign(t, table, &key, value);
}

/* ---- headers ------------------------------------------------------------- */

/* [a.b.c] */
static int open_table(struct toml *t, struct toml_item *table,
	const struct toml_key *key, size_t last)
{
	struct toml_item *old = find(t, table, key->part[last]);

	if (old && (old->closed || old->named || old->dotted ||
			   old->node.kind != NODE_MAP))
		return fail_twice(t, key->at[last], key->part[last], old);
	t->current = step(t, table, key, last);
	if (!t->current)
		return -1;
	t->current->named = true;
	return 0;
}

/* [[a.b.c]] */
static int open_element(struct toml *t, struct toml_item *table,
	const struct toml_key *key, size_t last)
{
	const char *name = key->part[last], *at = key->at[last];
	struct toml_item *list = find(t, table, name);

	if (list && (list->closed || list->node.kind != NODE_LIST))
		return fail_twice(t, at, name, list);
	if (!list) {
		list = toml_new(t, NODE_LIST, at);
		if (!list)
			return -1;
		list->named = true;
		add(t, table, key, last, list);
	}
	t->current = toml_new(t, NODE_MAP, at);
	if (!t->current)
		return -1;
	node_append(&list->node, &t->current->node);
	return 0;
}

static int read_header(struct toml *t, struct toml_item *root)
{
	bool element;
	struct toml_item *table = root;
	struct toml_key key;

	t->c.s++;
	element = cursor_take(&t->c, '[');
	if (read_key(t, &key))
		return -1;
	if (!cursor_take(&t->c, ']') || (element && !cursor_take(&t->c, ']')))
		return cursor_expected(&t->c, element ? "']]'" : "']'");
	for (size_t i = 0; i + 1 < key.nr; i++) {
		table = step(t, table, &key, i);
		if (!table)
			return -1;
	}
	t->headers++;
	return element ? open_element(t, table, &key, key.nr - 1)
		       : open_table(t, table, &key, key.nr - 1);
}

static int read_lines(struct toml *t, struct toml_item *root)
{
	t->current = root;
	t->headers = 1;
	for (;;) {
		if (toml_skip_lines(t))
			return -1;
		if (t->c.s == t->c.end)
			return 0;
		if (*t->c.s == '[' ? read_header(t, root)
				   : toml_read_pair(t, t->current, 1))
			return -1;
		if (end_line(t))
			return -1;
	}
}

int node_read_toml(struct arena *arena, const char *path, const char *text,
	size_t len, struct node **ret, struct err *err)
{
	AUTO_TOML t = { .children = KEYMAP_INIT };
	struct toml_item *root;

	if (cursor_open(&t.c, arena, path, text, len, err))
		return -1;
	root = toml_new(&t, NODE_MAP, t.c.s);
	if (!root || read_lines(&t, root))
		return -1;
	*ret = &root->node;
	return 0;
}
