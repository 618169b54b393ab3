/*
 * The lines of structure.sql: a section begins where pg_dump names it.  Names
 * of tables are qualified there wherever they are used, so that they are found
 * in SQL that nobody here reads.
 */
#include "schemafile/entries.h"
#include "schemafile/sql_sections.h"

#include <string.h>

static bool is_table(const char *word)
{
	return !strcmp(word, "TABLE");
}

static bool opens(struct span line, struct arena *arena, struct section *ret)
{
	struct span type, schema, name;

	/* Settings are in front of whichever table is the first, and the end is
	 * behind whatever is last. */
	if (span_starts(line, "SET ") ||
		span_starts(line, "-- PostgreSQL database dump complete")) {
		ret->kind = SECTION_OTHER;
		ret->word = "SET";
		ret->name = "";
		return true;
	}
	if (!sql_section_name(line, &type, &schema, &name))
		return false;
	ret->word = arena_strndup(arena, type.at, type.len);
	ret->kind = is_table(ret->word) ? SECTION_TABLE : SECTION_OTHER;
	if (!strcmp(ret->word, "FUNCTION") && memchr(name.at, '(', name.len))
		name.len =
			(size_t)((const char *)memchr(name.at, '(', name.len) -
				 name.at);
	ret->name = schema.len && *schema.at != '-'
			    ? arena_printf(arena, "%.*s.%.*s", (int)schema.len,
				      schema.at, (int)name.len, name.at)
			    : arena_strndup(arena, name.at, name.len);
	return true;
}

static struct span token(struct span line, size_t pos)
{
	size_t len = 0;

	if (pos < line.len && line.at[pos] == '"')
		for (pos++; pos + len < line.len && line.at[pos + len] != '"';)
			len++;
	else
		while (pos + len < line.len &&
			!strchr(" ,\n", line.at[pos + len]))
			len++;
	return (struct span){ line.at + pos, len };
}

static bool is_column(struct span line)
{
	return line.len > 5 && span_starts(line, "    ") && line.at[4] != ' ' &&
	       !span_starts(line, "    CONSTRAINT ");
}

static enum entry_about names(const struct section *section, struct span line,
	struct span *ret_name, struct span *ret_type)
{
	const char *index = memmem(line.at, line.len, "INDEX ", 6);

	if (!strcmp(section->word, "INDEX") && index &&
		span_starts(line, "CREATE ")) {
		*ret_name = token(line, (size_t)(index - line.at) + 6);
		return ABOUT_INDEX;
	}
	if (section->kind != SECTION_TABLE || !is_column(line))
		return ABOUT_NOTHING;
	*ret_name = token(line, strlen("    "));
	*ret_type = token(
		line, (size_t)(ret_name->at + ret_name->len - line.at) +
			      (line.at[4] == '"' ? 2 : 1));
	return ABOUT_COLUMN;
}

/* What other sections may be about. */
static bool can_be_used(const struct section *section)
{
	static const char *const words[] = { "TABLE", "VIEW",
		"MATERIALIZED VIEW", "FOREIGN TABLE", "TYPE", "DOMAIN",
		"FUNCTION", "SEQUENCE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(section->word, words[i]))
			return true;
	return false;
}

/* An index on more than columns: brackets within brackets, or a condition. */
static bool has_formula(struct span line)
{
	const char *open = memchr(line.at, '(', line.len);
	const char *rest = open ? open + 1 : line.at + line.len;

	return memchr(rest, '(', (size_t)(line.at + line.len - rest));
}

static bool concerns_column(const struct section *section,
	const struct entry *entry, const char *table, const char *column,
	enum form_loss loss)
{
	if (!span_mentions(entry->line, column))
		return false;
	if (section->kind == SECTION_TABLE && !strcmp(section->name, table))
		return entry->about != ABOUT_COLUMN ||
		       memmem(entry->line.at, entry->line.len, " GENERATED ",
			       strlen(" GENERATED "));
	return span_mentions(section->text, table) &&
	       (loss == FORM_GONE || has_formula(entry->line));
}

static bool concerns(const struct section *section, const struct entry *entry,
	const struct section *lost, const char *column, enum form_loss loss)
{
	if (span_starts(entry->line, "--"))
		return false;
	if (column)
		return concerns_column(
			section, entry, lost->name, column, loss);
	return can_be_used(lost) && span_mentions(entry->line, lost->name);
}

const struct form sql_form = {
	.opens = opens, .names = names, .concerns = concerns, .closing = ","
};
