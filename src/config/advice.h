/* What to write instead of what one often writes: the end of a message, in
 * brackets; "" where there is nothing to say. */
#ifndef CONFIG_ADVICE_H
#define CONFIG_ADVICE_H

#include "hookrun/config/keys.h"

/* `node` is a key that `table` has not got at `place`: another place has it,
 * or one of a similar name is there. */
const char *advice_unknown_key(struct arena *arena, const struct node *node,
	const struct key *table, enum key_place place);

/* `node` should have been a map of the keys of `place`, and is none. */
const char *advice_no_map(
	struct arena *arena, const struct node *node, enum key_place place);

#endif
