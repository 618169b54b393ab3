/* One shape for what a file may say in several. */
#ifndef CONFIG_SHAPE_H
#define CONFIG_SHAPE_H

#include "hookrun/config/node.h"

/* Change the tree of one file, as it was read, so that keys are spelt as the
 * table has them and a map that stands for a list, or a list for a map, is
 * one.  What cannot be taken for the type is left for the check. */
void shape_file(struct arena *arena, struct node *root);

#endif
