/*
 * The promise is that no line of either side is lost, and it is kept by looking
 * at lines again, once the rules are through.  Hence this knows of a file only
 * where a section begins: whatever the rules take a text for, its lines are
 * these.
 */
#include "schemafile/entries.h"

#include <ctype.h>
#include <string.h>

static void *more(
	struct arena *arena, void *v, size_t nr, size_t *cap, size_t size)
{
	void *grown;

	if (nr < *cap)
		return v;
	*cap = *cap ? *cap * 2 : 64;
	grown = arena_alloc(arena, *cap * size);
	if (nr)
		memcpy(grown, v, nr * size);
	return grown;
}

/* Blanks as one, none in front, and without what may close it or not. */
static char *collapse(
	struct span line, const char *closing, struct arena *arena)
{
	char *text = arena_strndup(arena, line.at, line.len), *to = text;

	for (const char *from = text; *from; from++)
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	if (to > text && to[-1] == ' ')
		to--;
	if (to > text && to[-1] == *closing)
		to--;
	*to = '\0';
	return text;
}

/* Brackets, and words that end something, are in many places. */
static bool has_weight(const char *text)
{
	bool name = false, lower = false;

	for (; *text; text++) {
		lower = lower || islower((unsigned char)*text) ||
			isdigit((unsigned char)*text);
		name = name || isalnum((unsigned char)*text);
	}
	return name && lower;
}

static const char *key_of(struct span line, const struct section *section,
	bool heading, const char *closing, struct arena *arena)
{
	char *text = collapse(line, closing, arena);

	if (!has_weight(text) || !strcmp(text, "end"))
		return NULL;
	if (heading || !*section->name)
		return text;
	return arena_printf(
		arena, "%s %s\n%s", section->word, section->name, text);
}

static void take_name(const struct form *form, const struct section *section,
	struct entry *entry, struct arena *arena)
{
	struct span name = { NULL, 0 }, tail;

	entry->about = form->names(section, entry->line, &name, &entry->type);
	if (entry->about == ABOUT_NOTHING)
		return;
	tail.at = name.at + name.len;
	tail.len = (size_t)(entry->line.at + entry->line.len - tail.at);
	entry->name = arena_strndup(arena, name.at, name.len);
	entry->rest = arena_printf(arena, "%.*s\n%s",
		(int)(name.at - entry->line.at), entry->line.at,
		collapse(tail, form->closing, arena));
}

static bool is_open(const struct ranges *open, size_t at, size_t *next)
{
	while (open && *next < open->nr && open->v[*next].end <= at)
		++*next;
	return open && *next < open->nr && open->v[*next].start <= at;
}

static void add_section(struct entries *list, struct arena *arena,
	const struct section *section)
{
	list->sections = more(arena, list->sections, list->nr_sections,
		&list->cap_sections, sizeof(*section));
	list->sections[list->nr_sections++] = *section;
}

void entries_read(const struct form *form, const struct strbuf *text,
	const struct ranges *open, struct arena *arena, struct entries *ret)
{
	struct span rest = { text->buf, text->len };
	size_t next = 0;

	*ret = (struct entries){ .nr = 0 };
	add_section(ret, arena,
		&(struct section){ .kind = SECTION_OTHER,
			.text = { text->buf, 0 },
			.name = "",
			.word = "" });
	while (rest.len) {
		struct span line = span_line(&rest);
		struct section *section, opened = { .text = line };
		struct entry entry = { .line = line };

		entry.heading = form->opens(line, arena, &opened);
		if (entry.heading)
			add_section(ret, arena, &opened);
		entry.section = ret->nr_sections - 1;
		section = &ret->sections[entry.section];
		section->text.len = (size_t)(rest.at - section->text.at);
		entry.open = is_open(
			open, (size_t)(line.at - text->buf), &next);
		entry.key = key_of(
			line, section, entry.heading, form->closing, arena);
		if (!entry.heading)
			take_name(form, section, &entry, arena);
		ret->v = more(arena, ret->v, ret->nr, &ret->cap, sizeof(entry));
		ret->v[ret->nr++] = entry;
	}
}

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* The name of an option in Ruby, "name: "; a cast in SQL has two colons. */
static bool is_option(const char *at, const char *end)
{
	return end - at > 1 && at[0] == ':' && at[1] == ' ';
}

bool span_mentions(struct span text, const char *word)
{
	size_t len = strlen(word);
	const char *end = text.at + text.len, *at = text.at;

	while (len && (at = memmem(at, (size_t)(end - at), word, len))) {
		if ((at == text.at || !is_name_byte(at[-1])) &&
			(at + len == end || !is_name_byte(at[len])) &&
			!is_option(at + len, end))
			return true;
		at++;
	}
	return false;
}
