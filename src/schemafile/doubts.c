/*
 * A merge can be right line by line, and wrong: one branch uses what the other
 * has dropped (dangling.c), or both have renamed the same (renamed.c).  What is
 * left of that is a line which one side has and the other has not, and it must
 * be a conflict: so it is taken from the other side's text, and the base gets a
 * line that nobody has.
 */
#include "schemafile/doubts.h"

#include "schemafile/dangling.h"
#include "schemafile/renamed.h"

static bool is_doubted(const struct compared *all, enum text_side side,
	const struct entry *entry)
{
	return entry->key && !entry->open &&
	       keymap_get(&all->doubts[side], entry->key);
}

static void open_lines(
	struct compared *all, enum text_side side, struct settled *after)
{
	struct strbuf *text = &after->text[side];
	AUTO_STRBUF out = STRBUF_INIT;
	struct entries list;

	entries_read(all->form, text, &after->open[side], all->arena, &list);
	for (size_t i = 0; i < list.nr; i++) {
		const struct entry *entry = &list.v[i];
		bool ours = is_doubted(all, TEXT_OURS, entry);
		bool theirs = is_doubted(all, TEXT_THEIRS, entry);

		if (side == TEXT_BASE && (ours || theirs))
			strbuf_addstr(&out, SETTLED_MARK "\n");
		else if ((side != TEXT_THEIRS || !ours) &&
			 (side != TEXT_OURS || !theirs))
			strbuf_add(&out, entry->line.at, entry->line.len);
	}
	strbuf_reset(text);
	strbuf_add(text, out.buf, out.len);
}

void doubts_open(const struct form *form,
	const struct strbuf before[TEXT_SIDES], struct settled *after)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct compared all;

	compared_read(&all, form, before, &arena);
	dangling_doubt(&all);
	renamed_doubt(&all);
	if (all.doubts[TEXT_OURS].nr || all.doubts[TEXT_THEIRS].nr)
		for (int i = 0; i < TEXT_SIDES; i++)
			open_lines(&all, i, after);
	compared_release(&all);
}
