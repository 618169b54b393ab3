/*
 * Options of built-in steps are read where they are needed, straight from the
 * validated map; defaults come from the table, so that they are written down
 * once.  A name that the table lacks is a mistake of the caller, and an empty
 * answer for it would hide that: hence the assertions.
 */
#include "hookrun/config/keys.h"

#include "config/value.h"
#include "hookrun/base/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct key *known(const struct key *table, const char *name)
{
	const struct key *key = keys_find_in(table, name, PLACE_WITH);

	assert(key);
	return key;
}

const char *option_str(
	const struct node *map, const struct key *table, const char *name)
{
	const char *def = known(table, name)->def;
	const char *text = node_str(map, name);

	return text ? text : def;
}

bool option_bool(
	const struct node *map, const struct key *table, const char *name)
{
	const struct node *node = node_get(map, name);
	const char *def = known(table, name)->def;
	bool value;

	if (node && node->kind != NODE_NULL && value_bool(node, &value))
		return value;
	return def && !strcmp(def, "true");
}

int64_t option_int(
	const struct node *map, const struct key *table, const char *name)
{
	const struct node *node = node_get(map, name);
	const char *def = known(table, name)->def;
	int64_t value;

	if (node && value_int(node, &value))
		return value;
	return def ? strtoll(def, NULL, 10) : 0;
}

int64_t option_ms(
	const struct node *map, const struct key *table, const char *name)
{
	const char *text = option_str(map, table, name);
	struct err ignored;
	int64_t ms = 0;

	if (text)
		duration_parse(text, &ms, &ignored);
	return ms;
}

static const char **list_of_default(const char *def, struct arena *arena)
{
	char *copy = arena_strdup(arena, def);
	const char **list;
	size_t nr = 1;

	for (const char *s = def; *s; s++)
		nr += *s == '|';
	list = arena_alloc(arena, (nr + 1) * sizeof(*list));
	for (size_t i = 0; i < nr; i++)
		list[i] = strsep(&copy, "|");
	return list;
}

const char **option_list(const struct node *map, const struct key *table,
	const char *name, struct arena *arena)
{
	const struct node *node = node_get(map, name);
	const char *def = known(table, name)->def;
	const char **list;
	size_t nr = 0;

	if ((!node || node->kind == NODE_NULL) && def)
		return list_of_default(def, arena);
	list = arena_alloc(
		arena, ((node ? node->count : 0) + 2) * sizeof(*list));
	if (node && node->kind != NODE_LIST && node->kind != NODE_NULL)
		list[nr++] = node->str;
	else
		node_each (item, node) {
			list[nr++] = item->str;
		}
	return list;
}
