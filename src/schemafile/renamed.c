/*
 * A column that is gone on both sides is gone; but where one side has a new one
 * that says the same, it may have renamed it, which the other side, who dropped
 * it or has another name for it, does not want to see as one more column.  The
 * same goes for an index and for a table.  Nothing tells a rename from a column
 * that was dropped and another one that was added, but the place: a renamed one
 * stays where it was, unless both sides have one.
 */
#include "schemafile/renamed.h"

#include <string.h>

/* The name of the column in front; "": of none. */
static const char *before(const struct entries *list, const struct entry *entry)
{
	const struct entry *last = entry > list->v ? entry - 1 : NULL;

	return last && last->about == ABOUT_COLUMN ? last->name : "";
}

/* A line that only `side` has, and that says the same but for its name. */
static const struct entry *find_like(const struct compared *all,
	enum text_side side, const struct entry *like)
{
	const struct entries *list = &all->lists[side];
	const struct section *section = compared_section(all, TEXT_BASE, like);

	for (size_t i = 0; i < list->nr; i++) {
		const struct entry *entry = &list->v[i];

		if (entry->about == like->about &&
			!strcmp(entry->rest, like->rest) &&
			compared_is_new(all, side, entry) &&
			(like->about == ABOUT_INDEX ||
				!strcmp(compared_section(all, side, entry)
						->name,
					section->name)))
			return entry;
	}
	return NULL;
}

/* Do the lines of two tables say the same, for the most part? */
static bool are_alike(const struct entries *base, size_t table,
	const struct entries *list, size_t other)
{
	size_t nr = 0, same = 0;

	for (size_t i = 0; i < base->nr; i++) {
		const struct entry *a = &base->v[i];
		bool found = false;

		if (a->section != table || a->about != ABOUT_COLUMN)
			continue;
		for (size_t j = 0; j < list->nr && !found; j++)
			found = list->v[j].section == other &&
				list->v[j].about == ABOUT_COLUMN &&
				!strcmp(a->name, list->v[j].name) &&
				!strcmp(a->rest, list->v[j].rest);
		nr++;
		same += found;
	}
	return nr && same * 2 >= nr;
}

/* The line that makes a table which only `side` has, and is like `like`'s. */
static const struct entry *find_table(const struct compared *all,
	enum text_side side, const struct entry *like)
{
	const struct entries *list = &all->lists[side];

	for (size_t i = 0; i < list->nr; i++) {
		const struct entry *entry = &list->v[i];
		const struct section *section = &list->sections[entry->section];

		if (entry->heading && section->kind == SECTION_TABLE &&
			compared_is_new(all, side, entry) &&
			!compared_find(all, TEXT_BASE, section, entry) &&
			are_alike(&all->lists[TEXT_BASE], like->section, list,
				entry->section))
			return entry;
	}
	return NULL;
}

static bool is_in_place(const struct compared *all, enum text_side side,
	const struct entry *entry, const struct entry *old)
{
	return entry->about != ABOUT_COLUMN ||
	       !strcmp(before(&all->lists[side], entry),
		       before(&all->lists[TEXT_BASE], old));
}

static void look_for(struct compared *all, const struct entry *old)
{
	const struct section *section = compared_section(all, TEXT_BASE, old);
	const struct entry *found[TEXT_SIDES] = { NULL };
	bool table = old->heading && section->kind == SECTION_TABLE &&
		     *section->name;

	if ((!table && old->about == ABOUT_NOTHING) || !old->key ||
		compared_find(all, TEXT_OURS, section, old) ||
		compared_find(all, TEXT_THEIRS, section, old))
		return;
	for (int i = TEXT_OURS; i < TEXT_SIDES; i++)
		found[i] = table ? find_table(all, i, old)
				 : find_like(all, i, old);
	for (int i = TEXT_OURS; i < TEXT_SIDES; i++)
		if (found[i] && (found[OTHER_SIDE(i)] ||
					is_in_place(all, i, found[i], old)))
			compared_doubt(all, i, found[i]);
}

void renamed_doubt(struct compared *all)
{
	const struct entries *base = &all->lists[TEXT_BASE];

	for (size_t i = 0; i < base->nr; i++)
		look_for(all, &base->v[i]);
}
