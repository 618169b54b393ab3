/*
 * An index on a column that the other branch has dropped, a foreign key to a
 * table that it has renamed, one column renamed by both: the texts have these
 * far apart or side by side, and a merge of texts has nothing to say.  No
 * database would take the result, or it has a column too many.  Such a line is
 * there on one side only, and must be a conflict: so it is taken from the other
 * side's text, and the base gets a line that nobody has.
 */
#include "schemafile/dangling.h"

#include "hookrun/base/keymap.h"

#include <string.h>

enum { OTHER_SIDES = TEXT_OURS + TEXT_THEIRS };

struct dangling {
	const struct form *form;
	struct entries lists[TEXT_SIDES];
	struct keymap keys[TEXT_SIDES];	 /* of lines, to their entries */
	struct keymap names[TEXT_SIDES]; /* of objects and of columns */
	struct keymap found[TEXT_SIDES]; /* keys, by the side that has them */
	struct arena *arena;
};

static const char *column_name(
	struct dangling *all, const struct section *section, const char *column)
{
	return arena_printf(all->arena, "%s\n%s", section->name, column);
}

static void read_side(
	struct dangling *all, enum text_side side, const struct strbuf *text)
{
	struct entries *list = &all->lists[side];

	entries_read(all->form, text, NULL, all->arena, list);
	for (size_t i = 0; i < list->nr; i++) {
		struct entry *entry = &list->v[i];
		struct section *section = &list->sections[entry->section];

		if (entry->key)
			keymap_put(&all->keys[side], entry->key, entry);
		if (entry->heading)
			keymap_put(&all->names[side], section->name, section);
		if (entry->column)
			keymap_put(&all->names[side],
				column_name(all, section, entry->column),
				entry);
	}
}

static bool is_new(
	const struct dangling *all, enum text_side side, const char *key)
{
	return keymap_get(&all->keys[side], key) &&
	       !keymap_get(&all->keys[TEXT_BASE], key) &&
	       !keymap_get(&all->keys[OTHER_SIDES - side], key);
}

/* ---- used here, gone there ----------------------------------------------- */

static void look_for_uses(struct dangling *all, enum text_side side,
	const struct section *gone, const char *column)
{
	const struct entries *list = &all->lists[side];

	for (size_t i = 0; i < list->nr; i++) {
		const struct entry *entry = &list->v[i];

		if (entry->key && is_new(all, side, entry->key) &&
			all->form->concerns(&list->sections[entry->section],
				entry, gone, column))
			keymap_put(&all->found[side], entry->key, &list->v[i]);
	}
}

/* What the base has and `side` has not. */
static void look_for_gone(struct dangling *all, enum text_side side)
{
	const struct entries *base = &all->lists[TEXT_BASE];
	const struct keymap *names = &all->names[side];

	for (size_t i = 0; i < base->nr; i++) {
		const struct entry *entry = &base->v[i];
		const struct section *section = &base->sections[entry->section];
		const char *column = entry->column;

		if (entry->heading && *section->name &&
			!keymap_get(names, section->name))
			look_for_uses(all, OTHER_SIDES - side, section, NULL);
		if (column && keymap_get(names, section->name) &&
			!keymap_get(names, column_name(all, section, column)))
			look_for_uses(all, OTHER_SIDES - side, section, column);
	}
}

/* ---- renamed by both ----------------------------------------------------- */

/* The line of a column without its name. */
static const char *rest_of(struct dangling *all, const struct entry *entry)
{
	const char *key = strchr(entry->key, '\n');
	const char *name = key ? strstr(key, entry->column) : NULL;

	return name ? arena_printf(all->arena, "%.*s%s", (int)(name - key), key,
			      name + strlen(entry->column))
		    : NULL;
}

/* A column of `gone`'s table that only `side` has, and is like it. */
static struct entry *new_column(struct dangling *all, enum text_side side,
	const struct section *table, const char *like)
{
	const struct entries *list = &all->lists[side];

	for (size_t i = 0; i < list->nr; i++) {
		struct entry *entry = &list->v[i];
		const char *rest;

		if (!entry->column || !is_new(all, side, entry->key) ||
			strcmp(list->sections[entry->section].name,
				table->name) != 0)
			continue;
		rest = rest_of(all, entry);
		if (rest && !strcmp(rest, like))
			return entry;
	}
	return NULL;
}

static bool is_gone(const struct dangling *all, const char *name)
{
	return !keymap_get(&all->names[TEXT_OURS], name) &&
	       !keymap_get(&all->names[TEXT_THEIRS], name);
}

static void look_for_renamed(struct dangling *all, const struct entry *column)
{
	const struct section *table =
		&all->lists[TEXT_BASE].sections[column->section];
	const char *rest = rest_of(all, column);
	struct entry *ours, *theirs;

	if (!rest || !is_gone(all, column_name(all, table, column->column)))
		return;
	ours = new_column(all, TEXT_OURS, table, rest);
	theirs = new_column(all, TEXT_THEIRS, table, rest);
	if (!ours || !theirs)
		return;
	keymap_put(&all->found[TEXT_OURS], ours->key, ours);
	keymap_put(&all->found[TEXT_THEIRS], theirs->key, theirs);
}

/* Do the lines of two tables say the same, for the most part? */
static bool are_alike(const struct entries *base, size_t table,
	const struct entries *list, size_t other)
{
	size_t nr = 0, same = 0;

	for (size_t i = 0; i < base->nr; i++) {
		const struct entry *a = &base->v[i];

		if (a->section != table || !a->column)
			continue;
		nr++;
		for (size_t j = 0; j < list->nr; j++) {
			const struct entry *b = &list->v[j];

			if (b->section == other && b->column &&
				!strcmp(strchr(a->key, '\n'),
					strchr(b->key, '\n'))) {
				same++;
				break;
			}
		}
	}
	return nr && same * 2 >= nr;
}

/* The line that makes a table which only `side` has, and is like `table`. */
static struct entry *new_table(
	struct dangling *all, enum text_side side, size_t table)
{
	const struct entries *list = &all->lists[side];

	for (size_t i = 0; i < list->nr; i++) {
		struct entry *entry = &list->v[i];
		const struct section *section = &list->sections[entry->section];

		if (entry->heading && section->kind == SECTION_TABLE &&
			is_new(all, side, entry->key) &&
			!keymap_get(&all->names[TEXT_BASE], section->name) &&
			are_alike(&all->lists[TEXT_BASE], table, list,
				entry->section))
			return entry;
	}
	return NULL;
}

static void look_for_renamed_table(struct dangling *all, size_t table)
{
	struct entry *ours, *theirs;

	if (!is_gone(all, all->lists[TEXT_BASE].sections[table].name))
		return;
	ours = new_table(all, TEXT_OURS, table);
	theirs = new_table(all, TEXT_THEIRS, table);
	if (!ours || !theirs)
		return;
	keymap_put(&all->found[TEXT_OURS], ours->key, ours);
	keymap_put(&all->found[TEXT_THEIRS], theirs->key, theirs);
}

/* ---- conflicts ----------------------------------------------------------- */

static void open_lines(
	struct dangling *all, enum text_side side, struct settled *after)
{
	struct strbuf *text = &after->text[side];
	AUTO_STRBUF out = STRBUF_INIT;
	struct entries list;

	entries_read(all->form, text, &after->open[side], all->arena, &list);
	for (size_t i = 0; i < list.nr; i++) {
		const struct entry *entry = &list.v[i];
		bool found[TEXT_SIDES] = { false };

		for (int j = TEXT_OURS; j < TEXT_SIDES; j++)
			found[j] = entry->key && !entry->open &&
				   keymap_get(&all->found[j], entry->key);
		if (side == TEXT_BASE &&
			(found[TEXT_OURS] || found[TEXT_THEIRS]))
			strbuf_addstr(&out, SETTLED_MARK "\n");
		else if (side == TEXT_BASE || !found[OTHER_SIDES - side])
			strbuf_add(&out, entry->line.at, entry->line.len);
	}
	strbuf_reset(text);
	strbuf_add(text, out.buf, out.len);
}

void dangling_open(const struct form *form,
	const struct strbuf before[TEXT_SIDES], struct settled *after)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct dangling all = { .form = form, .arena = &arena };
	const struct entries *base = &all.lists[TEXT_BASE];

	for (int i = 0; i < TEXT_SIDES; i++)
		read_side(&all, i, &before[i]);
	look_for_gone(&all, TEXT_OURS);
	look_for_gone(&all, TEXT_THEIRS);
	for (size_t i = 0; i < base->nr; i++)
		if (base->v[i].column)
			look_for_renamed(&all, &base->v[i]);
		else if (base->v[i].heading &&
			 base->sections[base->v[i].section].kind ==
				 SECTION_TABLE)
			look_for_renamed_table(&all, base->v[i].section);
	if (all.found[TEXT_OURS].nr || all.found[TEXT_THEIRS].nr)
		for (int i = 0; i < TEXT_SIDES; i++)
			open_lines(&all, i, after);
	for (int i = 0; i < TEXT_SIDES; i++) {
		keymap_release(&all.keys[i]);
		keymap_release(&all.names[i]);
		keymap_release(&all.found[i]);
	}
}
