/*
 * An open hash table.  Without it the search for duplicate keys would be
 * quadratic, and a file with a hundred thousand keys would hang the reader; as
 * a set it sees that a job gets a file once that several lists have.
 */
#include "hookrun/base/keymap.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hash.h"

#include <string.h>

#define FIRST_CAP 16

/* The slot that holds `key`, else the free one where it belongs. */
static struct keymap_slot *find_slot(
	struct keymap_slot *slots, size_t cap, const char *key)
{
	size_t at = (size_t)hash_slot(key) & (cap - 1);

	while (slots[at].key && strcmp(slots[at].key, key))
		at = (at + 1) & (cap - 1);
	return &slots[at];
}

void keymap_release(struct keymap *map)
{
	free(map->slots);
	memset(map, 0, sizeof(*map));
}

void *keymap_get(const struct keymap *map, const char *key)
{
	if (!map->nr)
		return NULL;
	return find_slot(map->slots, map->cap, key)->value;
}

static void double_slots(struct keymap *map)
{
	size_t cap = map->cap ? map->cap * 2 : FIRST_CAP;
	struct keymap_slot *slots = xcalloc(cap, sizeof(*slots));

	for (size_t i = 0; i < map->cap; i++)
		if (map->slots[i].key)
			*find_slot(slots, cap, map->slots[i].key) =
				map->slots[i];
	free(map->slots);
	map->slots = slots;
	map->cap = cap;
}

bool keymap_put(struct keymap *map, const char *key, void *value)
{
	struct keymap_slot *slot;
	bool added;

	if (map->nr * 2 >= map->cap)
		double_slots(map);
	slot = find_slot(map->slots, map->cap, key);
	added = !slot->key;
	map->nr += added;
	slot->key = key;
	slot->value = value;
	return added;
}
