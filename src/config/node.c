/*
 * The tree itself: building it, looking into it, and pointing at a place of
 * it in a message.  Lookups walk the children in their order; configuration
 * maps are short, and the reader has its own table against duplicates.
 */
#include "hookrun/config/node.h"

#include "hookrun/base/json.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <string.h>

struct node *node_new(struct arena *arena, enum node_kind kind)
{
	struct node *node = arena_alloc(arena, sizeof(*node));

	node->kind = kind;
	return node;
}

void node_append(struct node *parent, struct node *child)
{
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->count++;
}

void node_empty(struct node *parent)
{
	parent->first = parent->last = NULL;
	parent->count = 0;
}

int node_by_key(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;

	return strcmp((*a)->key, (*b)->key);
}

void node_sort(struct node *map, int (*compare)(const void *, const void *))
{
	struct node **sorted = xcalloc(map->count + 1, sizeof(*sorted));
	size_t nr = 0;

	node_each (child, map) {
		sorted[nr++] = child;
	}
	qsort(sorted, nr, sizeof(*sorted), compare);
	node_empty(map);
	for (size_t i = 0; i < nr; i++)
		node_append(map, sorted[i]);
	free(sorted);
}

struct node *node_copy(struct arena *arena, const struct node *node)
{
	struct node *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *node;
	copy->next = NULL;
	return copy;
}

struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	node_each (child, map) {
		/* for every job every key is asked for: the call would cost */
		if (*child->key == *key && !strcmp(child->key, key))
			return child;
	}
	return NULL;
}

const char *node_str(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node && node->kind != NODE_NULL ? node->str : NULL;
}

const char *node_place(struct arena *arena, const struct node *node)
{
	if (!node->source)
		return "configuration";
	return arena_printf(
		arena, "%s:%d:%d", node->source->path, node->line, node->col);
}

int node_error(struct err *err, const struct node *at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	source_verror(err, at->source, at->line, at->col, fmt, ap);
	va_end(ap);
	return -1;
}

int node_key_error(struct err *err, const struct node *at, const char *fmt, ...)
{
	bool keyed = at->key_line > 0;
	va_list ap;

	va_start(ap, fmt);
	source_verror(err, at->source, keyed ? at->key_line : at->line,
		keyed ? at->key_col : at->col, fmt, ap);
	va_end(ap);
	return -1;
}

const char *node_file(const struct node *node)
{
	return node && node->source ? node->source->path : NULL;
}

int node_line(const struct node *node)
{
	if (!node_file(node))
		return 0;
	return node->key ? node->key_line : node->line;
}

void node_add_place(struct strbuf *out, const struct node *node)
{
	if (!node_file(node))
		return;
	strbuf_addstr(out, " (");
	strbuf_add_printable(out, node_file(node), false);
	strbuf_addf(out, ":%d)", node_line(node));
}

void node_write_json(const struct node *node, struct json *json)
{
	bool map = node->kind == NODE_MAP;

	switch (node->kind) {
	case NODE_NULL:
		json_null(json);
		break;
	case NODE_BOOL:
		json_bool(json, node->boolean);
		break;
	case NODE_INT:
	case NODE_FLOAT:
		json_raw(json, node->str);
		break;
	case NODE_STR:
		json_str(json, node->str);
		break;
	case NODE_LIST:
	case NODE_MAP:
		json_open(json, map ? '{' : '[');
		node_each (child, node) {
			if (map)
				json_key(json, child->key);
			node_write_json(child, json);
		}
		json_close(json, map ? '}' : ']');
		break;
	}
}
