/*
 * Which rules a file has, by its name: what the user has told git's attributes
 * to bring here is a schema, whatever it is called otherwise.
 *
 * The rules decide, then what they made is looked through by somebody who does
 * not know them (balance.c); where a line is not where it has to be, nothing
 * was decided, and the texts go to git's merge as they came.
 */
#include "hookrun/schemafile/schemafile.h"

#include "schemafile/balance.h"
#include "schemafile/doubts.h"
#include "schemafile/rules.h"

#include "hookrun/base/alloc.h"

#include <string.h>

#define MARK_SIZE                                                              \
	7 /* git's own; those of a merge within a merge are longer             \
	   */

static const struct rules {
	const char *ending;
	bool (*prepare)(struct strbuf sides[TEXT_SIDES]);
	bool (*lay)(const struct strbuf sides[TEXT_SIDES], struct settled *out);
	const struct form *form;
} kinds[] = {
	{ ".rb", schema_rb_prepare, schema_rb_lay, &ruby_form },
	{ ".sql", structure_sql_prepare, structure_sql_lay, &sql_form },
};

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);

	return len >= tail && !strcmp(path + len - tail, ending);
}

/* Marks of conflicts: git merges the bases of two histories into one, and
 * `rerere` what a user has resolved. */
static bool is_mark(struct span line)
{
	size_t nr = 0;

	while (nr < line.len && line.at[nr] == *line.at)
		nr++;
	return nr >= MARK_SIZE && strchr("<>", *line.at);
}

static bool is_plain(const struct strbuf *text)
{
	struct span rest = { text->buf, text->len };

	if (memchr(text->buf, '\0', text->len))
		return false;
	while (rest.len) {
		struct span line = span_line(&rest);

		if (is_mark(line) || span_starts(line, SETTLED_MARK))
			return false;
	}
	return true;
}

static bool is_same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && !memcmp(a->buf, b->buf, a->len);
}

static void copy(
	const struct strbuf from[TEXT_SIDES], struct strbuf to[TEXT_SIDES])
{
	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_reset(&to[i]);
		strbuf_add(&to[i], from[i].buf, from[i].len);
	}
}

static void settle(const struct rules *rules, struct strbuf sides[TEXT_SIDES])
{
	AUTO_SETTLED prepared = SETTLED_INIT, settled = SETTLED_INIT;

	copy(sides, prepared.text);
	if (!rules->prepare(prepared.text) ||
		!rules->lay(prepared.text, &settled)) {
		copy(prepared.text, sides);
		return;
	}
	if (!balance_holds(rules->form, prepared.text, &settled))
		return;
	doubts_open(rules->form, prepared.text, &settled);
	copy(settled.text, sides);
}

void schemafile_settle(const char *path, struct strbuf sides[TEXT_SIDES])
{
	/* Where one side alone has changed the file there is no doubt. */
	bool plain = !is_same(&sides[TEXT_BASE], &sides[TEXT_OURS]) &&
		     !is_same(&sides[TEXT_BASE], &sides[TEXT_THEIRS]);

	for (int i = 0; i < TEXT_SIDES && plain; i++)
		plain = is_plain(&sides[i]);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && plain; i++)
		if (ends_in(path, kinds[i].ending))
			settle(&kinds[i], sides);
}

int schemafile_merge(const struct strbuf sides[TEXT_SIDES],
	const struct text_marks *marks, struct strbuf *out, struct err *err)
{
	AUTO_STRBUF merged = STRBUF_INIT;
	struct span rest;
	int ret = text_merge(sides, marks, &merged, err);

	rest = (struct span){ merged.buf, merged.len };
	while (ret >= 0 && rest.len) {
		struct span line = span_line(&rest);
		size_t mark = span_starts(line, SETTLED_MARK) ? 1 : 0;

		/* The base's line that nobody has. */
		if (mark && line.len == 2)
			continue;
		strbuf_add(out, line.at + mark, line.len - mark);
	}
	return ret;
}
