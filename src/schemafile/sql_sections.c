/*
 * What pg_dump writes is a list of objects, each under its name, in the order
 * of kinds and names.  Two branches that each add a table add five sections to
 * it, most of them beside each other's.  They are laid beside each other as the
 * tables of a schema.rb are; inside of a section only the columns of a table
 * are looked at, since the rest is SQL.
 */
#include "schemafile/sql_sections.h"

#include "hookrun/base/alloc.h"
#include "schemafile/pieces.h"

#include <string.h>

#define MARK "--\n-- "
#define NAMED "--\n-- Name: "
/* In front of the first table, whatever that is. */
#define SETTING "SET default_"
#define COMPLETE "--\n-- PostgreSQL database dump complete\n"

/* The kinds whose order is known; those of one number are sorted together. */
static const struct kind {
	const char *type;
	int rank;
} kinds[] = {
	{ "SCHEMA", 0 },
	{ "EXTENSION", 2 },
	{ "TYPE", 4 },
	{ "DOMAIN", 4 },
	{ "FUNCTION", 6 },
	{ "PROCEDURE", 6 },
	{ "AGGREGATE", 6 },
	{ "TABLE", 8 },
	{ "SEQUENCE", 8 },
	{ "VIEW", 8 },
	{ "MATERIALIZED VIEW", 8 },
	{ "TABLE ATTACH", 10 },
	{ "DEFAULT", 12 },
	{ "CONSTRAINT", 14 },
	{ "INDEX", 16 },
	{ "INDEX ATTACH", 18 },
	{ "STATISTICS", 20 },
	{ "RULE", 22 },
	{ "TRIGGER", 24 },
	{ "FK CONSTRAINT", 26 },
};

/* Those that stand behind the object that they are about. */
static const char *const followers[] = { "COMMENT", "SEQUENCE OWNED BY",
	"ACL" };

static bool is_text(struct span span, const char *text)
{
	return span_eq(span, span_of(text));
}

/* What stands behind `key` in the line, up to a semicolon. */
static struct span field(struct span line, const char *key)
{
	const char *at = memmem(line.at, line.len, key, strlen(key));
	const char *end;
	struct span ret = { line.at, 0 };

	if (!at)
		return ret;
	ret.at = at + strlen(key);
	ret.len = (size_t)(line.at + line.len - ret.at);
	end = memchr(ret.at, ';', ret.len);
	if (end)
		ret.len = (size_t)(end - ret.at);
	return ret;
}

bool sql_section_name(struct span line, struct span *ret_type,
	struct span *ret_schema, struct span *ret_name)
{
	if (!span_starts(line, "-- Name: "))
		return false;
	*ret_type = field(line, "; Type: ");
	*ret_schema = field(line, "; Schema: ");
	*ret_name = field(line, "-- Name: ");
	return ret_type->len > 0;
}

/* pg_dump sorts what belongs to a table by its own name, and writes the table's
 * in front of it. */
static struct span own_name(struct span type, struct span name)
{
	static const char *const types[] = { "CONSTRAINT", "FK CONSTRAINT",
		"TRIGGER", "POLICY", "RULE" };
	const char *blank = memrchr(name.at, ' ', name.len);

	for (size_t i = 0; blank && i < ARRAY_SIZE(types); i++)
		if (is_text(type, types[i]))
			return (struct span){ blank + 1,
				(size_t)(name.at + name.len - blank - 1) };
	return name;
}

static void name_section(
	struct arena *arena, const struct piece *before, struct piece *ret)
{
	struct span rest = ret->text, line, type, schema, name, own;

	span_line(&rest);
	line = span_line(&rest);
	if (!sql_section_name(line, &type, &schema, &name))
		return;
	ret->rank = PIECE_LOOSE;
	ret->name = arena_strndup(arena, line.at, line.len);
	own = own_name(type, name);
	ret->sort = arena_printf(arena, "%.*s\n%.*s\n%.*s", (int)schema.len,
		schema.at, (int)own.len, own.at, (int)name.len, name.at);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_text(type, kinds[i].type))
			ret->rank = kinds[i].rank;
	for (size_t i = 0; before && i < ARRAY_SIZE(followers); i++)
		if (is_text(type, followers[i])) {
			ret->rank = before->rank;
			ret->sort = arena_printf(arena, "%s\n%s",
				before->sort ? before->sort : "", ret->name);
		}
}

static bool is_mark(struct span rest)
{
	return span_starts(rest, NAMED) || span_starts(rest, COMPLETE) ||
	       span_starts(rest, SETTING);
}

static void read_sections(
	const struct strbuf *text, struct arena *arena, struct pieces *ret)
{
	struct span rest = { text->buf, text->len };
	bool complete = false;

	while (rest.len) {
		struct piece piece = { .text = { rest.at, 0 },
			.name = ret->nr ? COMPLETE : "",
			.rank = PIECE_LOOSE };

		complete = span_starts(rest, COMPLETE);
		do {
			piece.text.len += span_line(&rest).len;
		} while (rest.len && (complete || !is_mark(rest)));
		if (span_starts(piece.text, NAMED))
			name_section(arena,
				ret->nr ? &ret->v[ret->nr - 1] : NULL, &piece);
		else if (span_starts(piece.text, SETTING))
			piece.name = arena_strndup(
				arena, piece.text.at, piece.text.len);
		pieces_add(ret, arena, &piece);
	}
	pieces_rank_loose(ret);
}

/* ---- the columns of a table ---------------------------------------------- */

struct table {
	struct span head, tail; /* up to the bracket, and from the other on */
	struct pieces columns;	/* their texts have no comma */
};

static bool add_column(
	struct span line, bool *last, struct arena *arena, struct pieces *ret)
{
	struct piece piece = { .text = line };
	size_t len = 4;

	if (line.len < 6 || !span_starts(line, "    ") || line.at[4] == ' ')
		return false;
	piece.text.len--;
	*last = line.at[line.len - 2] != ',';
	piece.text.len -= !*last;
	if (span_starts(line, "    CONSTRAINT ")) {
		len = strlen("    CONSTRAINT ");
		piece.rank = 2;
	}
	while (len < piece.text.len && line.at[len] != ' ')
		len++;
	piece.name = arena_strndup(arena, line.at, len);
	if (piece.rank)
		piece.sort = piece.name;
	pieces_add(ret, arena, &piece);
	return true;
}

static bool read_table(struct span text, struct arena *arena, struct table *ret)
{
	struct span rest = text, line;
	bool last = false;

	*ret = (struct table){ .head = { text.at, 0 } };
	do {
		line = span_line(&rest);
		if (!line.len)
			return false;
	} while (!span_starts(line, "CREATE TABLE ") || line.len < 3 ||
		 memcmp(line.at + line.len - 3, " (\n", 3) != 0);
	ret->head.len = (size_t)(rest.at - text.at);
	while (rest.len && *rest.at != ')')
		if (last || !add_column(span_line(&rest), &last, arena,
				    &ret->columns))
			return false;
	ret->tail = rest;
	return last && rest.len;
}

/* False where a column is a conflict, or anything is not as it was thought. */
static bool merge_table(
	const struct place *place, struct arena *arena, struct settled *out)
{
	struct table tables[TEXT_SIDES] = { 0 };
	struct pieces lists[TEXT_SIDES] = { 0 };
	struct places places = { 0 };
	AUTO_STRBUF text = STRBUF_INIT;
	const char *between = "";

	for (int i = 0; i < TEXT_SIDES; i++) {
		if (!place->v[i] ||
			!read_table(place->v[i]->text, arena, &tables[i]) ||
			!span_eq(tables[i].head, tables[0].head) ||
			!span_eq(tables[i].tail, tables[0].tail))
			return false;
		lists[i] = tables[i].columns;
	}
	if (!places_align(lists, arena, &places))
		return false;
	strbuf_add(&text, tables[0].head.at, tables[0].head.len);
	for (size_t i = 0; i < places.nr; i++) {
		const struct piece *picked;

		if (!place_pick(&places.v[i], span_eq, &picked))
			return false;
		if (!picked)
			continue;
		strbuf_addstr(&text, between);
		strbuf_add(&text, picked->text.at, picked->text.len);
		between = ",\n";
	}
	if (!*between)
		return false;
	strbuf_addch(&text, '\n');
	strbuf_add(&text, tables[0].tail.at, tables[0].tail.len);
	settled_add(out, (struct span){ text.buf, text.len });
	return true;
}

bool sql_sections_lay(
	const struct strbuf sides[TEXT_SIDES], struct settled *out)
{
	struct pieces lists[TEXT_SIDES] = { 0 };
	struct places places = { 0 };
	AUTO_ARENA arena = ARENA_INIT;

	for (int i = 0; i < TEXT_SIDES; i++)
		read_sections(&sides[i], &arena, &lists[i]);
	if (!places_align(lists, &arena, &places))
		return false;
	for (size_t i = 0; i < places.nr; i++) {
		const struct place *place = &places.v[i];
		const struct piece *picked;

		if (place_pick(place, span_eq, &picked)) {
			if (picked)
				settled_add(out, picked->text);
		} else if (!merge_table(place, &arena, out)) {
			settled_add_open(out, place);
		}
	}
	return true;
}
