/*
 * pnpm-lock.yaml, lockfileVersion 5 to 9.
 *
 * The file is machine-written YAML whose layout has been the same for years, so
 * lines and their indent are enough, and a lock of some megabytes costs
 * nothing. What changed is how a package is called: "/foo/1.2.3_peer@1" (5),
 * "/foo@1.2.3(peer@1)" (6), "foo@1.2.3" (9, with the peers in a section
 * "snapshots" of their own).  Direct dependencies stand at the top or, with
 * workspaces, below "importers".
 */
#include "deps/packages.h"

#include <ctype.h>
#include <string.h>

enum section { OTHER, PACKAGES, TOP_DEPENDENCIES, IMPORTERS };

struct reader {
	struct packages *packages;
	enum section section;
	bool slashes;	/* version 5: a slash before the version */
	bool importing; /* inside an importer's dependencies */
	bool known;
};

static bool is_dependencies(const struct line *line)
{
	return line_is(line, "dependencies:") ||
	       line_is(line, "devDependencies:") ||
	       line_is(line, "optionalDependencies:");
}

static void read_format(struct reader *reader, const struct line *line)
{
	const char *pos = line->text, *end = line->text + line->len;

	while (pos < end && !isdigit((unsigned char)*pos))
		pos++;
	reader->known = true;
	reader->slashes = end - pos > 1 && *pos <= '5' && pos[1] == '.';
}

static void begin_section(struct reader *reader, const struct line *line)
{
	reader->section = OTHER;
	if (line_starts(line, "lockfileVersion:"))
		read_format(reader, line);
	else if (line_is(line, "packages:"))
		reader->section = PACKAGES;
	else if (line_is(line, "importers:"))
		reader->section = IMPORTERS;
	else if (is_dependencies(line))
		reader->section = TOP_DEPENDENCIES;
	reader->importing = false;
}

/* A mapping's key: without quotes, up to its colon. */
static bool take_key(struct line *line)
{
	char quote = line->len ? *line->text : '\0';
	size_t len = 0;

	if (quote == '\'' || quote == '"') {
		line->text++;
		line->len--;
		while (len < line->len && line->text[len] != quote)
			len++;
	} else {
		while (len < line->len &&
			(line->text[len] != ':' ||
				(len + 1 < line->len &&
					line->text[len + 1] != ' ')))
			len++;
	}
	line->len = len;
	return len > 0;
}

static size_t find(const struct line *line, size_t from, char c)
{
	while (from < line->len && line->text[from] != c)
		from++;
	return from;
}

/* Where the name ends and the version begins (after one byte), or the length:
 * then it is no package of a registry and has no version to compare. */
static size_t name_end(const struct reader *reader, const struct line *key)
{
	bool scoped = *key->text == '@';
	size_t at;

	if (!reader->slashes)
		return find(key, 1, '@');
	at = find(key, 0, '/');
	return scoped ? find(key, at + 1, '/') : at;
}

static int read_package(struct reader *reader, struct line key, struct err *err)
{
	size_t end, version, len = 0;

	if (!take_key(&key))
		return 0;
	if (*key.text == '/') {
		key.text++;
		key.len--;
	}
	if (!key.len)
		return 0;
	end = name_end(reader, &key);
	if (end > key.len)
		end = key.len;
	version = end < key.len ? end + 1 : end;
	while (version + len < key.len && key.text[version + len] != '(' &&
		(!reader->slashes || key.text[version + len] != '_'))
		len++;
	return packages_add(
		reader->packages, key.text, end, key.text + version, len, err);
}

static int read_dependency(
	struct reader *reader, struct line key, struct err *err)
{
	if (!take_key(&key))
		return 0;
	return packages_add_direct(reader->packages, key.text, key.len, err);
}

static int read_line(void *data, const struct line *line, struct err *err)
{
	struct reader *reader = data;

	if (!line->indent) {
		begin_section(reader, line);
		return 0;
	}
	if (reader->section == IMPORTERS && line->indent <= 4)
		reader->importing = line->indent == 4 && is_dependencies(line);
	else if (reader->section == IMPORTERS && line->indent == 6 &&
		 reader->importing)
		return read_dependency(reader, *line, err);
	else if (reader->section == TOP_DEPENDENCIES && line->indent == 2)
		return read_dependency(reader, *line, err);
	else if (reader->section == PACKAGES && line->indent == 2)
		return read_package(reader, *line, err);
	return 0;
}

int pnpm_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	struct reader reader = { .packages = ret };

	if (packages_lines(text, len, read_line, &reader, err))
		return -1;
	if (!reader.known)
		return err_set(err, "not a lock file of pnpm");
	packages_finish(ret);
	return 0;
}
