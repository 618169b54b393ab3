/*
 * Matching many patterns at once.  The automaton of glob.c has many active
 * states at a time; every set of them that occurs is made one state here, with
 * a table of where each character leads, filled in as texts need it.  Names in
 * a repository are alike, so there are few sets, and ten thousand names against
 * a hundred patterns take a few milliseconds instead of seconds.
 *
 * Patterns can be written whose sets are without number; when they have used up
 * their share of memory nothing is learned any more, and the caller matches the
 * slow way, in bounded time.
 */
#include "base/glob_impl.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_MAX (4 << 20) /* for the sets and tables of one glob */
#define BUCKETS 256	    /* a power of two */
#define ASCII 128

struct set {
	struct set *next[ASCII]; /* NULL: not known yet */
	struct set *beside;	 /* in the bucket */
	size_t *list, nr;	 /* sorted */
	bool accepts;
};

struct dfa {
	struct arena *arena;
	size_t bytes;
	struct active room;
	struct set *start;
	struct set *buckets[BUCKETS];
};

struct dfa *dfa_new(struct arena *arena, size_t nstates)
{
	struct dfa *dfa = arena_alloc(arena, sizeof(*dfa));

	dfa->arena = arena;
	dfa->room.list = arena_alloc(arena, nstates * sizeof(size_t));
	dfa->room.seen = arena_alloc(arena, nstates * sizeof(size_t));
	return dfa;
}

static int by_number(const void *left, const void *right)
{
	const size_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static size_t hash(const size_t *list, size_t nr)
{
	size_t value = nr;

	for (size_t i = 0; i < nr; i++)
		value = value * 31 + list[i];
	return (value ^ value >> 8) & (BUCKETS - 1);
}

/* The set of the states in dfa->room; NULL where memory is used up. */
static struct set *intern(const struct glob *glob, struct dfa *dfa)
{
	const size_t nr = dfa->room.nr, bytes = nr * sizeof(size_t);
	struct set **bucket, *set;

	qsort(dfa->room.list, nr, sizeof(size_t), by_number);
	bucket = &dfa->buckets[hash(dfa->room.list, nr)];
	for (set = *bucket; set; set = set->beside)
		if (set->nr == nr && !memcmp(set->list, dfa->room.list, bytes))
			return set;
	if (dfa->bytes + sizeof(*set) + bytes > BYTES_MAX)
		return NULL;
	dfa->bytes += sizeof(*set) + bytes;
	set = arena_alloc(dfa->arena, sizeof(*set));
	set->list = arena_alloc(dfa->arena, bytes + 1);
	memcpy(set->list, dfa->room.list, bytes);
	set->nr = nr;
	set->accepts = glob_accepts(glob, set->list, nr);
	set->beside = *bucket;
	*bucket = set;
	return set;
}

static struct set *first_set(const struct glob *glob, struct dfa *dfa)
{
	if (dfa->start)
		return dfa->start;
	dfa->room.nr = 0;
	dfa->room.step++;
	glob_activate(glob, &dfa->room, 0);
	dfa->start = intern(glob, dfa);
	return dfa->start;
}

/* Where `set` goes with a character, which is folded already. */
static struct set *next_set(const struct glob *glob, struct dfa *dfa,
	struct set *set, uint32_t code)
{
	struct set *next;

	glob_step(glob, set->list, set->nr, code, &dfa->room);
	next = intern(glob, dfa);
	if (code < ASCII)
		set->next[code] = next;
	return next;
}

int dfa_match(const struct glob *glob, const char *text, size_t len)
{
	struct dfa *dfa = glob->dfa;
	struct set *set = first_set(glob, dfa);
	size_t width;

	for (size_t pos = 0; set && pos < len; pos += width) {
		uint32_t code = (unsigned char)text[pos];

		width = 1;
		if (code >= ASCII)
			code = glob_decode(text + pos, len - pos, &width);
		if (glob->flags & GLOB_ICASE)
			code = glob_fold(code);
		set = code < ASCII && set->next[code]
			      ? set->next[code]
			      : next_set(glob, dfa, set, code);
	}
	return set ? set->accepts : -1;
}
