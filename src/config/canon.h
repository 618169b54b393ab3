/* The canonical form of a configuration, for `dump`. */
#ifndef CONFIG_CANON_H
#define CONFIG_CANON_H

#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

#include <stdbool.h>

enum canon_format { CANON_YAML, CANON_JSON, CANON_TOML };

/* A new tree in `arena` with the known keys of the merged configuration
 * `root`: top keys sorted, all others in the table's order, empty ones left
 * out, one form for what can be written in several, as lefthook has it in
 * `format`.  Maps and lists that are `quoted` stand on one line in TOML. */
struct node *canon_tree(
	struct arena *arena, const struct node *root, enum canon_format format);

/* Whether a NODE_FLOAT of the tree has digits, and is not infinite or none. */
bool canon_is_number(const struct node *node);

/* The order of two keys in YAML as strcmp() says it. */
int canon_compare(const char *a, const char *b);

/* The tree as lefthook's libraries write it, appended to `out`. */
void canon_write_yaml(const struct node *root, struct strbuf *out);
void canon_write_toml(const struct node *root, struct strbuf *out);

#endif
