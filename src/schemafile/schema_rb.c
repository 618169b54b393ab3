/*
 * db/schema.rb, as Rails 4 to 8 dump it:
 *
 *	comments
 *	ActiveRecord::Schema[7.1].define(version: 2024_01_31_120000) do
 *	  paragraphs, a blank line between them
 *	end
 *
 * The version is the greater one where both sides have another.  A paragraph is
 * a table with its columns and indexes, or lines of one kind (extensions,
 * foreign keys), or whatever gems add.  Tables, lines and columns are merged by
 * their names, which is what two branches mean who each add one: git sees the
 * last lines of a list changed on both sides, and gives up.
 *
 * A file is only taken apart where putting it together again gives the same
 * bytes.  Anything else is left to git, with the version settled.
 */
#include "schemafile/rules.h"

#include "hookrun/base/alloc.h"
#include "schemafile/define.h"
#include "schemafile/paragraph.h"
#include "schemafile/ruby_line.h"

#include <string.h>

#define DEFINE "ActiveRecord::Schema"
#define SORTED_COLUMNS DEFINE_RAILS(8, 1)

/* ---- one version of the file --------------------------------------------- */

struct schema {
	struct span head; /* with the line of `define` */
	struct pieces paragraphs;
	bool open;   /* a blank line behind the head */
	bool closed; /* a blank line before the last */
};

/* ---- taking apart -------------------------------------------------------- */

static bool is_blank_line(struct span line)
{
	return line.len == 1 && *line.at == '\n';
}

static bool is_define(struct span line)
{
	return span_starts(line, DEFINE) &&
	       memmem(line.at, line.len, "define(", 7) && line.len > 4 &&
	       !memcmp(line.at + line.len - 4, " do\n", 4);
}

static bool is_word_alone(struct span line, struct span word)
{
	struct span first = ruby_word(line);

	return span_eq(first, word) &&
	       first.at + first.len + 1 == line.at + line.len;
}

/* Up to the next blank line that is not within a heredoc; the text ends in a
 * line break. */
static struct span next_paragraph(struct span *rest)
{
	struct span paragraph = { rest->at, 0 }, inside = { NULL, 0 };

	while (rest->len) {
		struct span ahead = *rest, line = span_line(&ahead);

		if (!inside.at && is_blank_line(line))
			break;
		if (!inside.at)
			inside = ruby_heredoc(line);
		else if (is_word_alone(line, inside))
			inside.at = NULL;
		paragraph.len += line.len;
		*rest = ahead;
	}
	return paragraph;
}

static bool take_head(struct schema *schema, struct span *rest)
{
	const char *start = rest->at;

	while (rest->len)
		if (is_define(span_line(rest))) {
			schema->head = (struct span){ start,
				(size_t)(rest->at - start) };
			return true;
		}
	return false;
}

/* The last line, and a blank one before it. */
static bool take_tail(struct schema *schema, struct span *rest)
{
	static const char end[] = "\nend\n";
	size_t len = strlen(end);

	/* the break before belongs to the line above */
	if (rest->len < len - 1 ||
		memcmp(rest->at + rest->len - (len - 1), end + 1, len - 1) != 0)
		return false;
	rest->len -= len - 1;
	if (rest->len && rest->at[rest->len - 1] != '\n')
		return false;
	schema->closed = rest->len > 1 && rest->at[rest->len - 2] == '\n';
	rest->len -= schema->closed;
	return true;
}

static bool read_schema(
	const struct strbuf *text, struct arena *arena, struct schema *ret)
{
	struct span rest = { text->buf, text->len };

	*ret = (struct schema){ .open = false };
	/* Both have made the file. */
	if (!text->len)
		return true;
	if (memchr(text->buf, '\0', text->len) || !take_head(ret, &rest) ||
		!take_tail(ret, &rest))
		return false;
	if (rest.len && *rest.at == '\n') {
		ret->open = true;
		span_line(&rest);
	}
	while (rest.len) {
		struct span text_of = next_paragraph(&rest);
		struct piece piece;

		if (!text_of.len)
			return false; /* two blank lines */
		paragraph_name(text_of, arena, &piece);
		pieces_add(&ret->paragraphs, arena, &piece);
		if (rest.len && !is_blank_line(span_line(&rest)))
			return false;
		if (!rest.len && rest.at[-2] == '\n')
			return false; /* the blank line has nothing behind it */
	}
	pieces_rank_loose(&ret->paragraphs);
	return true;
}

/* ---- putting together ---------------------------------------------------- */

static bool pick_flag(bool base, bool ours, bool theirs)
{
	return ours == theirs ? ours : !base;
}

/* What is last decides whether there is a blank line behind it: Rails before
 * 7.1 has one behind each table. */
enum ending { ENDS_IN_NOTHING, ENDS_IN_TABLE, ENDS_IN_LINES };

static enum ending ending_of(struct span last)
{
	if (!last.len)
		return ENDS_IN_NOTHING;
	return paragraph_is_table(last) ? ENDS_IN_TABLE : ENDS_IN_LINES;
}

static enum ending ending(const struct pieces *list)
{
	return list->nr ? ending_of(list->v[list->nr - 1].text)
			: ENDS_IN_NOTHING;
}

/* As in the versions that end like the result. */
static bool is_closed(const struct schema all[TEXT_SIDES], enum ending wanted)
{
	const struct schema *alike = &all[TEXT_OURS];
	int nr = 0;

	for (int i = 0; i < TEXT_SIDES; i++)
		if (ending(&all[i].paragraphs) == wanted) {
			alike = &all[i];
			nr++;
		}
	if (nr == TEXT_SIDES)
		return pick_flag(all[TEXT_BASE].closed, all[TEXT_OURS].closed,
			all[TEXT_THEIRS].closed);
	return alike->closed;
}

static void put_head(const struct schema all[TEXT_SIDES], struct settled *out)
{
	struct piece heads[TEXT_SIDES];
	struct place place;
	const struct piece *picked;
	bool open = pick_flag(all[TEXT_BASE].open, all[TEXT_OURS].open,
		all[TEXT_THEIRS].open);

	for (int i = 0; i < TEXT_SIDES; i++) {
		heads[i] = (struct piece){ .text = all[i].head };
		place.v[i] = all[i].head.at ? &heads[i] : NULL;
	}
	if (place_pick(&place, span_eq, &picked) && picked)
		settled_add(out, picked->text);
	else
		settled_add_open(out, &place);
	if (open)
		settled_add(out, span_of("\n"));
}

/* One paragraph, a blank line before all but the first; what the text ends in
 * then. */
static void put_paragraph(const struct place *place, bool sorts,
	struct arena *arena, struct settled *body, enum ending *last)
{
	AUTO_SETTLED text = SETTLED_INIT;
	const struct piece *picked;

	if (paragraph_is_unseen(place))
		settled_add_conflict(&text, place);
	else if (!place_pick(place, span_eq, &picked))
		paragraph_merge(place, sorts, arena, &text);
	else if (picked)
		settled_add(&text, picked->text);
	for (int i = 0; i < TEXT_SIDES; i++) {
		struct span span = { text.text[i].buf, text.text[i].len };

		if (!span.len)
			continue;
		if (body->text[i].len)
			strbuf_addch(&body->text[i], '\n');
		settled_add_side(body, i, &text);
		*last = ending_of(span);
	}
}

/* Since Rails 8.1. */
static bool sorts_columns(const struct schema *schema)
{
	struct span rest = schema->head;

	while (rest.len) {
		struct span line = span_line(&rest);

		if (is_define(line))
			return define_rails(line) >= SORTED_COLUMNS;
	}
	return false;
}

static bool put_together(const struct schema all[TEXT_SIDES],
	struct arena *arena, struct settled *out)
{
	const struct pieces lists[] = { all[TEXT_BASE].paragraphs,
		all[TEXT_OURS].paragraphs, all[TEXT_THEIRS].paragraphs };
	AUTO_SETTLED body = SETTLED_INIT;
	bool sorts = sorts_columns(&all[TEXT_OURS]);
	enum ending last = ENDS_IN_NOTHING;
	struct places places = { 0 };

	if (!places_align(lists, arena, &places))
		return false;
	put_head(all, out);
	for (size_t i = 0; i < places.nr; i++)
		put_paragraph(&places.v[i], sorts, arena, &body, &last);
	for (int i = 0; i < TEXT_SIDES; i++)
		settled_add_side(out, i, &body);
	if (is_closed(all, last))
		settled_add(out, span_of("\n"));
	settled_add(out, span_of("end\n"));
	return true;
}

bool schema_rb_lay(const struct strbuf sides[TEXT_SIDES], struct settled *out)
{
	struct schema all[TEXT_SIDES];
	AUTO_ARENA arena = ARENA_INIT;

	for (int i = 0; i < TEXT_SIDES; i++)
		if (!read_schema(&sides[i], &arena, &all[i]))
			return false;
	return all[TEXT_OURS].head.at && all[TEXT_THEIRS].head.at &&
	       put_together(all, &arena, out);
}
