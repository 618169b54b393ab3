/*
 * Read line by line, as dumped: a file that somebody has edited by hand may
 * say more than is found here, so that whoever compares says of what is
 * missing that the file does not have it, and no more.
 */
#include "hookrun/schemafile/listing.h"

#include "hookrun/base/alloc.h"
#include "schemafile/define.h"
#include "schemafile/paragraph.h"
#include "schemafile/ruby_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool has_ending(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);

	return len >= tail && !strcmp(path + len - tail, ending);
}

struct listed_table *listing_table(
	struct listing *listing, const char *schema, const char *name)
{
	struct listed_table *table;

	/* Nearly always it is the last one. */
	for (size_t i = listing->nr; i-- > 0;) {
		table = &listing->v[i];
		if (!strcmp(table->name, name) && !schema == !table->schema &&
			(!schema || !strcmp(schema, table->schema)))
			return table;
	}
	xgrow(&listing->v, &listing->cap, listing->nr + 1, sizeof(*listing->v));
	table = &listing->v[listing->nr++];
	*table = (struct listed_table){ .name = xstrdup(name),
		.schema = schema ? xstrdup(schema) : NULL };
	return table;
}

void listing_release(struct listing *listing)
{
	for (size_t i = 0; i < listing->nr; i++) {
		struct listed_table *table = &listing->v[i];

		free(table->schema);
		free(table->name);
		free(table->key);
		strvec_release(&table->columns);
		strvec_release(&table->indexes);
		strvec_release(&table->maybe_indexes);
	}
	free(listing->v);
	free(listing->version);
	*listing = (struct listing)LISTING_INIT;
}

static void push(struct strvec *list, struct span name)
{
	if (name.at)
		strvec_pushn(list, name.at, name.len);
}

static struct listed_table *table_of(struct listing *listing, struct span name)
{
	AUTO_FREE char *text = xstrndup(name.at ? name.at : "", name.len);

	return listing_table(listing, NULL, text);
}

/* ---- schema.rb ----------------------------------------------------------- */

static bool says(struct span line, const char *text)
{
	return memmem(line.at, line.len, text, strlen(text)) != NULL;
}

static struct listed_table *begin_table(
	struct listing *listing, struct span line)
{
	struct listed_table *table = table_of(listing, ruby_string(line));
	struct span key = ruby_option(line, "primary_key");

	free(table->key);
	table->key = NULL;
	if (key.at)
		table->key = xstrndup(key.at, key.len);
	else if (!says(line, ", id: false") && !says(line, ", primary_key: ["))
		table->key = xstrdup("id");
	return table;
}

static void read_inner(struct listed_table *table, struct span line)
{
	struct span word = ruby_word(line);

	if (span_eq(word, (struct span){ "t.index", strlen("t.index") }))
		push(&table->indexes, ruby_option(line, "name"));
	else if (!memmem(word.at, word.len, "_constraint", 11) &&
		 !span_eq(word, (struct span){ "t.unique_key", 12 }))
		push(&table->columns, ruby_string(line));
}

static bool read_ruby(const struct strbuf *text, struct listing *ret)
{
	struct span rest = { text->buf, text->len };
	struct listed_table *table = NULL;

	ret->version = define_version(text);
	if (!ret->version)
		return false;
	while (rest.len) {
		struct span line = span_line(&rest);

		if (span_starts(line, "  create_table \""))
			table = begin_table(ret, line);
		else if (span_starts(line, "  end"))
			table = NULL;
		else if (paragraph_not_dumped(line).at)
			table_of(ret, paragraph_not_dumped(line))->unknown =
				true;
		else if (span_starts(line, "  add_index \""))
			push(&table_of(ret, ruby_string(line))->indexes,
				ruby_option(line, "name"));
		else if (table && span_starts(line, "    t."))
			read_inner(table, line);
	}
	return true;
}

/* ---- structure.sql ------------------------------------------------------- */

/* A name at `pos`, without its quotes; NULL where there is none. */
static char *take_name(const char **pos)
{
	struct strbuf name = STRBUF_INIT;
	const char *s = *pos;

	if (*s == '"') {
		for (s++; *s && (*s != '"' || s[1] == '"'); s++) {
			s += *s == '"';
			strbuf_addch(&name, *s);
		}
		s += *s == '"';
	} else {
		while (isalnum((unsigned char)*s) || *s == '_' || *s == '$' ||
			(unsigned char)*s >= 0x80)
			strbuf_addch(&name, *s++);
	}
	*pos = s;
	if (name.len)
		return strbuf_detach(&name, NULL);
	strbuf_release(&name);
	return NULL;
}

static bool is_of_rails(const char *name)
{
	return !strcmp(name, "schema_migrations") ||
	       !strcmp(name, "ar_internal_metadata");
}

/* "public.users ..."; NULL where that is none of the application's. */
static struct listed_table *named_table(
	struct listing *listing, const char **pos)
{
	AUTO_FREE char *first = take_name(pos), *second = NULL;
	const char *name;

	if (first && **pos == '.') {
		(*pos)++;
		second = take_name(pos);
	}
	name = second ? second : first;
	if (!name || is_of_rails(name))
		return NULL;
	return listing_table(listing, second ? first : NULL, name);
}

static const char *skip(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) ? text : text + len;
}

static void read_index(struct listing *listing, const char *line)
{
	const char *on = strstr(line, " ON ");
	AUTO_FREE char *name = NULL;
	struct listed_table *table;

	line = skip(skip(line, "CREATE "), "UNIQUE ");
	line = skip(line, "INDEX ");
	name = take_name(&line);
	if (!name || !on)
		return;
	on = skip(on + strlen(" ON "), "ONLY ");
	table = named_table(listing, &on);
	if (table)
		strvec_push(&table->indexes, name);
}

static void take_version(struct listing *listing, const char *line)
{
	const char *at = strstr(line, "('");
	size_t len = at ? strspn(at + 2, "0123456789") : 0;

	if (!len || strncmp(at + 2 + len, "')", 2) != 0)
		return;
	if (listing->version &&
		(strlen(listing->version) > len ||
			(strlen(listing->version) == len &&
				strncmp(listing->version, at + 2, len) >= 0)))
		return;
	free(listing->version);
	listing->version = xstrndup(at + 2, len);
}

/* In which part of the file we are. */
struct reading {
	struct listing *listing;
	struct listed_table *table; /* the one whose columns are read */
	bool columns, versions;
};

static void read_line(struct reading *r, const char *line)
{
	const char *pos = line;

	if (r->columns && *line == ')') {
		r->columns = false;
	} else if (r->columns) {
		AUTO_FREE char *name = NULL;

		pos += strspn(pos, " ");
		name = strncmp(pos, "CONSTRAINT ", 11) ? take_name(&pos) : NULL;
		if (name && r->table)
			strvec_push(&r->table->columns, name);
	} else if (r->table && !strncmp(line, "INHERITS (", 10)) {
		r->table->unknown = true; /* others have its columns */
	} else if (!strncmp(line, "CREATE TABLE ", 13) ||
		   !strncmp(line, "CREATE UNLOGGED TABLE ", 22)) {
		pos = skip(skip(pos, "CREATE "), "UNLOGGED ");
		pos = skip(pos, "TABLE ");
		r->table = named_table(r->listing, &pos);
		r->columns = !strcmp(pos, " (");
		if (r->table && !r->columns)
			r->table->unknown = true;
	} else if (!strncmp(line, "CREATE INDEX ", 13) ||
		   !strncmp(line, "CREATE UNIQUE INDEX ", 20)) {
		read_index(r->listing, line);
	} else if (!strncmp(line, "INSERT INTO ", 12)) {
		r->versions = true;
	}
	if (r->versions)
		take_version(r->listing, line);
}

static bool read_sql(const struct strbuf *text, struct listing *ret)
{
	struct span rest = { text->buf, text->len };
	struct reading reading = { .listing = ret };

	while (rest.len) {
		struct span span = span_line(&rest);
		AUTO_FREE char *line = xstrndup(span.at, span.len);

		line[strcspn(line, "\n")] = '\0';
		read_line(&reading, line);
	}
	return ret->version || ret->nr;
}

bool listing_read(
	const char *path, const struct strbuf *text, struct listing *ret)
{
	return has_ending(path, ".rb") ? read_ruby(text, ret)
				       : read_sql(text, ret);
}
