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

/* As a boolean: true and false, 1 and 0, and the words for these that Go's
 * strconv.ParseBool knows.  Returns false where it is none. */
bool value_bool(const struct node *node, bool *ret);

/* As a whole number, also where that is written as a text. */
bool value_int(const struct node *node, int64_t *ret);

#endif
