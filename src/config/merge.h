/* Laying one configuration over another. */
#ifndef CONFIG_MERGE_H
#define CONFIG_MERGE_H

#include "hookrun/config/node.h"

#include <stdbool.h>

/* A new tree in `arena`: `base` with `over` laid over it.  Neither is changed;
 * the result shares parts of both.  `extended`: `over` is a file that another
 * one extends. */
struct node *merge_trees(struct arena *arena, const struct node *base,
	const struct node *over, bool extended);

#endif
