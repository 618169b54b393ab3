/*
 * What is decided goes into all three texts, what is not into each its own.
 * Where the latter stands is kept, so that what was decided can be looked
 * through afterwards, without asking those who decided it.
 */
#include "schemafile/settled.h"

#include "hookrun/base/alloc.h"

#include <stdlib.h>

void settled_release(struct settled *settled)
{
	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_release(&settled->text[i]);
		free(settled->open[i].v);
		settled->open[i] = (struct ranges){ NULL, 0, 0 };
	}
}

static void add_range(struct ranges *list, size_t start, size_t end)
{
	xgrow(&list->v, &list->cap, list->nr + 1, sizeof(*list->v));
	list->v[list->nr++] = (struct range){ start, end };
}

void settled_add(struct settled *out, struct span text)
{
	for (int i = 0; i < TEXT_SIDES; i++)
		strbuf_add(&out->text[i], text.at, text.len);
}

void settled_add_side(
	struct settled *out, enum text_side side, const struct settled *from)
{
	const struct ranges *open = &from->open[side];
	size_t start = out->text[side].len;

	strbuf_add(
		&out->text[side], from->text[side].buf, from->text[side].len);
	for (size_t i = 0; i < open->nr; i++)
		add_range(&out->open[side], start + open->v[i].start,
			start + open->v[i].end);
}

void settled_add_open(struct settled *out, const struct place *place)
{
	for (int i = 0; i < TEXT_SIDES; i++) {
		struct strbuf *text = &out->text[i];
		size_t start = text->len;

		if (!place->v[i])
			continue;
		strbuf_add(text, place->v[i]->text.at, place->v[i]->text.len);
		add_range(&out->open[i], start, text->len);
	}
}

void settled_add_conflict(struct settled *out, const struct place *place)
{
	struct place open = *place;
	AUTO_STRBUF marked = STRBUF_INIT;
	struct piece base;

	if (!place->v[TEXT_BASE]) {
		settled_add_open(out, place);
		return;
	}
	base = *place->v[TEXT_BASE];
	strbuf_addstr(&marked, SETTLED_MARK);
	strbuf_add(&marked, base.text.at, base.text.len);
	base.text = (struct span){ marked.buf, marked.len };
	open.v[TEXT_BASE] = &base;
	settled_add_open(out, &open);
}
