/* skip and only, from the tree to struct conditions. */
#ifndef CONFIG_BIND_CONDITION_H
#define CONFIG_BIND_CONDITION_H

#include "hookrun/config/config.h"

/* Fill both from the map of a job or a hook, and return what is written there
 * by mistake and keeps it from ever running (in lefthook without a word). */
struct mistake condition_bind(struct arena *arena, const struct node *map,
	struct conditions *skip, struct conditions *only);

#endif
