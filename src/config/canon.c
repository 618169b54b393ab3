/*
 * The canonical form follows lefthook's `dump`, so that scripts which read
 * that can read ours: strings where a scalar was taken as text, lists where
 * one string was, durations in Go's spelling, nothing that equals a default.
 * Keys come in the order of lefthook's structs, which for commands and scripts
 * differs from that of jobs.
 */
#include "config/canon.h"

#include "config/check.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"

#include <string.h>

#define NS_PER_MS 1000000

struct canon {
	struct arena *arena;
	bool nanoseconds;
};

static const char *const command_order[] = { "run", "files", "root",
	"fail_text", "timeout", "skip", "only", "tags", "file_types", "glob",
	"exclude", "env", "priority", "interactive", "use_stdin", "stage_fixed",
	NULL };
static const char *const script_order[] = { "runner", "args", "skip", "only",
	"tags", "env", "priority", "fail_text", "timeout", "interactive",
	"use_stdin", "stage_fixed", NULL };

static struct node *canon_map(const struct canon *canon, const struct node *map,
	enum key_place place);

/* ---- values -------------------------------------------------------------- */

static struct node *text_node(const struct canon *canon, const char *text)
{
	struct node *node = node_new(canon->arena, NODE_STR);

	node->str = text;
	return node;
}

static struct node *raw_copy(const struct canon *canon, const struct node *from)
{
	struct node *copy = node_new(canon->arena, from->kind);

	copy->key = from->key;
	copy->str = from->str;
	copy->boolean = from->boolean;
	copy->integer = from->integer;
	node_each (child, from) {
		node_append(copy, raw_copy(canon, child));
	}
	return copy;
}

static struct node *canon_duration(const struct canon *canon,
	const struct node *node, enum key_place place)
{
	struct node *value = text_node(canon, NULL);
	struct err ignored;
	int64_t ms = 0;
	char text[64];

	duration_parse(node->str, &ms, &ignored);
	if (canon->nanoseconds &&
		(place & (PLACE_JOB | PLACE_COMMAND | PLACE_SCRIPT))) {
		value->kind = NODE_INT;
		value->integer = ms * NS_PER_MS;
		return value;
	}
	duration_format(ms, text, sizeof(text));
	value->str = arena_strdup(canon->arena, text);
	return value;
}

static struct node *canon_list(
	const struct canon *canon, const struct node *node)
{
	struct node *list = node_new(canon->arena, NODE_LIST);

	if (node->kind != NODE_LIST)
		node_append(list, text_node(canon, node->str));
	node_each (item, node) {
		node_append(list, text_node(canon, item->str));
	}
	return list;
}

static int by_key(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;

	return strcmp((*a)->key, (*b)->key);
}

/* The children in the order of their keys. */
static void sort_map(struct node *map)
{
	struct node **v;
	size_t nr = 0;

	if (map->count < 2)
		return;
	v = xcalloc(map->count, sizeof(struct node *));
	node_each (child, map) {
		v[nr++] = child;
	}
	qsort(v, nr, sizeof(struct node *), by_key);
	map->first = map->last = NULL;
	map->count = 0;
	for (size_t i = 0; i < nr; i++)
		node_append(map, v[i]);
	free(v);
}

static struct node *canon_strings(
	const struct canon *canon, const struct node *node)
{
	struct node *map = node_new(canon->arena, NODE_MAP);

	node_each (item, node) {
		struct node *value = text_node(
			canon, item->kind == NODE_NULL ? "" : item->str);

		value->key = item->key;
		node_append(map, value);
	}
	sort_map(map);
	return map;
}

/* ---- what is below ------------------------------------------------------- */

static struct node *canon_seq(const struct canon *canon,
	const struct node *node, enum key_place place)
{
	struct node *list = node_new(canon->arena, NODE_LIST);

	node_each (item, node) {
		node_append(list, canon_map(canon, item, place));
	}
	return list;
}

static struct node *canon_named(const struct canon *canon,
	const struct node *node, enum key_place place)
{
	struct node *map = node_new(canon->arena, NODE_MAP);

	node_each (item, node) {
		struct node *value = canon_map(canon, item, place);

		value->key = item->key;
		node_append(map, value);
	}
	sort_map(map);
	return map;
}

static struct node *canon_with(
	const struct canon *canon, const struct node *map, const char *uses)
{
	if (!strcmp(uses, "deps"))
		return canon_map(canon, map, PLACE_WITH_DEPS);
	if (!strcmp(uses, "migrate"))
		return canon_map(canon, map, PLACE_WITH_MIGRATE);
	return canon_map(canon, map, PLACE_WITH_TEST_MAP);
}

static struct node *canon_below(const struct canon *canon,
	const struct key *key, const struct node *parent,
	const struct node *node)
{
	if (!strcmp(key->name, "jobs"))
		return canon_seq(canon, node, PLACE_JOB);
	if (!strcmp(key->name, "setup"))
		return canon_seq(canon, node, PLACE_SETUP);
	if (!strcmp(key->name, "remotes"))
		return canon_seq(canon, node, PLACE_REMOTE);
	if (!strcmp(key->name, "commands"))
		return canon_named(canon, node, PLACE_COMMAND);
	if (!strcmp(key->name, "scripts"))
		return canon_named(canon, node, PLACE_SCRIPT);
	if (!strcmp(key->name, "group"))
		return canon_map(canon, node, PLACE_GROUP);
	if (!strcmp(key->name, "with"))
		return canon_with(canon, node, node_str(parent, "uses"));
	return raw_copy(canon, node);
}

/* ---- keys ---------------------------------------------------------------- */

static struct node *canon_value(const struct canon *canon,
	const struct key *key, enum key_place place, const struct node *parent,
	const struct node *node)
{
	switch (key->type) {
	case KEY_STRING:
	case KEY_ENUM:
	case KEY_WORD_OR_BOOL:
		return text_node(canon, node->str);
	case KEY_DURATION:
		return canon_duration(canon, node, place);
	case KEY_LIST:
		return canon_list(canon, node);
	case KEY_STRINGS:
		return canon_strings(canon, node);
	case KEY_MAP:
	case KEY_SEQ:
		return canon_below(canon, key, parent, node);
	case KEY_BOOL:
	case KEY_INT:
	case KEY_CONDITION:
	case KEY_OUTPUT:
	case KEY_COLORS:
		break;
	}
	return raw_copy(canon, node);
}

static bool is_default(const struct key *key, const struct node *node)
{
	if (node->kind == NODE_NULL)
		return true;
	if (node->kind == NODE_LIST || node->kind == NODE_MAP)
		return !node->count && key->type != KEY_CONDITION;
	if (!key->def)
		return !*node->str;
	if (node->kind == NODE_BOOL)
		return node->boolean == !strcmp(key->def, "true") &&
		       key->type == KEY_BOOL;
	return !*node->str || !strcmp(key->def, node->str);
}

static void add_key(const struct canon *canon, const struct key *key,
	enum key_place place, const struct node *from, struct node *to)
{
	const struct node *node = node_get(from, key->name);
	struct node *value;

	if (!node || is_default(key, node))
		return;
	value = canon_value(canon, key, place, from, node);
	value->key = key->name;
	node_append(to, value);
}

static struct node *canon_map(
	const struct canon *canon, const struct node *map, enum key_place place)
{
	const char *const *order = place == PLACE_COMMAND  ? command_order
				   : place == PLACE_SCRIPT ? script_order
							   : NULL;
	struct node *out = node_new(canon->arena, NODE_MAP);
	const struct key *keys;
	size_t nr;

	for (; order && *order; order++)
		add_key(canon, keys_find(*order, place), place, map, out);
	if (order)
		return out;
	keys = keys_all(&nr);
	for (size_t i = 0; i < nr; i++)
		if (keys[i].places & place)
			add_key(canon, &keys[i], place, map, out);
	return out;
}

struct node *canon_tree(
	struct arena *arena, const struct node *root, bool nanoseconds)
{
	const struct canon canon = { arena, nanoseconds };
	struct node *top = canon_map(&canon, root, PLACE_TOP);

	node_each (child, root) {
		struct node *hook;

		if (!check_is_hook(root, child->key))
			continue;
		hook = canon_map(&canon, child, PLACE_HOOK);
		hook->key = child->key;
		node_append(top, hook);
	}
	sort_map(top);
	return top;
}
