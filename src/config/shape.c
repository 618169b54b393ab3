/*
 * lefthook decodes its files weakly: `Jobs:` is `jobs:`, one map is a list of
 * one, a list of maps is the map that they make together.  Merging, checking,
 * binding and dumping should not each have to know that, so the tree of a file
 * is put into the one shape before any of them sees it.
 *
 * Only keys of the table are folded.  Names of hooks, commands, scripts and
 * variables are the user's, and mean what they say.
 */
#include "config/shape.h"

#include "config/grammar.h"
#include "hookrun/base/keymap.h"
#include "hookrun/config/config.h"
#include "hookrun/base/hookname.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define FOLD_MAX_KEYS 1000 /* in a map; nobody writes more */

static void shape_map(
	struct arena *arena, struct node *map, enum key_place place);

/* The map becomes the only entry of a list in its place. */
static void wrap(struct arena *arena, struct node *map)
{
	struct node *entry = node_copy(arena, map);

	entry->key = NULL;
	map->kind = NODE_LIST;
	node_empty(map);
	if (entry->count)
		node_append(map, entry);
}

/* A list of maps becomes one map; of entries with one key the last counts. */
static void join(struct node *list)
{
	struct node *maps = list->first, *next;
	AUTO_KEYMAP known = KEYMAP_INIT;

	node_each (entry, list) {
		if (entry->kind != NODE_MAP)
			return;
	}
	list->kind = NODE_MAP;
	node_empty(list);
	for (; maps; maps = maps->next)
		for (struct node *child = maps->first; child; child = next) {
			struct node *old = keymap_get(&known, child->key);
			struct node *after = old ? old->next : NULL;

			next = child->next;
			if (old) {
				*old = *child;
				old->next = after;
				continue;
			}
			keymap_put(&known, child->key, child);
			node_append(list, child);
		}
}

static void shape_below(
	struct arena *arena, const struct nest *nest, struct node *node)
{
	if (nest->form == NEST_ONE && node->kind == NODE_MAP)
		shape_map(arena, node, nest->place);
	else if (nest->form != NEST_ONE)
		node_each (entry, node) {
			if (entry->kind == NODE_MAP)
				shape_map(arena, entry, nest->place);
		}
}

/* ai: assistant -> event -> hook */
static void shape_ai(struct node *node)
{
	if (node->kind == NODE_LIST)
		join(node);
	node_each (events, node) {
		if (events->kind == NODE_LIST)
			join(events);
	}
}

static void shape_value(
	struct arena *arena, const struct key *key, struct node *node)
{
	const struct nest *nest = grammar_below(key->name);
	bool named = nest && nest->form == NEST_NAMED;

	if (key->type == KEY_SEQ && node->kind == NODE_MAP)
		wrap(arena, node);
	else if (key_is_list(key) && node->kind == NODE_MAP && !node->count)
		node->kind = NODE_LIST;
	else if ((key->type == KEY_STRINGS || named) && node->kind == NODE_LIST)
		join(node);
	if (nest)
		shape_below(arena, nest, node);
	else if (!strcmp(key->name, "ai"))
		shape_ai(node);
}

/* The key that is meant by `name` in whatever letter case. */
static const struct key *find_folded(const char *name, enum key_place place)
{
	const char *s = name;

	while (*s && !isupper((unsigned char)*s))
		s++;
	if (!*s)
		return NULL;
	for (const struct key *key = keys_all(); key->name; key++)
		if (key_is_at(key, place) && !strcasecmp(key->name, name))
			return key;
	return NULL;
}

/* The key of `child` by its right name.  Beside an entry that has that name
 * it stays what it is, and will be reported. */
static const struct key *settle_key(
	struct node *map, struct node *child, enum key_place place)
{
	const struct key *key = keys_find(child->key, place);

	if (key || map->count > FOLD_MAX_KEYS)
		return key;
	key = find_folded(child->key, place);
	if (!key || node_get(map, key->name))
		return NULL;
	child->key = key->name;
	return key;
}

static void shape_map(
	struct arena *arena, struct node *map, enum key_place place)
{
	node_each (child, map) {
		const struct key *key = settle_key(map, child, place);

		if (key)
			shape_value(arena, key, child);
	}
}

void shape_file(struct arena *arena, struct node *root)
{
	if (root->kind != NODE_MAP)
		return;
	node_each (child, root) {
		const struct key *key = settle_key(root, child, PLACE_TOP);

		if (key)
			shape_value(arena, key, child);
		else if (child->kind == NODE_MAP &&
			 (hookname_is_git(child->key) ||
				 grammar_has_jobs(child)))
			shape_map(arena, child, PLACE_HOOK);
	}
}
