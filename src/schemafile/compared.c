/*
 * Lines are found by their text, and columns, indexes and objects by their
 * names, so that a line of one version leads to the same one of the others.
 */
#include "schemafile/compared.h"

#include <string.h>

/* NULL: of no name. */
static const char *full_name(struct arena *arena, const struct section *section,
	const struct entry *entry)
{
	if (entry->heading)
		return *section->name ? section->name : NULL;
	switch (entry->about) {
	case ABOUT_COLUMN:
		return arena_printf(
			arena, "%s\n%s", section->name, entry->name);
	case ABOUT_CONSTRAINT:
		return arena_printf(
			arena, "%s\n\n%s", section->name, entry->name);
	case ABOUT_INDEX:
		return arena_printf(arena, "\n%s", entry->name);
	case ABOUT_NOTHING:
		break;
	}
	return NULL;
}

static void read_side(
	struct compared *all, enum text_side side, const struct strbuf *text)
{
	struct entries *list = &all->lists[side];

	entries_read(all->form, text, NULL, all->arena, list);
	for (size_t i = 0; i < list->nr; i++) {
		struct entry *entry = &list->v[i];
		struct section *section = &list->sections[entry->section];
		const char *name = full_name(all->arena, section, entry);

		if (entry->key)
			keymap_put(&all->keys[side], entry->key, entry);
		if (name && entry->heading)
			keymap_put(&all->names[side], name, section);
		else if (name)
			keymap_put(&all->names[side], name, entry);
	}
}

void compared_read(struct compared *all, const struct form *form,
	const struct strbuf texts[TEXT_SIDES], struct arena *arena)
{
	*all = (struct compared){ .form = form, .arena = arena };
	for (int i = 0; i < TEXT_SIDES; i++)
		read_side(all, i, &texts[i]);
}

void compared_release(struct compared *all)
{
	for (int i = 0; i < TEXT_SIDES; i++) {
		keymap_release(&all->keys[i]);
		keymap_release(&all->names[i]);
		keymap_release(&all->doubts[i]);
	}
}

const struct section *compared_section(const struct compared *all,
	enum text_side side, const struct entry *entry)
{
	return &all->lists[side].sections[entry->section];
}

bool compared_is_new(const struct compared *all, enum text_side side,
	const struct entry *entry)
{
	return entry->key && !keymap_get(&all->keys[TEXT_BASE], entry->key) &&
	       !keymap_get(&all->keys[OTHER_SIDE(side)], entry->key);
}

const void *compared_find(const struct compared *all, enum text_side side,
	const struct section *section, const struct entry *entry)
{
	const char *name = full_name(all->arena, section, entry);

	return name ? keymap_get(&all->names[side], name) : NULL;
}

void compared_doubt(
	struct compared *all, enum text_side side, const struct entry *entry)
{
	keymap_put(&all->doubts[side], entry->key,
		(void *)keymap_get(&all->keys[side], entry->key));
}
