/*
 * A hash set of file names.  Lists are made of several sources (patterns, refs
 * that are pushed, stages of a merge conflict) and a file must be handed to a
 * job once; comparing each with each would be felt with a hundred thousand.
 */
#include "files/nameset.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/hash.h"

#include <string.h>

#define FIRST_SIZE 64

void nameset_release(struct nameset *set)
{
	free(set->slots);
	*set = (struct nameset)NAMESET_INIT;
}

/* The slot of `name`, or the free one where it belongs. */
static const char **find(const struct nameset *set, const char *name)
{
	size_t at = (size_t)hash_slot(name) & (set->size - 1);

	while (set->slots[at] && strcmp(set->slots[at], name) != 0)
		at = (at + 1) & (set->size - 1);
	return &set->slots[at];
}

static void enlarge(struct nameset *set)
{
	struct nameset old = *set;

	set->size = old.size ? old.size * 2 : FIRST_SIZE;
	set->slots = xcalloc(set->size, sizeof(*set->slots));
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i])
			*find(set, old.slots[i]) = old.slots[i];
	free(old.slots);
}

bool nameset_add(struct nameset *set, const char *name)
{
	const char **slot;

	if (set->nr * 2 >= set->size)
		enlarge(set);
	slot = find(set, name);
	if (*slot)
		return false;
	*slot = name;
	set->nr++;
	return true;
}
