/* The known word that a misspelt one was probably meant to be. */
#ifndef HOOKRUN_CONFIG_NEAREST_H
#define HOOKRUN_CONFIG_NEAREST_H

#include "hookrun/base/arena.h"

#include <stddef.h>

struct nearest {
	const char *name; /* what was written; borrowed */
	const char *best; /* the nearest so far; NULL: none is near */
	size_t distance;
};

void nearest_init(struct nearest *nearest, const char *name);
void nearest_offer(struct nearest *nearest, const char *candidate);

/* The nearest of the words in "one|two|three", in `arena`; or NULL. */
const char *nearest_word(
	struct arena *arena, const char *name, const char *words);

/* " (did you mean 'run'?)", or "" where `best` is NULL. */
const char *nearest_hint(struct arena *arena, const char *best);

#endif
