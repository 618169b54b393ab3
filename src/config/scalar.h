/* What a plain scalar means. */
#ifndef CONFIG_SCALAR_H
#define CONFIG_SCALAR_H

#include "hookrun/config/node.h"

/* Set kind, boolean and integer of `node` after its `str`, by the core schema
 * of YAML 1.2 (section 10.3.2), which is a superset of JSON's, and with the
 * integers of YAML 1.1.  One beyond 64 bits is a NODE_FLOAT. */
void scalar_resolve(struct node *node);

#endif
