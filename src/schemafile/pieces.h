/*
 * A text cut into pieces that have names, and three such lists laid beside each
 * other.
 */
#ifndef SCHEMAFILE_PIECES_H
#define SCHEMAFILE_PIECES_H

#include "hookrun/base/arena.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/git/textmerge.h"

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *at; /* NULL: there is none */
	size_t len;
};

struct span span_of(const char *text);
bool span_eq(struct span a, struct span b);
bool span_starts(struct span text, const char *prefix);
/* The first line of `rest`, with its break, which is taken from it. */
struct span span_line(struct span *rest);

/* Nobody knows where it belongs among others of its rank: an odd one.  This is
 * behind all that is known. */
enum { PIECE_LOOSE = 1001 };

struct piece {
	struct span text;
	const char *name; /* by which it is known in all versions */
	const char *sort; /* among those of its rank; NULL: behind the other
			     side's */
	int rank;	  /* its place in a dump, from 0; odd: loose */
};

struct pieces {
	struct piece *v; /* in the arena of who made them */
	size_t nr, cap;
};

bool piece_is_loose(const struct piece *piece);

void pieces_add(
	struct pieces *list, struct arena *arena, const struct piece *piece);

/* Rank what is loose in front of the known piece that it is followed by: what
 * gems add is behind the tables, or, as functions that are the default of a
 * column, in front of them. */
void pieces_rank_loose(struct pieces *list);

/* What is at one place of the three versions; NULL where one has nothing. */
struct place {
	const struct piece *v[TEXT_SIDES];
};

struct places {
	struct place *v; /* in the arena */
	size_t nr, cap;
};

/* Lay them beside each other, in an order that both sides agree with.  False
 * where there is none, or a name is there twice. */
bool places_align(const struct pieces sides[TEXT_SIDES], struct arena *arena,
	struct places *ret);

/* The version to take: the one of whoever changed it; of a side that has
 * nothing, NULL.  False: both changed it. */
bool place_pick(const struct place *place,
	bool (*same)(struct span a, struct span b), const struct piece **ret);

#endif
