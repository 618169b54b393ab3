/*
 * Gemfile.lock.
 *
 * The format is Bundler's own and depends on the exact number of blanks: a
 * resolved gem stands at four of them, what it needs at six, and a section's
 * name at none.  A gem is listed once for each platform
 * ("1.15.0-x86_64-linux"); versions of gems have no dash, so the platform is
 * what follows the first.  A gem from git keeps its version while its revision
 * moves, which is why the revision belongs to the version here.
 */
#include "deps/packages.h"

#include "hookrun/base/strbuf.h"

#include <string.h>

#define SPEC_INDENT 4
#define DEPENDENCY_INDENT 2
#define RUBY_INDENT 3
#define REVISION_SHOWN 7

enum section { NO_SECTION, SOURCE, DEPENDENCIES, RUBY };

struct reader {
	struct packages *packages;
	enum section section;
	char revision[REVISION_SHOWN + 1]; /* of the GIT section we are in */
	bool known; /* at least one section was Bundler's */
};

static enum section section_of(const struct line *line)
{
	if (line_is(line, "GEM") || line_is(line, "GIT") ||
		line_is(line, "PATH") || line_is(line, "PLUGIN SOURCE"))
		return SOURCE;
	if (line_is(line, "DEPENDENCIES"))
		return DEPENDENCIES;
	return line_is(line, "RUBY VERSION") ? RUBY : NO_SECTION;
}

static void read_revision(struct reader *reader, const struct line *line)
{
	static const char key[] = "revision: ";
	size_t len = line->len - (sizeof(key) - 1);

	if (len > REVISION_SHOWN)
		len = REVISION_SHOWN;
	memcpy(reader->revision, line->text + sizeof(key) - 1, len);
	reader->revision[len] = '\0';
}

/* "name (1.2.3-platform)" */
static int read_spec(
	struct reader *reader, const struct line *line, struct err *err)
{
	AUTO_STRBUF version = STRBUF_INIT;
	const char *blank = memchr(line->text, ' ', line->len);
	size_t name_len, rest;
	const char *open;

	if (!blank || blank[1] != '(')
		return 0;
	name_len = (size_t)(blank - line->text);
	open = blank + 2;
	rest = line->len - name_len - 2;
	for (size_t i = 0; i < rest && open[i] != ')' && open[i] != '-'; i++)
		strbuf_addch(&version, open[i]);
	if (*reader->revision)
		strbuf_addf(&version, " %s", reader->revision);
	return packages_add(reader->packages, line->text, name_len, version.buf,
		version.len, err);
}

/* "name", "name!", "name (>= 1)" */
static int read_dependency(
	struct reader *reader, const struct line *line, struct err *err)
{
	size_t len = 0;

	while (len < line->len && line->text[len] != ' ' &&
		line->text[len] != '!')
		len++;
	return packages_add_direct(reader->packages, line->text, len, err);
}

/* "ruby 3.1.2p20": patch levels differ between builds of one version. */
static void read_ruby(struct reader *reader, const struct line *line)
{
	static const char word[] = "ruby ";
	const char *version = line->text + sizeof(word) - 1;
	size_t len = 0;

	if (!line_starts(line, word))
		return;
	while (len < line->len - (sizeof(word) - 1) && version[len] != 'p' &&
		version[len] != ' ')
		len++;
	reader->packages->ruby = arena_strndup(
		reader->packages->arena, version, len);
}

static int read_line(
	struct reader *reader, const struct line *line, struct err *err)
{
	if (!line->indent) {
		reader->section = section_of(line);
		reader->revision[0] = '\0';
		reader->known |= reader->section != NO_SECTION;
		return 0;
	}
	if (reader->section == SOURCE && line_starts(line, "revision: "))
		read_revision(reader, line);
	else if (reader->section == SOURCE && line->indent == SPEC_INDENT)
		return read_spec(reader, line, err);
	else if (reader->section == DEPENDENCIES &&
		 line->indent == DEPENDENCY_INDENT)
		return read_dependency(reader, line, err);
	else if (reader->section == RUBY && line->indent == RUBY_INDENT)
		read_ruby(reader, line);
	return 0;
}

int gemfile_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	struct reader reader = { .packages = ret };
	struct lines lines = { .pos = text, .end = text + len };
	struct line line;

	while (lines_next(&lines, &line))
		if (read_line(&reader, &line, err))
			return -1;
	if (!reader.known)
		return err_set(err, "not a lock file of Bundler");
	packages_finish(ret);
	return 0;
}
