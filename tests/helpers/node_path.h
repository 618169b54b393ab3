/*
 * A value deep in a tree, found by the keys that lead to it.
 */
#ifndef TESTS_NODE_PATH_H
#define TESTS_NODE_PATH_H

#include "hookrun/config/node.h"

/* NULL: there is none. */
#define node_path(map, ...)                                                    \
	node_at((map), (const char *const[]){ __VA_ARGS__, NULL })

static inline struct node *node_at(
	const struct node *map, const char *const *keys)
{
	struct node *found = NULL;

	for (; *keys; keys++)
		map = found = node_get(map, *keys);
	return found;
}

#endif
