/*
 * yarn.lock, in both of its formats.
 *
 * Version 1 looks like YAML and is not ("version \"1.2.3\""); berry's is YAML
 * ("version: 1.2.3").  What matters is alike in both: an entry begins at the
 * margin with its descriptors ("foo@^1.0, foo@^1.1:"), and its version stands
 * two blanks in.  Only berry lists the project itself, as a workspace with its
 * dependencies; for version 1 they are in package.json.
 */
#include "deps/packages.h"

#include <stdlib.h>
#include <string.h>

struct reader {
	struct packages *packages;
	const char *name; /* of the entry we are in; NULL: none that counts */
	size_t name_len;
	bool in_workspace, in_dependencies;
};

static void skip_quote(struct line *line)
{
	if (line->len && *line->text == '"') {
		line->text++;
		line->len--;
	}
}

/* Length of a package name at the start of "name@range"; a scope's own '@' is
 * part of it.  0 where there is none. */
static size_t name_length(const struct line *line)
{
	const char *at = line->len > 1
				 ? memchr(line->text + 1, '@', line->len - 1)
				 : NULL;

	return at ? (size_t)(at - line->text) : 0;
}

static void begin_entry(struct reader *reader, struct line line)
{
	static const char workspace[] = "@workspace:";

	skip_quote(&line);
	reader->name = line.text;
	reader->name_len = name_length(&line);
	reader->in_dependencies = false;
	reader->in_workspace = memmem(line.text, line.len, workspace,
				       sizeof(workspace) - 1) != NULL;
	if (!reader->name_len || reader->in_workspace)
		reader->name = NULL;
}

/* "version \"1.2.3\"" or "version: 1.2.3" */
static int read_version(
	struct reader *reader, struct line line, struct err *err)
{
	const size_t word = sizeof("version") - 1;
	const char *name = reader->name;
	size_t len = 0;

	if (line.len <= word + 1 ||
		(line.text[word] != ':' && line.text[word] != ' '))
		return 0;
	line.text += word + 1;
	line.len -= word + 1;
	while (line.len && *line.text == ' ') {
		line.text++;
		line.len--;
	}
	skip_quote(&line);
	while (len < line.len && line.text[len] != '"')
		len++;
	reader->name = NULL; /* one version an entry */
	return packages_add(
		reader->packages, name, reader->name_len, line.text, len, err);
}

/* In a workspace: "foo: \"npm:^1\"" below dependencies. */
static int read_dependency(
	struct reader *reader, struct line line, struct err *err)
{
	size_t len = 0;

	skip_quote(&line);
	while (len < line.len && line.text[len] != '"' && line.text[len] != ':')
		len++;
	return packages_add_direct(reader->packages, line.text, len, err);
}

static int read_line(void *data, const struct line *line, struct err *err)
{
	struct reader *reader = data;

	if (*line->text == '#')
		return 0;
	if (!line->indent) {
		begin_entry(reader, *line);
		return 0;
	}
	if (line->indent == 2)
		reader->in_dependencies =
			reader->in_workspace &&
			(line_is(line, "dependencies:") ||
				line_is(line, "devDependencies:"));
	if (line->indent == 2 && reader->name && line_starts(line, "version"))
		return read_version(reader, *line, err);
	if (line->indent == 4 && reader->in_dependencies)
		return read_dependency(reader, *line, err);
	return 0;
}

int yarn_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	struct reader reader = { .packages = ret };

	if (packages_lines(text, len, read_line, &reader, err))
		return -1;
	packages_finish(ret);
	return 0;
}

/* Yarn's own numbers of the format: 4 is Yarn 2's, 5 and 6 are Yarn 3's, 7 (of
 * previews) and 8 Yarn 4's. */
static int major_of_format(const struct line *line)
{
	long format = strtol(line->text + sizeof("version:") - 1, NULL, 10);

	if (format < 1)
		return 0;
	if (format < 5)
		return 2;
	return format < 7 ? 3 : YARN_LOCK_NEWEST;
}

int yarn_lock_major(const char *text, size_t len)
{
	struct lines lines = { .pos = text, .end = text + len };
	struct line line;
	bool in_metadata = false;

	while (lines_next(&lines, &line)) {
		if (line_is(&line, "# yarn lockfile v1"))
			return 1;
		if (!line.indent)
			in_metadata = line_is(&line, "__metadata:");
		else if (in_metadata && line_starts(&line, "version:"))
			return major_of_format(&line);
	}
	return 0;
}
