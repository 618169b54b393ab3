/*
 * The order of a merged list.  What both sides have is where both have it;
 * what only one has comes where it stands there; and where each has something
 * of its own at one place, the dump's own order says which is first, since the
 * next dump would put them so.  Where nobody knows that, they become one place
 * with two versions, which is a conflict.
 */
#include "schemafile/pieces.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/keymap.h"

#include <string.h>

struct span span_of(const char *text)
{
	return (struct span){ text, strlen(text) };
}

bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.at, b.at, a.len));
}

bool span_starts(struct span text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && !memcmp(text.at, prefix, len);
}

struct span span_line(struct span *rest)
{
	const char *end = rest->len ? memchr(rest->at, '\n', rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->at) + 1 : rest->len;
	struct span line = { rest->at, len };

	rest->at += len;
	rest->len -= len;
	return line;
}

bool piece_is_loose(const struct piece *piece)
{
	return piece->rank & 1;
}

/* Room for one more; what was there before stays in the arena. */
static void *grow(
	struct arena *arena, void *v, size_t nr, size_t *cap, size_t size)
{
	void *more;

	if (nr < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 16;
	more = arena_alloc(arena, *cap * size);
	if (nr)
		memcpy(more, v, nr * size);
	return more;
}

void pieces_add(
	struct pieces *list, struct arena *arena, const struct piece *piece)
{
	list->v = grow(arena, list->v, list->nr, &list->cap, sizeof(*piece));
	list->v[list->nr++] = *piece;
}

void pieces_rank_loose(struct pieces *list)
{
	int next = PIECE_LOOSE + 1;

	for (size_t i = list->nr; i-- > 0;)
		if (piece_is_loose(&list->v[i]))
			list->v[i].rank = next - 1;
		else
			next = list->v[i].rank;
}

static void add_place(struct places *places, struct arena *arena,
	const struct piece *base, const struct piece *ours,
	const struct piece *theirs)
{
	struct place place = { { base, ours, theirs } };

	places->v = grow(
		arena, places->v, places->nr, &places->cap, sizeof(place));
	places->v[places->nr++] = place;
}

static bool index_names(const struct pieces *list, struct keymap *map)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!keymap_put(map, list->v[i].name, &list->v[i]))
			return false;
	return true;
}

/* Below 0: `a` first; 0: nobody knows. */
static int compare(const struct piece *a, const struct piece *b)
{
	int order;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (piece_is_loose(a))
		return 0;
	order = a->sort && b->sort ? strcmp(a->sort, b->sort) : -1;
	return order ? order : -1;
}

struct walk {
	const struct keymap *maps; /* of the three */
	struct arena *arena;
	struct places *places;
};

static const struct piece *in(
	const struct walk *walk, enum text_side side, const struct piece *piece)
{
	return keymap_get(&walk->maps[side], piece->name);
}

/* Each side has a piece of its own here: which of them go in, as bits. */
static unsigned choose(const struct walk *walk, const struct piece *ours,
	const struct piece *theirs)
{
	bool old = in(walk, TEXT_BASE, ours) != NULL;
	int order;

	/* The other side has taken it away. */
	if (old || in(walk, TEXT_BASE, theirs))
		return old ? 1 : 2;
	order = compare(ours, theirs);
	return !order ? 3 : order < 0 ? 1 : 2;
}

/* As choose(), for any two; 0 where the sides have another order. */
static unsigned choose_any(const struct walk *walk, const struct piece *ours,
	const struct piece *theirs)
{
	bool ours_in_theirs = ours && in(walk, TEXT_THEIRS, ours);
	bool theirs_in_ours = theirs && in(walk, TEXT_OURS, theirs);

	if (!ours || !theirs)
		return ours ? 1 : 2;
	if (ours_in_theirs && theirs_in_ours)
		return strcmp(ours->name, theirs->name) ? 0 : 3;
	if (ours_in_theirs || theirs_in_ours)
		return theirs_in_ours ? 1 : 2;
	return choose(walk, ours, theirs);
}

/* What one side is through with and the other still has: another order. */
static bool is_late(const struct walk *walk, enum text_side other,
	const struct piece *piece, const struct piece *next)
{
	const struct piece *there = in(walk, other, piece);

	return there && (!next || there < next);
}

static bool walk_both(const struct walk *walk, const struct pieces *ours,
	const struct pieces *theirs)
{
	size_t i = 0, j = 0;

	while (i < ours->nr || j < theirs->nr) {
		const struct piece *a = i < ours->nr ? &ours->v[i] : NULL;
		const struct piece *b = j < theirs->nr ? &theirs->v[j] : NULL;
		unsigned chosen = choose_any(walk, a, b);

		if (!chosen || (a && is_late(walk, TEXT_THEIRS, a, b)) ||
			(b && is_late(walk, TEXT_OURS, b, a)))
			return false;
		add_place(walk->places, walk->arena,
			in(walk, TEXT_BASE, chosen & 1 ? a : b),
			chosen & 1 ? a : NULL, chosen & 2 ? b : NULL);
		i += chosen & 1;
		j += chosen >> 1;
	}
	return true;
}

bool places_align(const struct pieces sides[TEXT_SIDES], struct arena *arena,
	struct places *ret)
{
	struct keymap maps[TEXT_SIDES] = { KEYMAP_INIT, KEYMAP_INIT,
		KEYMAP_INIT };
	struct walk walk = { maps, arena, ret };
	bool done = true;

	for (int i = 0; i < TEXT_SIDES && done; i++)
		done = index_names(&sides[i], &maps[i]);
	done = done && walk_both(&walk, &sides[TEXT_OURS], &sides[TEXT_THEIRS]);
	for (int i = 0; i < TEXT_SIDES; i++)
		keymap_release(&maps[i]);
	return done;
}

bool place_pick(const struct place *place,
	bool (*same)(struct span a, struct span b), const struct piece **ret)
{
	const struct piece *base = place->v[TEXT_BASE];
	const struct piece *ours = place->v[TEXT_OURS];
	const struct piece *theirs = place->v[TEXT_THEIRS];

	/* What stays exactly as it was is no change of theirs, however like. */
	if (base && theirs && span_eq(base->text, theirs->text))
		*ret = ours;
	else if (base && ours && span_eq(base->text, ours->text))
		*ret = theirs;
	else if (ours && theirs && same(ours->text, theirs->text))
		*ret = ours;
	else if (base ? theirs && same(base->text, theirs->text) : !theirs)
		*ret = ours;
	else if (base ? ours && same(base->text, ours->text) : !ours)
		*ret = theirs;
	else
		return false;
	return true;
}
