/*
 * The rules take a text for what Rails writes, and gems and people write into
 * it too.  Should a rule be mistaken, a line is lost that one side has, or one
 * is back that the other took away: the one thing that must not be.  So each
 * line is counted in the three versions and in the result, apart from what was
 * left open.  A line that one side has as often as the base is in the result as
 * often as on the other side; where both have more of it, or both less, they
 * may have meant the same one or two.
 */
#include "schemafile/balance.h"

#include "hookrun/base/keymap.h"

#include <string.h>

struct count {
	long before[TEXT_SIDES], after;
};

static struct count *count_of(
	struct keymap *counts, struct arena *arena, const char *key)
{
	struct count *count = keymap_get(counts, key);

	if (!count) {
		count = arena_alloc(arena, sizeof(*count));
		keymap_put(counts, key, count);
	}
	return count;
}

static long min(long a, long b)
{
	return a < b ? a : b;
}

static long max(long a, long b)
{
	return a > b ? a : b;
}

static bool is_right(const struct count *count)
{
	long base = count->before[TEXT_BASE], ours = count->before[TEXT_OURS],
	     theirs = count->before[TEXT_THEIRS], sum = ours + theirs - base;

	if (ours > base && theirs > base)
		return count->after >= max(ours, theirs) && count->after <= sum;
	if (ours < base && theirs < base)
		return count->after >= max(sum, 0) &&
		       count->after <= min(ours, theirs);
	return count->after == sum;
}

bool balance_holds(const struct form *form,
	const struct strbuf before[TEXT_SIDES], const struct settled *after)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_KEYMAP counts = KEYMAP_INIT;
	struct entries list;
	bool holds = true;

	for (int i = 0; i < TEXT_SIDES; i++) {
		entries_read(form, &before[i], NULL, &arena, &list);
		for (size_t j = 0; j < list.nr; j++)
			if (list.v[j].key)
				count_of(&counts, &arena, list.v[j].key)
					->before[i]++;
		entries_read(
			form, &after->text[i], &after->open[i], &arena, &list);
		for (size_t j = 0; j < list.nr; j++) {
			struct count *count;

			if (!list.v[j].key)
				continue;
			count = count_of(&counts, &arena, list.v[j].key);
			if (list.v[j].open)
				count->before[i]--;
			else if (i == TEXT_OURS)
				count->after++;
		}
	}
	for (size_t i = 0; i < counts.cap && holds; i++)
		if (counts.slots[i].key)
			holds = is_right(counts.slots[i].value);
	return holds;
}
