/* A paragraph of db/schema.rb: a table, lines of one kind, or anything else. */
#ifndef SCHEMAFILE_PARAGRAPH_H
#define SCHEMAFILE_PARAGRAPH_H

#include "schemafile/pieces.h"
#include "schemafile/settled.h"

/* What it is and is called, as a piece; names are in the arena. */
void paragraph_name(struct span text, struct arena *arena, struct piece *ret);
/* From "create_table" to its "end"? */
bool paragraph_is_table(struct span text);

/* The table in "# Could not dump table ..."; NULL: it is no such line. */
struct span paragraph_not_dumped(struct span line);
/* Is it the first word of lines whose place in a dump is known? */
bool paragraph_is_known(struct span word);
/* From 2 on, even, the order of what a table has behind its columns
 * ("t.index"). */
int paragraph_part_rank(struct span word);

/* A table that one version could not dump, and another did: what the former has
 * done with it, nobody sees. */
bool paragraph_is_unseen(const struct place *place);

/* Merge one that both sides have changed: what is decided goes to all three
 * texts, the rest as each version has it.  `sorts`: this Rails has the columns
 * of a table by name. */
void paragraph_merge(const struct place *place, bool sorts, struct arena *arena,
	struct settled *out);

#endif
