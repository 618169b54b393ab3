/* The canonical form of a configuration, for `dump`. */
#ifndef CONFIG_CANON_H
#define CONFIG_CANON_H

#include "hookrun/config/node.h"

#include <stdbool.h>

/* A new tree in `arena` with the known keys of the merged configuration
 * `root`: top keys sorted, all others in the table's order, defaults left out,
 * one form for what can be written in several.  `timeout` is a text, or with
 * `nanoseconds` a number of these, as lefthook's JSON has it. */
struct node *canon_tree(
	struct arena *arena, const struct node *root, bool nanoseconds);

/* Block style YAML, two blanks a level, appended to `out`. */
struct strbuf;
void canon_write_yaml(const struct node *root, struct strbuf *out);

#endif
