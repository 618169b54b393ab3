/*
 * The line that defines a schema,
 *
 *	ActiveRecord::Schema[7.1].define(version: 2024_01_31_120000) do
 *
 * has two things to say: which migration is the last, of which the greater one
 * counts, and which Rails has written the file.  The latter is no detail: a
 * datetime without a precision has one from 7.0 on, and has none before.  So
 * lines of one Rails mean something else under the other's line, and where a
 * branch has come to another Rails while the other one goes on, no merge of
 * lines is right: the dump has to be made anew, and this line is a conflict.
 */
#include "schemafile/define.h"

#include "hookrun/base/alloc.h"
#include "schemafile/rules.h"
#include "schemafile/ruby_line.h"
#include "schemafile/settled.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEFINE "ActiveRecord::Schema"

int define_rails(struct span line)
{
	size_t pos = strlen(DEFINE);
	int parts[2] = { 0, 0 }, part = 0;

	if (pos >= line.len || line.at[pos] != '[')
		return 0;
	for (pos++; pos < line.len && line.at[pos] != ']'; pos++)
		if (line.at[pos] == '.' && !part)
			part++;
		else if (isdigit((unsigned char)line.at[pos]) &&
			 parts[part] < 100)
			parts[part] = parts[part] * 10 + line.at[pos] - '0';
	return DEFINE_RAILS(parts[0], parts[1]);
}

struct version {
	size_t at, len; /* of its digits in the text; 0: there is none */
};

static bool is_version_byte(char c)
{
	return isdigit((unsigned char)c) || c == '_';
}

struct span define_line(const struct strbuf *text)
{
	struct span rest = { text->buf, text->len }, none = { NULL, 0 };

	while (rest.len) {
		struct span line = span_line(&rest);

		if (span_starts(line, DEFINE))
			return line;
	}
	return none;
}

/* The digits behind "version" in the line that defines the schema. */
static struct version find_version(const struct strbuf *text)
{
	struct span line = define_line(text);
	const char *word = line.at ? memmem(line.at, line.len, "version", 7)
				   : NULL;
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

char *define_version(const struct strbuf *text)
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

/* ---- another Rails ------------------------------------------------------- */

static struct span body(const struct strbuf *text)
{
	struct span line = define_line(text);
	const char *start = line.at ? line.at + line.len : text->buf;

	return (struct span){ start, (size_t)(text->buf + text->len - start) };
}

/* Two Rails, and lines of both. */
static bool is_mixed(const struct strbuf sides[TEXT_SIDES])
{
	struct span lines[TEXT_SIDES];
	int rails[TEXT_SIDES];

	for (int i = 0; i < TEXT_SIDES; i++) {
		lines[i] = define_line(&sides[i]);
		rails[i] = define_rails(lines[i]);
	}
	if (!lines[TEXT_BASE].at || !lines[TEXT_OURS].at ||
		!lines[TEXT_THEIRS].at ||
		rails[TEXT_OURS] == rails[TEXT_THEIRS])
		return false;
	for (int i = TEXT_OURS; i < TEXT_SIDES; i++)
		if (rails[i] == rails[TEXT_BASE] &&
			ruby_same(body(&sides[i]), body(&sides[TEXT_BASE])))
			return false;
	return true;
}

bool schema_rb_prepare(struct strbuf sides[TEXT_SIDES])
{
	if (is_mixed(sides)) {
		struct span line = define_line(&sides[TEXT_BASE]);

		strbuf_splice(&sides[TEXT_BASE],
			(size_t)(line.at - sides[TEXT_BASE].buf), 0,
			SETTLED_MARK, strlen(SETTLED_MARK));
		return false;
	}
	settle_version(sides);
	return true;
}
