/*
 * An index on a column that the other branch has dropped, a foreign key to a
 * table that it has renamed, a check of a column that is of another type now:
 * in the text these are far apart, a merge of lines has nothing to say, and no
 * database would take the result.
 */
#include "schemafile/dangling.h"

static void look_for_uses(struct compared *all, enum text_side side,
	const struct section *lost, const struct entry *column,
	enum form_loss loss)
{
	const struct entries *list = &all->lists[side];

	for (size_t i = 0; i < list->nr; i++) {
		const struct entry *entry = &list->v[i];

		if (compared_is_new(all, side, entry) &&
			all->form->concerns(&list->sections[entry->section],
				entry, lost, column ? column->name : NULL,
				loss))
			compared_doubt(all, side, entry);
	}
}

/* What the base has and `side` has not, or of another type. */
static void look_for_lost(
	struct compared *all, enum text_side side, const struct entry *entry)
{
	const struct section *section = compared_section(all, TEXT_BASE, entry);
	const void *there = compared_find(all, side, section, entry);
	const struct entry *now = there;

	if (entry->heading && *section->name && !there)
		look_for_uses(all, OTHER_SIDE(side), section, NULL, FORM_GONE);
	if (entry->about != ABOUT_COLUMN)
		return;
	if (!there)
		look_for_uses(all, OTHER_SIDE(side), section, entry, FORM_GONE);
	else if (!span_eq(now->type, entry->type))
		look_for_uses(
			all, OTHER_SIDE(side), section, entry, FORM_RETYPED);
}

void dangling_doubt(struct compared *all)
{
	const struct entries *base = &all->lists[TEXT_BASE];

	for (size_t i = 0; i < base->nr; i++)
		for (int side = TEXT_OURS; side < TEXT_SIDES; side++)
			look_for_lost(all, side, &base->v[i]);
}
