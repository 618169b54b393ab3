/*
 * The lines of db/schema.rb: whatever stands two blanks in begins a section,
 * and what stands further in belongs to it.
 */
#include "schemafile/entries.h"
#include "schemafile/paragraph.h"
#include "schemafile/ruby_line.h"

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

static bool opens(struct span line, struct arena *arena, struct section *ret)
{
	struct span word = ruby_word(line), name = first_name(line);
	bool table = is(word, "create_table");

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

static const char *column(struct span line, struct arena *arena)
{
	struct span name = first_name(line);

	return span_starts(line, "    t.") && !is_part(line)
		       ? arena_strndup(arena, name.at, name.len)
		       : NULL;
}

/* The default of a foreign key's column is made from the other table's name. */
static bool is_key_of(const struct entry *entry, const char *column)
{
	struct span own = ruby_option(entry->line, "column");
	size_t len = strlen(column);

	return own.at ? is(own, column)
		      : len > 3 && !strcmp(column + len - 3, "_id");
}

static bool concerns_column(const struct section *section,
	const struct entry *entry, const char *table, const char *column)
{
	bool own = !strcmp(section->name, table);
	const char *made = memmem(entry->line.at, entry->line.len, ", as: ", 6);
	struct span formula = { made, 0 };

	if (!strcmp(section->word, "add_foreign_key"))
		return own ? is_key_of(entry, column)
			   : span_mentions(entry->line, table) &&
				       is(ruby_option(
						  entry->line, "primary_key"),
					       column);
	if (section->kind == SECTION_OTHER)
		return span_mentions(section->text, table) &&
		       span_mentions(entry->line, column);
	if (!own || entry->column) {
		if (!own || !made)
			return false;
		formula.len = (size_t)(entry->line.at + entry->line.len - made);
		return span_mentions(formula, column);
	}
	return (is_part(entry->line) || !strcmp(section->word, "add_index")) &&
	       span_mentions(entry->line, column);
}

static bool concerns(const struct section *section, const struct entry *entry,
	const struct section *gone, const char *column)
{
	struct span word = ruby_word(entry->line);

	if (column)
		return concerns_column(section, entry, gone->name, column);
	if (section->kind == SECTION_OTHER && *section->name)
		return span_mentions(entry->line, gone->name);
	if (!strcmp(section->word, "add_foreign_key"))
		return gone->kind == SECTION_TABLE &&
		       span_mentions(entry->line, gone->name);
	if (!strcmp(gone->word, "create_enum"))
		return is(ruby_option(entry->line, "enum_type"), gone->name);
	if (!strcmp(gone->word, "enable_extension"))
		return span_starts(word, "t.") &&
		       is((struct span){ word.at + 2, word.len - 2 },
			       gone->name);
	return false;
}

const struct form ruby_form = {
	.opens = opens, .column = column, .concerns = concerns, .closing = ""
};
