/*
 * Spelling help: edit distance with transpositions, since swapped letters are
 * the commonest slip.  Case and the choice of '-' or '_' cost nothing, so that
 * `Stage-Fixed` is as near as can be.  One edit in three letters is allowed;
 * more would propose words that nobody meant.
 */
#include "hookrun/config/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 40 /* longer names are nobody's slip */

void nearest_init(struct nearest *nearest, const char *name)
{
	size_t len = strlen(name);

	nearest->name = name;
	nearest->best = NULL;
	nearest->distance = len < 3 ? 2 : len / 3 + 1;
	if (len > NAME_MAX_BYTES)
		nearest->distance = 0;
}

static char fold(char c)
{
	return c == '_' ? '-' : (char)tolower((unsigned char)c);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Optimal string alignment, three rows of the matrix at a time. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];
	size_t blen = strlen(b);

	for (size_t k = 0; k <= blen; k++)
		rows[0][k] = k;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t *now = rows[i % 3], *above = rows[(i + 2) % 3];
		const size_t *twice = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t k = 1; k <= blen; k++) {
			bool same = fold(a[i - 1]) == fold(b[k - 1]);

			now[k] = min3(above[k] + 1, now[k - 1] + 1,
				above[k - 1] + !same);
			if (i > 1 && k > 1 && twice[k - 2] + 1 < now[k] &&
				fold(a[i - 1]) == fold(b[k - 2]) &&
				fold(a[i - 2]) == fold(b[k - 1]))
				now[k] = twice[k - 2] + 1;
		}
	}
	return rows[strlen(a) % 3][blen];
}

/* The distance is no less than what the one is longer than the other. */
void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t len = strlen(candidate), own = strlen(nearest->name);
	size_t found = len > own ? len - own : own - len;

	if (len > NAME_MAX_BYTES || found >= nearest->distance)
		return;
	found = distance(nearest->name, candidate);
	if (found >= nearest->distance || found >= len)
		return;
	nearest->best = candidate;
	nearest->distance = found;
}

const char *nearest_word(
	struct arena *arena, const char *name, const char *words)
{
	char *copy = arena_strdup(arena, words), *word;
	struct nearest nearest;

	nearest_init(&nearest, name);
	while ((word = strsep(&copy, "|")))
		nearest_offer(&nearest, word);
	return nearest.best;
}

const char *nearest_hint(struct arena *arena, const char *best)
{
	return best ? arena_printf(arena, " (did you mean '%s'?)", best) : "";
}
