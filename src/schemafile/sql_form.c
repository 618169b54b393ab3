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

static const char *column(struct span line, struct arena *arena)
{
	size_t len = 4;

	if (line.len < 6 || !span_starts(line, "    ") || line.at[4] == ' ' ||
		span_starts(line, "    CONSTRAINT "))
		return NULL;
	while (len < line.len && !strchr(" ,\n", line.at[len]))
		len++;
	if (line.at[4] == '"' && len > 6)
		return arena_strndup(arena, line.at + 5, len - 6);
	return arena_strndup(arena, line.at + 4, len - 4);
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

static bool concerns(const struct section *section, const struct entry *entry,
	const struct section *gone, const char *column)
{
	bool own = !strcmp(section->name, gone->name);

	if (span_starts(entry->line, "--"))
		return false;
	if (!column)
		return can_be_used(gone) &&
		       span_mentions(entry->line, gone->name);
	if (!span_mentions(entry->line, column))
		return false;
	if (own && section->kind == SECTION_TABLE)
		return !entry->column ||
		       memmem(entry->line.at, entry->line.len, " GENERATED ",
			       strlen(" GENERATED "));
	return span_mentions(section->text, gone->name);
}

const struct form sql_form = {
	.opens = opens, .column = column, .concerns = concerns, .closing = ","
};
