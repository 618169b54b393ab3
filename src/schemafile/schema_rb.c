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
#include "schemafile/pieces.h"
#include "schemafile/ruby_line.h"
#include "schemafile/paragraph.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEFINE "ActiveRecord::Schema"
#define SORTED_COLUMNS DEFINE "[8.1]"

/* ---- one version of the file --------------------------------------------- */

struct version {
	size_t at, len; /* of its digits in the text; 0: there is none */
};

struct schema {
	struct span head; /* with the line of `define` */
	struct pieces paragraphs;
	bool open;   /* a blank line behind the head */
	bool closed; /* a blank line before the last */
};

static bool is_version_byte(char c)
{
	return isdigit((unsigned char)c) || c == '_';
}

/* The digits behind "version" in the line that defines the schema. */
static struct version find_version(const struct strbuf *text)
{
	const char *define = strstr(text->buf, "\n" DEFINE);
	const char *line = strncmp(text->buf, DEFINE, strlen(DEFINE)) == 0
				   ? text->buf
			   : define ? define + 1
				    : NULL;
	size_t len = line ? strcspn(line, "\n") : 0;
	const char *word = len ? memmem(line, len, "version", 7) : NULL;
	struct version ret = { 0, 0 };

	if (!word)
		return ret;
	word += strlen("version");
	word += strspn(word, " :=>\"'");
	if (!isdigit((unsigned char)*word))
		return ret;
	ret.at = (size_t)(word - text->buf);
	while (is_version_byte(word[ret.len]))
		ret.len++;
	return ret;
}

/* Without what it may be written with. */
static char *version_digits(const struct strbuf *text, struct version version)
{
	AUTO_STRBUF digits = STRBUF_INIT;

	for (size_t i = 0; i < version.len; i++) {
		char c = text->buf[version.at + i];

		if (c != '_' && (digits.len || c != '0'))
			strbuf_addch(&digits, c);
	}
	return strbuf_detach(&digits, NULL);
}

char *schema_rb_version(const struct strbuf *text)
{
	struct version version = find_version(text);

	return version.len ? version_digits(text, version) : NULL;
}

static int compare_digits(const char *a, const char *b)
{
	size_t len = strlen(a), other = strlen(b);

	return len != other ? (len < other ? -1 : 1) : strcmp(a, b);
}

/* As Rails 7 and later write a time: 2024_01_31_120000. */
static void add_version(struct strbuf *out, const char *digits, bool spaced)
{
	spaced = spaced && strlen(digits) == strlen("20240131120000");
	for (size_t i = 0; digits[i]; i++) {
		if (spaced && (i == 4 || i == 6 || i == 8))
			strbuf_addch(out, '_');
		strbuf_addch(out, digits[i]);
	}
	if (!*digits)
		strbuf_addch(out, '0');
}

static void write_version(
	struct strbuf *text, struct version version, const char *digits)
{
	AUTO_STRBUF written = STRBUF_INIT;
	AUTO_FREE char *there = version_digits(text, version);

	if (!version.len || !compare_digits(there, digits))
		return;
	add_version(&written, digits,
		memchr(text->buf + version.at, '_', version.len) != NULL);
	strbuf_splice(text, version.at, version.len, written.buf, written.len);
}

/* Who alone has changed it has the say, be it backwards. */
static const char *choose_version(char *const digits[TEXT_SIDES], bool has_base)
{
	const char *base = digits[TEXT_BASE], *ours = digits[TEXT_OURS],
		   *theirs = digits[TEXT_THEIRS];

	if (has_base && !compare_digits(base, ours))
		return theirs;
	if (has_base && !compare_digits(base, theirs))
		return ours;
	return compare_digits(ours, theirs) < 0 ? theirs : ours;
}

static void settle_version(struct strbuf sides[TEXT_SIDES])
{
	struct version versions[TEXT_SIDES];
	char *digits[TEXT_SIDES];

	for (int i = 0; i < TEXT_SIDES; i++) {
		versions[i] = find_version(&sides[i]);
		digits[i] = version_digits(&sides[i], versions[i]);
	}
	if (versions[TEXT_OURS].len && versions[TEXT_THEIRS].len) {
		const char *chosen = choose_version(
			digits, versions[TEXT_BASE].len > 0);

		for (int i = 0; i < TEXT_SIDES; i++)
			write_version(&sides[i], versions[i], chosen);
	}
	for (int i = 0; i < TEXT_SIDES; i++)
		free(digits[i]);
}

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

/* The word that ends the text which `line` begins ("<<-SQL"), or NULL. */
static struct span heredoc_end(struct span line)
{
	const char *mark = memmem(line.at, line.len, "<<", 2);
	const char *end = line.at + line.len;
	struct span word = { NULL, 0 };

	if (!mark)
		return word;
	mark += 2;
	mark += mark < end && (*mark == '-' || *mark == '~');
	for (word.at = mark; mark < end && isupper((unsigned char)*mark);)
		mark++;
	word.len = (size_t)(mark - word.at);
	if (!word.len)
		word.at = NULL;
	return word;
}

static bool is_word_alone(struct span line, struct span word)
{
	size_t start = strspn(line.at, " ");

	return line.len == start + word.len + 1 &&
	       !memcmp(line.at + start, word.at, word.len);
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
			inside = heredoc_end(line);
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

static void put_head(
	const struct schema all[TEXT_SIDES], struct strbuf out[TEXT_SIDES])
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
		emit_all(out, picked->text);
	else
		emit_each(out, &place);
	if (open)
		emit_all(out, (struct span){ "\n", 1 });
}

/* One paragraph, a blank line before all but the first; what the text ends in
 * then. */
static void put_paragraph(const struct place *place, bool sorts,
	struct arena *arena, struct strbuf body[TEXT_SIDES], enum ending *last)
{
	struct strbuf text[TEXT_SIDES] = { STRBUF_INIT, STRBUF_INIT,
		STRBUF_INIT };
	const struct piece *picked;

	if (!place_pick(place, span_eq, &picked))
		paragraph_merge(place, sorts, arena, text);
	else if (picked)
		emit_all(text, picked->text);
	for (int i = 0; i < TEXT_SIDES; i++) {
		struct span span = { text[i].buf, text[i].len };

		if (span.len) {
			if (body[i].len)
				strbuf_addch(&body[i], '\n');
			strbuf_add(&body[i], span.at, span.len);
			*last = ending_of(span);
		}
		strbuf_release(&text[i]);
	}
}

static bool put_together(const struct schema all[TEXT_SIDES],
	struct arena *arena, struct strbuf out[TEXT_SIDES])
{
	const struct pieces lists[] = { all[TEXT_BASE].paragraphs,
		all[TEXT_OURS].paragraphs, all[TEXT_THEIRS].paragraphs };
	struct strbuf body[TEXT_SIDES] = { STRBUF_INIT, STRBUF_INIT,
		STRBUF_INIT };
	bool sorts = span_starts(all[TEXT_OURS].head, SORTED_COLUMNS);
	enum ending last = ENDS_IN_NOTHING;
	struct places places = { 0 };

	if (!places_align(lists, arena, &places))
		return false;
	put_head(all, out);
	for (size_t i = 0; i < places.nr; i++)
		put_paragraph(&places.v[i], sorts, arena, body, &last);
	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_add(&out[i], body[i].buf, body[i].len);
		strbuf_release(&body[i]);
	}
	if (is_closed(all, last))
		emit_all(out, (struct span){ "\n", 1 });
	emit_all(out, (struct span){ "end\n", 4 });
	return true;
}

void schema_rb_settle(struct strbuf sides[TEXT_SIDES])
{
	struct strbuf out[TEXT_SIDES] = { STRBUF_INIT, STRBUF_INIT,
		STRBUF_INIT };
	struct schema all[TEXT_SIDES];
	AUTO_ARENA arena = ARENA_INIT;
	bool done = true;

	settle_version(sides);
	for (int i = 0; i < TEXT_SIDES && done; i++)
		done = read_schema(&sides[i], &arena, &all[i]);
	done = done && all[TEXT_OURS].head.at && all[TEXT_THEIRS].head.at &&
	       put_together(all, &arena, out);
	for (int i = 0; i < TEXT_SIDES; i++) {
		if (done) {
			strbuf_release(&sides[i]);
			sides[i] = out[i];
		} else {
			strbuf_release(&out[i]);
		}
	}
}
