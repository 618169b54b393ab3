/* Three texts on their way to being one: the same but for what is left open. */
#ifndef SCHEMAFILE_SETTLED_H
#define SCHEMAFILE_SETTLED_H

#include "schemafile/pieces.h"

/* Begins a line of the base which makes a conflict where the sides alone
 * would have none; taken away from what is written (schemafile.c). */
#define SETTLED_MARK "\001"

/* Bytes of a text that differ from the other texts'. */
struct range {
	size_t start, end;
};

struct ranges {
	struct range *v; /* in the order of the text; owned */
	size_t nr, cap;
};

struct settled {
	struct strbuf text[TEXT_SIDES];
	struct ranges open[TEXT_SIDES];
};

#define SETTLED_INIT                                                           \
	{                                                                      \
		.text = { STRBUF_INIT, STRBUF_INIT, STRBUF_INIT }              \
	}
#define AUTO_SETTLED __attribute__((cleanup(settled_release))) struct settled

void settled_release(struct settled *settled);
/* Append the same to all, or to one what it has. */
void settled_add(struct settled *out, struct span text);
void settled_add_side(
	struct settled *out, enum text_side side, const struct settled *from);
/* What each has at a place, which stays open; a conflict, be it that one side
 * has what the base has. */
void settled_add_conflict(struct settled *out, const struct place *place);
/* What each has at a place, which stays open. */
void settled_add_open(struct settled *out, const struct place *place);

#endif
