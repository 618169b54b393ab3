/*
 * The lines of db/schema.rb: whatever stands two blanks in begins a section,
 * and what stands further in belongs to it.
 */
#include "schemafile/entries.h"
#include "schemafile/paragraph.h"
#include "schemafile/ruby_line.h"

#include "hookrun/base/alloc.h"

#include <string.h>

static bool is(struct span span, const char *text)
{
	return span_eq(span, span_of(text));
}

/* "name", 'name' or :name behind the first word. */
static struct span first_name(struct span line)
{
	const char *end = line.at + line.len, *at = ruby_word(line).at;
	size_t len = 0;

	at += ruby_word(line).len;
	while (at < end && strchr(" \t(", *at))
		at++;
	if (at < end && strchr("\"':", *at))
		at++;
	while (at + len < end && !strchr("\"', \t\n)", at[len]))
		len++;
	return (struct span){ at, len };
}

/* "# Could not dump table "users" because of following StandardError": nobody
 * knows what is in it. */
static bool opens_comment(
	struct span line, struct arena *arena, struct section *ret)
{
	struct span table = paragraph_not_dumped(line);

	*ret = (struct section){
		.kind = SECTION_LINE, .text = line, .word = "", .name = ""
	};
	if (table.at) {
		ret->kind = SECTION_TABLE;
		ret->word = "create_table";
		ret->name = arena_strndup(arena, table.at, table.len);
	}
	return true;
}

static bool opens(struct span line, struct arena *arena, struct section *ret)
{
	struct span word = ruby_word(line), name = first_name(line);
	bool table = is(word, "create_table");

	if (span_starts(line, "#"))
		return opens_comment(line, arena, ret);
	if (!span_starts(line, "  ") || line.len < 4 ||
		strchr(" \t\n", line.at[2]) || is(word, "end"))
		return false;
	ret->kind = table		       ? SECTION_TABLE
		    : paragraph_is_known(word) ? SECTION_LINE
					       : SECTION_OTHER;
	ret->word = arena_strndup(arena, word.at, word.len);
	ret->name = arena_strndup(arena, name.at, name.len);
	return true;
}

static bool is_part(struct span line)
{
	return paragraph_part_rank(ruby_word(line)) > 0;
}

static enum entry_about names(const struct section *section, struct span line,
	struct span *ret_name, struct span *ret_type)
{
	struct span word = ruby_word(line), index = ruby_option(line, "name");

	if (section->kind != SECTION_TABLE || !span_starts(line, "    t."))
		return ABOUT_NOTHING;
	if (is(word, "t.index")) {
		*ret_name = index;
		return index.at ? ABOUT_INDEX : ABOUT_NOTHING;
	}
	if (is_part(line)) {
		*ret_name = index.at ? index : ruby_string(line);
		return ret_name->at ? ABOUT_CONSTRAINT : ABOUT_NOTHING;
	}
	*ret_name = first_name(line);
	*ret_type = word;
	return ABOUT_COLUMN;
}

/* The part of a column's line, or of an index's, that is SQL; NULL: none. */
static struct span formula(const struct entry *entry)
{
	static const char *const marks[] = { ", as: ", ", default: -> ",
		", where: " };
	struct span line = entry->line, ret = { NULL, 0 };

	if (entry->about != ABOUT_COLUMN && ruby_string(line).at)
		return line;
	for (size_t i = 0; i < ARRAY_SIZE(marks) && !ret.at; i++)
		ret.at = memmem(line.at, line.len, marks[i], strlen(marks[i]));
	if (ret.at)
		ret.len = (size_t)(line.at + line.len - ret.at);
	return ret;
}

/* The default of a foreign key's column is made from the other table's name. */
static bool is_key_of(const struct entry *entry, const char *column)
{
	struct span own = ruby_option(entry->line, "column");
	size_t len = strlen(column);

	return own.at ? is(own, column)
		      : len > 3 && !strcmp(column + len - 3, "_id");
}

/* A line of the table itself. */
static bool is_made_of(
	const struct entry *entry, const char *column, enum form_loss loss)
{
	struct span text = entry->line;

	if (entry->about == ABOUT_COLUMN || loss == FORM_RETYPED)
		text = formula(entry);
	return text.at && span_mentions(text, column);
}

static bool concerns_column(const struct section *section,
	const struct entry *entry, const char *table, const char *column,
	enum form_loss loss)
{
	bool own = !strcmp(section->name, table);

	if (!strcmp(section->word, "add_foreign_key"))
		return loss == FORM_GONE &&
		       (own ? is_key_of(entry, column)
			    : span_mentions(entry->line, table) &&
					       is(ruby_option(entry->line,
							  "primary_key"),
						       column));
	if (section->kind == SECTION_OTHER)
		return span_mentions(section->text, table) &&
		       span_mentions(entry->line, column);
	return own &&
	       (!entry->heading || !strcmp(section->word, "add_index")) &&
	       is_made_of(entry, column, loss);
}

static bool concerns(const struct section *section, const struct entry *entry,
	const struct section *lost, const char *column, enum form_loss loss)
{
	struct span word = ruby_word(entry->line);

	if (column)
		return concerns_column(
			section, entry, lost->name, column, loss);
	if (section->kind == SECTION_OTHER && *section->name)
		return span_mentions(entry->line, lost->name);
	if (!strcmp(section->word, "add_foreign_key"))
		return lost->kind == SECTION_TABLE &&
		       span_mentions(entry->line, lost->name);
	if (!strcmp(lost->word, "create_enum"))
		return is(ruby_option(entry->line, "enum_type"), lost->name);
	if (!strcmp(lost->word, "enable_extension"))
		return span_starts(word, "t.") &&
		       is((struct span){ word.at + 2, word.len - 2 },
			       lost->name);
	return false;
}

const struct form ruby_form = {
	.opens = opens, .names = names, .concerns = concerns, .closing = ""
};
