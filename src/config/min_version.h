/* Whether this program is new enough for a configuration. */
#ifndef CONFIG_MIN_VERSION_H
#define CONFIG_MIN_VERSION_H

#include "hookrun/base/arena.h"
#include "hookrun/config/node.h"

/* Why the hooks of the merged tree `root` cannot run, in the arena; or NULL. */
const char *min_version_unmet(struct arena *arena, const struct node *root);

#endif
