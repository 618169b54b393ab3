/*
 * One database's configuration as Rails holds it: a hash of names and texts,
 * put together from a map of database.yml and a URL.
 */
#ifndef HOOKRUN_DB_SETTINGS_H
#define HOOKRUN_DB_SETTINGS_H

#include "hookrun/base/arena.h"
#include "hookrun/config/node.h"

#include <stdbool.h>
#include <stddef.h>

#define SETTINGS_MAX 128

struct setting {
	const char *key, *value; /* value NULL: nil, or a list or map */
	const struct node *node; /* where it comes from YAML */
};

struct settings {
	struct setting v[SETTINGS_MAX];
	size_t nr;
};

/* From the map `map` (NULL: empty), without its key `url`.  False with the
 * reason in `ret_why` where a value means one thing to us and another to Ruby's
 * YAML, or where there are too many. */
bool settings_from_yaml(struct settings *set, const struct node *map,
	struct arena *arena, const char **ret_why);

/* Let the parts of a database URL win over what is there, as the Rails version
 * (601 for 6.1, 0 unknown) does it.  False with the reason in `ret_why`. */
bool settings_merge_url(struct settings *set, const char *url,
	int rails_version, struct arena *arena, const char **ret_why);

const struct setting *settings_find(
	const struct settings *set, const char *key);
const char *settings_get(const struct settings *set, const char *key);

/* Set or replace; false where there is no more room. */
bool settings_set(struct settings *set, const char *key, const char *value,
	const struct node *node);

/* Is it there and neither nil nor false (as Ruby's YAML has it)? */
bool settings_true(const struct settings *set, const char *key);

#endif
