/*
 * struct keymap: strings to pointers, or, without these, a set of strings.  The
 * strings are borrowed and must outlive the map.
 */
#ifndef HOOKRUN_BASE_KEYMAP_H
#define HOOKRUN_BASE_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

struct keymap_slot {
	const char *key; /* NULL: free */
	void *value;
};

struct keymap {
	struct keymap_slot *slots; /* cap of them, a power of two; owned */
	size_t nr, cap;
};

#define KEYMAP_INIT                                                            \
	{                                                                      \
		.slots = NULL                                                  \
	}
#define AUTO_KEYMAP __attribute__((cleanup(keymap_release))) struct keymap

void keymap_release(struct keymap *map);
void *keymap_get(const struct keymap *map, const char *key); /* or NULL */
/* True where `key` was not in the map. */
bool keymap_put(struct keymap *map, const char *key, void *value);

#endif
