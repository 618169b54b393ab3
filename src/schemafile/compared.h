/* Three versions, line by line beside each other. */
#ifndef SCHEMAFILE_COMPARED_H
#define SCHEMAFILE_COMPARED_H

#include "schemafile/entries.h"

#include "hookrun/base/keymap.h"

#define OTHER_SIDE(side) ((enum text_side)(TEXT_OURS + TEXT_THEIRS - (side)))

struct compared {
	const struct form *form;
	struct arena *arena;
	struct entries lists[TEXT_SIDES];
	struct keymap keys[TEXT_SIDES];	  /* of lines, to their entries */
	struct keymap names[TEXT_SIDES];  /* of objects, columns, indexes */
	struct keymap doubts[TEXT_SIDES]; /* lines that one side has */
};

void compared_read(struct compared *all, const struct form *form,
	const struct strbuf texts[TEXT_SIDES], struct arena *arena);
void compared_release(struct compared *all);

const struct section *compared_section(const struct compared *all,
	enum text_side side, const struct entry *entry);
/* Does no other version have this line? */
bool compared_is_new(const struct compared *all, enum text_side side,
	const struct entry *entry);
/* The line of `side` for the column or index that `entry` is about, the section
 * of the object where `entry` begins one; NULL: there is none. */
const void *compared_find(const struct compared *all, enum text_side side,
	const struct section *section, const struct entry *entry);

/* This line of `side` cannot be merged unseen. */
void compared_doubt(
	struct compared *all, enum text_side side, const struct entry *entry);

#endif
