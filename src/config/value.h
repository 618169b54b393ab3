/*
 * What a scalar says to a key of some type, whichever way it was written.
 * lefthook is liberal here (mapstructure's weak decoding), and its users' files
 * rely on it.
 */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "hookrun/config/node.h"

/* As a text: a number in its plain decimal form, a boolean as "1" or "0",
 * null as "".  NULL where `node` is NULL or no scalar. */
const char *value_text(struct arena *arena, const struct node *node);

#define VALUE_TRUE "1|t|T|true|True|TRUE"
#define VALUE_FALSE "0|f|F|false|False|FALSE"

/* As a boolean: true and false, a number (0 is false), and the words that Go's
 * strconv.ParseBool knows.  Returns false where it is none. */
bool value_bool(const struct node *node, bool *ret);

/* The same of a key of a map; false where it has none. */
bool value_flag(const struct node *map, const char *key);

/* As a whole number: a fraction is cut off, true is 1, and a text may say it;
 * an empty one is 0. */
bool value_int(const struct node *node, int64_t *ret);

#endif
