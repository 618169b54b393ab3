/*
 * The canonical form is that of lefthook's `dump`, byte for byte where it has
 * the keys, so that scripts which read that can read ours: strings where
 * a scalar was taken as text, lists where one string was, durations in Go's
 * spelling, nothing that is empty.  Keys come in the order of lefthook's
 * structs, which for commands and scripts differs from that of jobs, and each
 * format has lefthook's own oddities (see the rules of omission).
 */
#include "config/canon.h"

#include "config/check.h"
#include "config/grammar.h"
#include "config/value.h"
#include "hookrun/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_MS 1000000

struct canon {
	struct arena *arena;
	enum canon_format format;
};

static const char *const command_order[] = { "run", "files", "root",
	"fail_text", "timeout", "skip", "only", "tags", "file_types", "glob",
	"exclude", "env", "priority", "interactive", "use_stdin", "stage_fixed",
	"needs", "allow_failure", "retry", "checkout", "show", "shell", NULL };
static const char *const script_order[] = { "runner", "args", "skip", "only",
	"tags", "env", "priority", "fail_text", "timeout", "interactive",
	"use_stdin", "stage_fixed", "needs", "allow_failure", "retry",
	"checkout", "show", NULL };

static struct node *canon_map(const struct canon *canon, const struct node *map,
	enum key_place place);
static void add_keys(const struct canon *canon, const struct key *keys,
	enum key_place place, const struct node *from, struct node *to);

/* ---- values -------------------------------------------------------------- */

static struct node *text_node(const struct canon *canon, const char *text)
{
	struct node *node = node_new(canon->arena, NODE_STR);

	node->str = text;
	return node;
}

static struct node *canon_text(
	const struct canon *canon, const struct node *node)
{
	return text_node(canon, value_text(canon->arena, node));
}

/* yaml.v3's order of keys: numbers by their value, letters last. */
static int by_nature(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;

	return canon_compare((*a)->key, (*b)->key);
}

static void sort_map(const struct canon *canon, struct node *map)
{
	node_sort(map, canon->format == CANON_YAML ? by_nature : node_by_key);
}

/* What lefthook keeps as it is written; in TOML on one line where `quoted`. */
static struct node *raw_copy(const struct canon *canon, const struct node *from)
{
	struct node *copy = node_new(canon->arena, from->kind);

	copy->key = from->key;
	copy->str = from->kind == NODE_FLOAT ? value_text(canon->arena, from)
					     : from->str;
	copy->boolean = from->boolean;
	copy->integer = from->integer;
	node_each (child, from) {
		node_append(copy, raw_copy(canon, child));
	}
	if (copy->kind == NODE_MAP)
		sort_map(canon, copy);
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
	if (canon->format != CANON_YAML &&
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
		node_append(list, canon_text(canon, node));
	node_each (item, node) {
		node_append(list, canon_text(canon, item));
	}
	return list;
}

static struct node *canon_strings(
	const struct canon *canon, const struct node *node)
{
	struct node *map = node_new(canon->arena, NODE_MAP);

	node_each (item, node) {
		struct node *value = canon_text(canon, item);

		value->key = item->key;
		node_append(map, value);
	}
	sort_map(canon, map);
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
		bool none = item->kind == NODE_NULL &&
			    canon->format != CANON_TOML;
		struct node *value = none ? node_new(canon->arena, NODE_NULL)
					  : canon_map(canon, item, place);

		value->key = item->key;
		node_append(map, value);
	}
	sort_map(canon, map);
	return map;
}

static struct node *canon_with(
	const struct canon *canon, const struct node *map, const char *uses)
{
	struct node *out = node_new(canon->arena, NODE_MAP);

	add_keys(canon, keys_of_uses(uses), PLACE_WITH, map, out);
	return out;
}

/* Assistants without events are left out. */
static struct node *canon_ai(const struct canon *canon, const struct node *node)
{
	struct node *map = node_new(canon->arena, NODE_MAP);

	node_each (item, node) {
		struct node *value = canon_strings(canon, item);

		value->key = item->key;
		if (value->count)
			node_append(map, value);
	}
	sort_map(canon, map);
	return map;
}

static struct node *canon_below(const struct canon *canon,
	const struct key *key, const struct node *parent,
	const struct node *node)
{
	const struct nest *nest = grammar_below(key->name);

	if (nest && nest->form == NEST_LIST)
		return canon_seq(canon, node, nest->place);
	if (nest && nest->form == NEST_NAMED)
		return canon_named(canon, node, nest->place);
	if (nest)
		return canon_map(canon, node, nest->place);
	if (!strcmp(key->name, "with"))
		return canon_with(canon, node, node_str(parent, "uses"));
	if (!strcmp(key->name, "ai"))
		return canon_ai(canon, node);
	return raw_copy(canon, node);
}

/* ---- keys ---------------------------------------------------------------- */

static struct node *canon_value(const struct canon *canon,
	const struct key *key, enum key_place place, const struct node *parent,
	const struct node *node)
{
	struct node *value;

	switch (key->type) {
	case KEY_STRING:
	case KEY_ENUM:
	case KEY_WORD_OR_BOOL:
	case KEY_USES:
	case KEY_AGE:
		return canon_text(canon, node);
	case KEY_DURATION:
		return canon_duration(canon, node, place);
	case KEY_LIST:
	case KEY_PATTERNS:
	case KEY_FILE_TYPES:
	case KEY_FILES:
		return canon_list(canon, node);
	case KEY_STRINGS:
		return canon_strings(canon, node);
	case KEY_MAP:
	case KEY_SEQ:
		return canon_below(canon, key, parent, node);
	case KEY_BOOL:
		value = node_new(canon->arena, NODE_BOOL);
		value_bool(node, &value->boolean);
		return value;
	case KEY_INT:
	case KEY_ORDER:
		value = node_new(canon->arena, NODE_INT);
		value_int(node, &value->integer);
		return value;
	case KEY_CONDITION:
		value = raw_copy(canon, node);
		value->quoted = true;
		return value;
	case KEY_OUTPUT:
	case KEY_COLORS:
		break;
	}
	return raw_copy(canon, node);
}

/* ---- the rules of omission ----------------------------------------------- */

/* Of `remotes` lefthook's structs say it for JSON only. */
static bool is_always_there(
	const struct canon *canon, const char *name, enum key_place place)
{
	if (place == PLACE_COMMAND)
		return !strcmp(name, "run");
	if (place == PLACE_GROUP)
		return !strcmp(name, "jobs");
	return place == PLACE_REMOTE && canon->format != CANON_JSON &&
	       !strcmp(name, "git_url");
}

static bool is_empty(const struct key *key, const struct node *value)
{
	switch (key->type) {
	case KEY_CONDITION:
	case KEY_OUTPUT:
	case KEY_COLORS:
		return false;
	case KEY_BOOL:
		/* Where there is no default, false is not the same as unset;
		 * at the top lefthook's default is always false. */
		return key->def &&
		       value->boolean == (!strcmp(key->def, "true") &&
						 !(key->places & PLACE_TOP));
	case KEY_INT:
	case KEY_ORDER:
		return key->def && value->integer == strtol(key->def, NULL, 10);
	case KEY_DURATION:
		return value->str ? !strcmp(value->str, "0s") : !value->integer;
	default:
		break;
	}
	if (value->kind == NODE_LIST || value->kind == NODE_MAP)
		return !value->count && strcmp(key->name, "ai") != 0;
	return !*value->str;
}

/* A text that equals its default, except where lefthook does not know it. */
static bool is_preset(const struct key *key, const struct node *value)
{
	return (key->type == KEY_STRING || key->type == KEY_ENUM) && key->def &&
	       !strcmp(key->def, value->str) &&
	       strcmp(key->name, "glob_matcher") != 0;
}

/* Of a key that is always there and was not written. */
static struct node *canon_missing(
	const struct canon *canon, const struct key *key)
{
	if (key->type != KEY_SEQ)
		return text_node(canon, "");
	return node_new(canon->arena,
		canon->format == CANON_JSON ? NODE_NULL : NODE_LIST);
}

static void add_key(const struct canon *canon, const struct key *key,
	enum key_place place, const struct node *from, struct node *to)
{
	bool always = is_always_there(canon, key->name, place);
	const struct node *node = node_get(from, key->name);
	struct node *value;

	if ((!node || node->kind == NODE_NULL) && always)
		value = canon_missing(canon, key);
	else if (!node || node->kind == NODE_NULL ||
		 !strcmp(key->name, "$schema"))
		return;
	else
		value = canon_value(canon, key, place, from, node);
	if (!always && (is_empty(key, value) || is_preset(key, value)))
		return;
	value->key = key->name;
	/* As its field is called in lefthook, which has no name for YAML. */
	if (canon->format == CANON_YAML && place == PLACE_REMOTE &&
		!strcmp(key->name, "refetch_frequency"))
		value->key = "refetchfrequency";
	node_append(to, value);
}

static void add_keys(const struct canon *canon, const struct key *keys,
	enum key_place place, const struct node *from, struct node *to)
{
	for (; keys && keys->name; keys++)
		if (key_is_at(keys, place))
			add_key(canon, keys, place, from, to);
}

static struct node *canon_map(
	const struct canon *canon, const struct node *map, enum key_place place)
{
	const char *const *order = place == PLACE_COMMAND  ? command_order
				   : place == PLACE_SCRIPT ? script_order
							   : NULL;
	struct node *out = node_new(canon->arena, NODE_MAP);

	for (; order && *order; order++)
		add_key(canon, keys_find(*order, place), place, map, out);
	if (!order)
		add_keys(canon, keys_all(), place, map, out);
	return out;
}

bool canon_is_number(const struct node *node)
{
	return !node->str[strspn(node->str, "-.0123456789")];
}

struct node *canon_tree(
	struct arena *arena, const struct node *root, enum canon_format format)
{
	const struct canon canon = { arena, format };
	struct node *top = canon_map(&canon, root, PLACE_TOP);

	node_each (child, root) {
		struct node *hook;

		if (!check_is_hook(root, child->key))
			continue;
		hook = canon_map(&canon, child, PLACE_HOOK);
		hook->key = child->key;
		node_append(top, hook);
	}
	sort_map(&canon, top);
	return top;
}
