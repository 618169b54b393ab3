/*
 * Lines are known by what they are about, a column by its name and an index by
 * its own, so that a line which both sides have changed is one conflict, and
 * lines that each side has added are none.  Their order is the dump's: columns
 * as they were added, ours first, everything else by its text.
 */
#include "schemafile/paragraph.h"

#include "hookrun/base/alloc.h"
#include "schemafile/ruby_line.h"

#include <string.h>

#define TABLE "create_table"
#define TABLE_RANK 6

/* The order in which Rails dumps, as even ranks. */
static const struct kind {
	const char *word;
	int rank;
	bool names_table; /* its lines are of one table (Rails 4) */
} kinds[] = {
	{ "create_schema", 0, false },
	{ "enable_extension", 2, false },
	{ "create_enum", 4, false },
	{ TABLE, TABLE_RANK, true },
	{ "add_index", 6, true },
	{ "add_foreign_key", 8, false },
	{ "create_virtual_table", 10, false },
};

static const struct kind *kind_of_word(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (span_eq(word, span_of(kinds[i].word)))
			return &kinds[i];
	return NULL;
}

static const struct kind *find_kind(struct span line)
{
	return kind_of_word(ruby_word(line));
}

bool paragraph_is_known(struct span word)
{
	return kind_of_word(word) != NULL;
}

static bool is_comment(struct span line)
{
	return span_starts(line, "  # ");
}

bool paragraph_is_table(struct span text)
{
	static const char do_end[] = " do |t|\n", end[] = "\n  end\n";
	struct span rest = text, line = span_line(&rest);
	size_t len = strlen(do_end), tail = strlen(end);

	return span_starts(line, "  create_table \"") && line.len > len &&
	       !memcmp(line.at + line.len - len, do_end, len) &&
	       text.len >= line.len + tail - 1 &&
	       !memcmp(text.at + text.len - tail, end, tail);
}

struct span paragraph_not_dumped(struct span line)
{
	static const char start[] = "# Could not dump ";
	struct span rest = { line.at, 0 }, none = { NULL, 0 };

	if (!span_starts(line, start))
		return none;
	rest.at += strlen(start);
	rest.len = line.len - strlen(start);
	return span_starts(rest, "table ") ? ruby_string(rest) : none;
}

/* The kind that all lines but comments in front are of; NULL: of several. */
static const struct kind *kind_of_lines(struct span text, struct span *ret_line)
{
	const struct kind *kind = NULL;

	while (text.len) {
		struct span line = span_line(&text);
		const struct kind *this = find_kind(line);

		if (!kind && is_comment(line))
			continue;
		if (!this || (kind && this != kind) ||
			!span_starts(line, "  ") || line.at[2] == ' ')
			return NULL;
		if (!kind)
			*ret_line = line;
		kind = this;
	}
	return kind;
}

static const char *text_of(struct arena *arena, struct span span)
{
	return arena_strndup(arena, span.at ? span.at : "", span.len);
}

static void name_table(struct span name, struct arena *arena, struct piece *ret)
{
	ret->rank = TABLE_RANK;
	ret->name = arena_printf(arena, TABLE " %.*s", (int)name.len, name.at);
	ret->sort = arena_printf(arena, "%.*s\n", (int)name.len, name.at);
}

void paragraph_name(struct span text, struct arena *arena, struct piece *ret)
{
	struct span rest = text, line = span_line(&rest);
	bool table = paragraph_is_table(text);
	const struct kind *kind = table ? find_kind(line)
					: kind_of_lines(text, &line);

	*ret = (struct piece){ .text = text, .rank = PIECE_LOOSE };
	if (paragraph_not_dumped(line).at) {
		name_table(paragraph_not_dumped(line), arena, ret);
		return;
	}
	if (!kind || !ruby_string(line).at) {
		ret->name = text_of(arena, line);
		return;
	}
	if (table) {
		name_table(ruby_string(line), arena, ret);
		return;
	}
	ret->rank = kind->rank;
	ret->sort = text_of(arena, ruby_string(line));
	ret->name = kind->word;
	if (!kind->names_table)
		return;
	/* The indexes of Rails 4 stand behind their table. */
	ret->name = arena_printf(arena, "%s %s", kind->word, ret->sort);
	ret->sort = arena_printf(arena, "%s\n%s", ret->sort, kind->word);
}

/* ---- lines --------------------------------------------------------------- */

/* What a line within a table says, in the order of a dump. */
static const char *const parts[] = { "t.index", "t.check_constraint",
	"t.exclusion_constraint", "t.unique_constraint", "t.unique_key" };

int paragraph_part_rank(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (span_eq(word, span_of(parts[i])))
			return 2 * ((int)i + 1);
	return 0;
}

static bool name_column_line(
	struct span line, bool sorts, struct arena *arena, struct piece *ret)
{
	struct span word = ruby_word(line), name = ruby_string(line);
	int rank = paragraph_part_rank(word);

	if (!span_starts(line, "    t.") || (!rank && !name.at))
		return false;
	*ret = (struct piece){ .text = line, .rank = rank };
	if (rank) {
		ret->sort = text_of(arena, line);
		name = ruby_option(line, "name");
		/* Rails names each index, and no constraint that it named. */
		if (!name.at && span_eq(word, span_of("t.index")))
			return false;
		if (!name.at)
			name = line;
	} else if (sorts) {
		ret->sort = text_of(arena, name);
	}
	ret->name = arena_printf(arena, "%d %s", rank, text_of(arena, name));
	return true;
}

/* The column that Rails thinks of for a key to this table: book_id for books.
 * Where its grammar knows better, two keys of one column are two keys. */
static const char *default_column(struct span table, struct arena *arena)
{
	static const struct {
		const char *plural, *singular;
	} ends[] = { { "ies", "y" }, { "sses", "ss" }, { "xes", "x" },
		{ "ches", "ch" }, { "shes", "sh" }, { "ss", "ss" },
		{ "s", "" } };
	const char *dot = memrchr(table.at, '.', table.len);

	if (dot) {
		table.len -= (size_t)(dot + 1 - table.at);
		table.at = dot + 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t len = strlen(ends[i].plural);

		if (table.len > len && !memcmp(table.at + table.len - len,
					       ends[i].plural, len))
			return arena_printf(arena, "%.*s%s_id",
				(int)(table.len - len), table.at,
				ends[i].singular);
	}
	return arena_printf(arena, "%.*s_id", (int)table.len, table.at);
}

/* A foreign key is known by its table and column, since nobody names it. */
static const char *foreign_key_name(struct span line, struct arena *arena)
{
	struct span from = ruby_string(line), rest, column, to;
	const char *name;

	if (!from.at)
		return NULL;
	rest.at = from.at + from.len + 1;
	rest.len = (size_t)(line.at + line.len - rest.at);
	column = ruby_option(line, "column");
	to = ruby_string(rest);
	if (!to.at)
		return NULL;
	name = column.at ? text_of(arena, column) : default_column(to, arena);
	return arena_printf(arena, "%s\n%s", text_of(arena, from), name);
}

static bool name_line(struct span line, struct arena *arena, struct piece *ret)
{
	const struct kind *kind = find_kind(line);
	struct span own = ruby_option(line, "name");

	*ret = (struct piece){ .text = line };
	ret->sort = ret->name = text_of(arena, line);
	if (!kind)
		return is_comment(line);
	ret->rank = 2;
	if (!strcmp(kind->word, "add_foreign_key"))
		ret->name = foreign_key_name(line, arena);
	else if (!strcmp(kind->word, "add_index"))
		ret->name = own.at ? text_of(arena, own) : NULL;
	else
		ret->name = text_of(arena, ruby_string(line));
	return ret->name && *ret->name;
}

static bool read_lines(struct span text, bool table, bool sorts,
	struct arena *arena, struct pieces *ret)
{
	while (text.len) {
		struct span line = span_line(&text);
		struct piece piece;

		if (!(table ? name_column_line(line, sorts, arena, &piece)
			    : name_line(line, arena, &piece)))
			return false;
		pieces_add(ret, arena, &piece);
	}
	return true;
}

bool paragraph_is_unseen(const struct place *place)
{
	int dumped = 0, unseen = 0;

	for (int i = 0; i < TEXT_SIDES; i++) {
		if (!place->v[i])
			continue;
		if (paragraph_not_dumped(place->v[i]->text).at)
			unseen++;
		else
			dumped++;
	}
	return dumped && unseen;
}

/* ---- merging ------------------------------------------------------------- */

/* Does `a` come behind `b` in a dump, which both are of? */
static bool is_behind(const struct piece *a, const struct piece *b)
{
	return a->rank == b->rank && a->sort && b->sort &&
	       strcmp(a->sort, b->sort) > 0;
}

static bool is_sorted(const struct pieces *list)
{
	for (size_t i = 1; i < list->nr; i++)
		if (is_behind(&list->v[i - 1], &list->v[i]))
			return false;
	return true;
}

/* Append, and move it to where a dump has it among the last ones. */
static void insert_sorted(
	const struct piece **picked, size_t *nr, const struct piece *piece)
{
	size_t i = (*nr)++;

	for (; i && is_behind(picked[i - 1], piece); i--)
		picked[i] = picked[i - 1];
	picked[i] = piece;
}

static void put_picked(
	const struct piece **picked, size_t *nr, struct settled *out)
{
	for (size_t i = 0; i < *nr; i++)
		settled_add(out, picked[i]->text);
	*nr = 0;
}

/* `sorts`: a line that was changed may have to stand elsewhere now. */
static void put_places(const struct places *places, bool sorts,
	struct arena *arena, struct settled *out)
{
	const struct piece **picked = arena_alloc(
		arena, (places->nr + 1) * sizeof(*picked));
	size_t nr = 0;

	for (size_t i = 0; i < places->nr; i++) {
		const struct piece *piece;

		if (!place_pick(&places->v[i], ruby_same, &piece)) {
			put_picked(picked, &nr, out);
			settled_add_open(out, &places->v[i]);
		} else if (piece && sorts) {
			insert_sorted(picked, &nr, piece);
		} else if (piece) {
			picked[nr++] = piece;
		}
	}
	put_picked(picked, &nr, out);
}

/* Cut off the first and last line of a table. */
static void open_table(const struct piece *whole, struct piece *ret_head,
	struct span *ret_rest)
{
	static const char end[] = "  end\n";

	*ret_rest = whole->text;
	*ret_head = (struct piece){ .text = span_line(ret_rest) };
	ret_rest->len -= strlen(end);
}

/* The lines of one version, and its first where it is a table; false where it
 * is not what the others are. */
static bool open_piece(const struct piece *whole, bool table, bool sorts,
	struct arena *arena, struct piece *ret_head, struct pieces *ret)
{
	struct span rest = whole->text;

	if (piece_is_loose(whole) || table != paragraph_is_table(whole->text))
		return false;
	if (table)
		open_table(whole, ret_head, &rest);
	return read_lines(rest, table, sorts, arena, ret);
}

void paragraph_merge(const struct place *place, bool sorts, struct arena *arena,
	struct settled *out)
{
	const struct piece *ours = place->v[TEXT_OURS];
	const struct piece *theirs = place->v[TEXT_THEIRS];
	struct pieces lists[TEXT_SIDES] = { 0 };
	struct piece heads[TEXT_SIDES];
	struct place head = { { NULL } };
	struct places places = { 0 }, first = { &head, 1, 1 };
	bool table = paragraph_is_table((ours ? ours : theirs)->text);
	/* A list may have lost its last line; a table that is gone is gone, and
	 * one that both have made is not made twice. */
	bool done = !table || (ours && theirs && place->v[TEXT_BASE]);

	for (int i = 0; i < TEXT_SIDES && done; i++) {
		if (!place->v[i])
			continue;
		done = open_piece(
			place->v[i], table, sorts, arena, &heads[i], &lists[i]);
		head.v[i] = &heads[i];
	}
	if (!done || !places_align(lists, arena, &places)) {
		settled_add_open(out, place);
		return;
	}
	if (table)
		put_places(&first, false, arena, out);
	put_places(&places,
		is_sorted(&lists[TEXT_OURS]) && is_sorted(&lists[TEXT_THEIRS]),
		arena, out);
	if (table)
		settled_add(out, span_of("  end\n"));
}
