/*
 * Gemfile.lock.
 *
 * The format is Bundler's own and depends on the exact number of blanks: a
 * resolved gem stands at four of them, what it needs at six, and a section's
 * name at none.  A gem is listed once for each platform
 * ("1.15.0-x86_64-linux"); versions of gems have no dash, so the platform is
 * what follows the first.  A gem from git keeps its version while its revision
 * moves, which is why the revision belongs to the version that a user sees.
 */
#include "deps/gemfile_lock.h"

#include "deps/packages.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define SPEC_INDENT 4
#define NEED_INDENT 6
#define DEPENDENCY_INDENT 2
#define RUBY_INDENT 3
#define REVISION_SHOWN 7
#define REVISION_IN_PATH 12 /* Bundler's, of a checkout's folder */

enum section { NO_SECTION, SOURCE, DEPENDENCIES, RUBY };

struct reader {
	struct gemfile_lock *lock;
	enum section section;
	const char *revision, *remote; /* of the GIT section we are in, or "" */
	bool known;		       /* at least one section was Bundler's */
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

static void begin_section(struct reader *reader, const struct line *line)
{
	reader->section = section_of(line);
	reader->revision = reader->remote = "";
	reader->known |= reader->section != NO_SECTION;
	reader->lock->local |= line_is(line, "PATH") ||
			       line_is(line, "PLUGIN SOURCE");
}

/* What follows `key` in the line. */
static const char *value(
	const struct reader *reader, const struct line *line, const char *key)
{
	size_t skip = strlen(key);

	return arena_strndup(
		reader->lock->arena, line->text + skip, line->len - skip);
}

/* "https://example.org/mine.git" at "0123456789abcdef" is in
 * mine-0123456789ab. */
static const char *checkout(const struct reader *reader)
{
	const char *base = reader->remote;
	size_t len;

	if (!*reader->revision)
		return "";
	for (const char *p = base; *p; p++)
		if ((*p == '/' || *p == ':') && p[1])
			base = p + 1;
	len = strcspn(base, "/");
	if (len > 4 && !strncmp(base + len - 4, ".git", 4))
		len -= 4;
	return arena_printf(reader->lock->arena, "%.*s-%.*s", (int)len, base,
		REVISION_IN_PATH, reader->revision);
}

/* "name (1.2.3-platform)" */
static int read_spec(
	struct reader *reader, const struct line *line, struct err *err)
{
	struct gemfile_lock *lock = reader->lock;
	const char *blank = memchr(line->text, ' ', line->len);
	const char *open, *end = line->text + line->len;
	size_t version = 0, platform = 0;
	struct gem *gem;

	if (!blank || end - blank < 2 || blank[1] != '(')
		return 0;
	if (lock->ngems >= GEMFILE_LOCK_MAX)
		return err_set(err, "more than %d gems", GEMFILE_LOCK_MAX);
	open = blank + 2;
	while (open + version < end && !memchr(")-", open[version], 2))
		version++;
	if (open + version < end && open[version] == '-')
		while (open + version + 1 + platform < end &&
			open[version + 1 + platform] != ')')
			platform++;
	xgrow(&lock->gems, &lock->gems_cap, lock->ngems + 1,
		sizeof(*lock->gems));
	gem = &lock->gems[lock->ngems++];
	gem->name = arena_strndup(
		lock->arena, line->text, (size_t)(blank - line->text));
	gem->version = arena_strndup(lock->arena, open, version);
	gem->platform = platform ? arena_strndup(lock->arena,
					   open + version + 1, platform)
				 : "";
	gem->revision = reader->revision;
	gem->checkout = checkout(reader);
	gem->first_need = lock->nneeds;
	gem->nneeds = 0;
	return 0;
}

/* The length of the name in "name", "name!", "name (>= 1)". */
static size_t name_length(const struct line *line)
{
	size_t len = 0;

	while (len < line->len && line->text[len] != ' ' &&
		line->text[len] != '!')
		len++;
	return len;
}

static int read_need(
	struct reader *reader, const struct line *line, struct err *err)
{
	struct gemfile_lock *lock = reader->lock;

	if (!lock->ngems)
		return 0;
	if (lock->nneeds >= GEMFILE_LOCK_MAX)
		return err_set(err, "more than %d needs", GEMFILE_LOCK_MAX);
	xgrow(&lock->needs, &lock->needs_cap, lock->nneeds + 1,
		sizeof(*lock->needs));
	lock->needs[lock->nneeds++] = arena_strndup(
		lock->arena, line->text, name_length(line));
	lock->gems[lock->ngems - 1].nneeds++;
	return 0;
}

static int read_demand(
	struct reader *reader, const struct line *line, struct err *err)
{
	struct gemfile_lock *lock = reader->lock;
	size_t len = name_length(line);
	const char *open = memchr(line->text, '(', line->len);
	const char *close =
		open ? memchr(open, ')',
			       line->len - (size_t)(open - line->text))
		     : NULL;

	if (lock->ndemands >= GEMFILE_LOCK_MAX)
		return err_set(
			err, "more than %d dependencies", GEMFILE_LOCK_MAX);
	xgrow(&lock->demands, &lock->demands_cap, lock->ndemands + 1,
		sizeof(*lock->demands));
	lock->demands[lock->ndemands++] = (struct gem_demand){
		.name = arena_strndup(lock->arena, line->text, len),
		.requirement = close ? arena_strndup(lock->arena, open + 1,
					       (size_t)(close - open - 1))
				     : "",
	};
	return 0;
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
	reader->lock->ruby = arena_strndup(reader->lock->arena, version, len);
}

static int read_line(void *data, const struct line *line, struct err *err)
{
	struct reader *reader = data;

	if (!line->indent)
		begin_section(reader, line);
	else if (reader->section == SOURCE && line_starts(line, "revision: "))
		reader->revision = value(reader, line, "revision: ");
	else if (reader->section == SOURCE && line_starts(line, "remote: "))
		reader->remote = value(reader, line, "remote: ");
	else if (reader->section == SOURCE && line->indent == SPEC_INDENT)
		return read_spec(reader, line, err);
	else if (reader->section == SOURCE && line->indent == NEED_INDENT)
		return read_need(reader, line, err);
	else if (reader->section == DEPENDENCIES &&
		 line->indent == DEPENDENCY_INDENT)
		return read_demand(reader, line, err);
	else if (reader->section == RUBY && line->indent == RUBY_INDENT)
		read_ruby(reader, line);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct gem *one = a, *other = b;

	return strcmp(one->name, other->name);
}

int gemfile_lock_read(const char *text, size_t len, struct arena *arena,
	struct gemfile_lock *ret, struct err *err)
{
	struct reader reader = { .lock = ret, .revision = "", .remote = "" };

	memset(ret, 0, sizeof(*ret));
	ret->arena = arena;
	if (packages_lines(text, len, read_line, &reader, err))
		return -1;
	if (!reader.known)
		return err_set(err, "not a lock file of Bundler");
	if (ret->ngems)
		qsort(ret->gems, ret->ngems, sizeof(*ret->gems), by_name);
	return 0;
}

const struct gem *gemfile_lock_find(
	const struct gemfile_lock *lock, const char *name)
{
	const struct gem key = { .name = name };
	const struct gem *found =
		lock->ngems ? bsearch(&key, lock->gems, lock->ngems,
				      sizeof(*lock->gems), by_name)
			    : NULL;

	while (found && found > lock->gems && !by_name(found - 1, &key))
		found--;
	return found;
}

void gemfile_lock_release(struct gemfile_lock *lock)
{
	free(lock->gems);
	free(lock->needs);
	free(lock->demands);
	memset(lock, 0, sizeof(*lock));
}

/* ---- as packages -------------------------------------------------------- */

static int add_gem(const struct gem *gem, struct packages *ret, struct err *err)
{
	AUTO_STRBUF version = STRBUF_INIT;

	strbuf_addstr(&version, gem->version);
	if (*gem->revision)
		strbuf_addf(&version, " %.*s", REVISION_SHOWN, gem->revision);
	return packages_add(ret, gem->name, strlen(gem->name), version.buf,
		version.len, err);
}

static int add_all(
	const struct gemfile_lock *lock, struct packages *ret, struct err *err)
{
	for (size_t i = 0; i < lock->ngems; i++)
		if (add_gem(&lock->gems[i], ret, err))
			return -1;
	for (size_t i = 0; i < lock->ndemands; i++)
		if (packages_add_direct(ret, lock->demands[i].name,
			    strlen(lock->demands[i].name), err))
			return -1;
	ret->ruby = lock->ruby;
	packages_finish(ret);
	return 0;
}

int gemfile_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	struct gemfile_lock lock;
	int failed = gemfile_lock_read(text, len, ret->arena, &lock, err);

	if (!failed)
		failed = add_all(&lock, ret, err);
	gemfile_lock_release(&lock);
	return failed;
}
