/* From the merged and checked tree to the structs of config.h. */
#ifndef CONFIG_BIND_H
#define CONFIG_BIND_H

#include "hookrun/config/config.h"

/* Fill hooks and settings from config->root.  The tree has passed the checks,
 * so nothing can be wrong with it. */
void bind_config(struct config *config);

#endif
