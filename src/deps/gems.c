/*
 * Is everything installed?  RubyGems writes a gem's specification last, so one
 * stat for each gem tells it, in a hundredth of the time that Bundler takes to
 * start.
 *
 * Not everything in a lock file is wanted on a machine: it lists other
 * platforms' gems with what only those need, and groups that are left out here.
 * So the walk starts at what the Gemfile asks for and follows what each gem
 * needs, in the variant that this machine has.  Which platform that is, and
 * which dependencies Bundler leaves out, is learned from what it said last.
 */
#include "deps/gems.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/lines.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct walk {
	const struct gemfile_lock *lock;
	const struct gem_places *places;
	const struct timespec *since;
	struct strvec *news;
	bool *seen;	      /* by the first gem of a name */
	const char **pending; /* names whose gems are still to be looked at */
	size_t npending;
	size_t folder; /* where the last one was found */
	struct utsname uname;
	struct strbuf path;
};

void gem_places_release(struct gem_places *places)
{
	strvec_release(&places->folders);
	strvec_release(&places->platforms);
	strvec_release(&places->absent);
}

/* ---- the variant for this machine -----------------------------------------
 */

/* A platform of the system we run on, which Bundler might choose. */
static bool may_be_ours(const struct walk *walk, const char *platform)
{
	size_t len = strlen(walk->uname.sysname);

	for (const char *p = platform; *p; p++)
		if (!strncasecmp(p, walk->uname.sysname, len))
			return true;
	return false;
}

/* NULL: cannot be told. */
static const struct gem *variant(const struct walk *walk, const struct gem *gem)
{
	const struct gem *end = walk->lock->gems + walk->lock->ngems;
	const struct gem *plain = NULL, *ours = NULL;
	const char *name = gem->name;
	bool unclear = false;

	for (; gem < end && !strcmp(gem->name, name); gem++) {
		if (!*gem->platform)
			plain = gem;
		else if (strvec_has(&walk->places->platforms, gem->platform))
			ours = gem;
		else
			unclear |= may_be_ours(walk, gem->platform);
	}
	if (ours)
		return ours;
	return unclear ? NULL : plain;
}

/* ---- on the disk -------------------------------------------------------- */

static bool found(struct walk *walk, size_t folder, struct stat *st,
	const char *below, const struct gem *gem, const char *end)
{
	struct strbuf *path = &walk->path;

	strbuf_reset(path);
	strbuf_addf(path, "%s/%s", walk->places->folders.v[folder], below);
	if (*gem->checkout)
		strbuf_addf(path, "%s/%s", gem->checkout, gem->name);
	else
		strbuf_addf(path, "%s-%s%s%s", gem->name, gem->version,
			*gem->platform ? "-" : "", gem->platform);
	strbuf_addstr(path, end);
	return !stat(path->buf, st);
}

/* A repository may have its gems in folders. */
static bool is_in(struct walk *walk, size_t folder, const struct gem *gem,
	struct stat *st)
{
	AUTO_STRBUF below = STRBUF_INIT;

	if (!*gem->checkout)
		return found(walk, folder, st, "specifications/", gem,
			       ".gemspec") ||
		       found(walk, folder, st, "specifications/default/", gem,
			       ".gemspec");
	strbuf_addf(&below, "/%s.gemspec", gem->name);
	return found(walk, folder, st, "bundler/gems/", gem, ".gemspec") ||
	       found(walk, folder, st, "bundler/gems/", gem, below.buf);
}

static bool is_since(const struct stat *st, const struct timespec *since)
{
	return st->st_ctim.tv_sec > since->tv_sec ||
	       (st->st_ctim.tv_sec == since->tv_sec &&
		       st->st_ctim.tv_nsec >= since->tv_nsec);
}

static bool is_installed(struct walk *walk, const struct gem *gem)
{
	size_t nr = walk->places->folders.nr;
	struct stat st;

	for (size_t i = 0; i < nr; i++) {
		size_t folder = (walk->folder + i) % nr;

		if (!is_in(walk, folder, gem, &st))
			continue;
		walk->folder = folder;
		if (walk->since && is_since(&st, walk->since))
			strvec_pushf(
				walk->news, "%s %s", gem->name, gem->version);
		return true;
	}
	return false;
}

/* ---- the walk ----------------------------------------------------------- */

/* Bundler itself is in no lock file's list, though gems may need it. */
static bool is_bundler(const char *name)
{
	return !strcmp(name, "bundler");
}

static enum gems_are look_at(struct walk *walk, const char *name)
{
	const struct gemfile_lock *lock = walk->lock;
	const struct gem *gem = gemfile_lock_find(lock, name);
	bool *seen;

	if (!gem)
		return is_bundler(name) ? GEMS_INSTALLED : GEMS_DOUBT;
	seen = &walk->seen[gem - lock->gems];
	if (*seen)
		return GEMS_INSTALLED;
	*seen = true;
	gem = variant(walk, gem);
	if (!gem)
		return GEMS_DOUBT;
	for (size_t i = 0; i < gem->nneeds; i++)
		walk->pending[walk->npending++] =
			lock->needs[gem->first_need + i];
	return is_installed(walk, gem) ? GEMS_INSTALLED : GEMS_MISSING;
}

static enum gems_are look_at_all(struct walk *walk)
{
	const struct gemfile_lock *lock = walk->lock;
	enum gems_are all = GEMS_INSTALLED;

	for (size_t i = 0; i < lock->ndemands; i++)
		if (!strvec_has(&walk->places->absent, lock->demands[i].name))
			walk->pending[walk->npending++] = lock->demands[i].name;
	while (walk->npending && (all == GEMS_INSTALLED || walk->since)) {
		enum gems_are one = look_at(
			walk, walk->pending[--walk->npending]);

		if (all == GEMS_INSTALLED)
			all = one;
	}
	return all;
}

enum gems_are gems_look(const struct gemfile_lock *lock,
	const struct gem_places *places, const struct timespec *since,
	struct strvec *news)
{
	struct walk walk = { .lock = lock,
		.places = places,
		.since = since,
		.news = news,
		.path = STRBUF_INIT };
	enum gems_are are;

	if (lock->local || !places->folders.nr || uname(&walk.uname))
		return GEMS_DOUBT;
	walk.seen = xcalloc(lock->ngems + 1, sizeof(*walk.seen));
	/* Each name is asked for once by a demand, once by each need. */
	walk.pending = xcalloc(
		lock->ndemands + lock->nneeds + 1, sizeof(*walk.pending));
	are = look_at_all(&walk);
	free(walk.seen);
	free(walk.pending);
	strbuf_release(&walk.path);
	return are;
}

/* ---- learning ----------------------------------------------------------- */

static void push_once(struct strvec *vec, const char *text, size_t len)
{
	AUTO_FREE char *copy = xstrndup(text, len);

	if (!strvec_has(vec, copy))
		strvec_push(vec, copy);
}

/* "FOLDER/gems/nokogiri-1.15.0-x86_64-linux", "FOLDER/bundler/gems/mine-0123":
 * the folder, and what stands behind gems/. */
static bool split_path(
	const struct line *line, size_t *ret_folder, struct strbuf *ret_name)
{
	static const char gems[] = "/gems/", checkouts[] = "/bundler";
	const size_t gems_len = sizeof(gems) - 1, more = sizeof(checkouts) - 1;
	size_t at = line->len;

	while (at && line->text[at - 1] != '/')
		at--;
	if (at <= gems_len ||
		memcmp(line->text + at - gems_len, gems, gems_len) != 0)
		return false;
	strbuf_add(ret_name, line->text + at, line->len - at);
	at -= gems_len;
	if (at > more && !memcmp(line->text + at - more, checkouts, more))
		at -= more;
	*ret_folder = at;
	return true;
}

/* "nokogiri-1.15.0-x86_64-linux" is one of nokogiri's. */
static bool is_of(const char *full, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(full, name, len) && full[len] == '-' &&
	       isdigit((unsigned char)full[len + 1]);
}

/* Whether Bundler named a gem that the lock file's dependency `name` may be. */
static bool is_used(const struct gemfile_lock *lock, const char *name,
	const struct strvec *names)
{
	const struct gem *gem = gemfile_lock_find(lock, name);

	if (gem && *gem->checkout && strvec_has(names, gem->checkout))
		return true;
	for (size_t i = 0; i < names->nr; i++)
		if (is_of(names->v[i], name))
			return true;
	return false;
}

static void learn_platforms(const struct gemfile_lock *lock,
	const struct strvec *names, struct strvec *ret)
{
	for (size_t i = 0; i < lock->ngems; i++) {
		const struct gem *gem = &lock->gems[i];
		AUTO_STRBUF full = STRBUF_INIT;

		strbuf_addf(&full, "%s-%s-%s", gem->name, gem->version,
			gem->platform);
		if (*gem->platform && strvec_has(names, full.buf))
			push_once(ret, gem->platform, strlen(gem->platform));
	}
}

bool gem_places_learn(const struct gemfile_lock *lock,
	const struct strbuf *paths, struct gem_places *ret)
{
	struct lines lines = { paths->buf, paths->buf + paths->len };
	AUTO_STRVEC names = STRVEC_INIT;
	struct line line;

	while (lines_next(&lines, &line)) {
		AUTO_STRBUF name = STRBUF_INIT;
		size_t len;

		if (!split_path(&line, &len, &name))
			return false;
		if (is_of(name.buf, "bundler"))
			continue;
		strvec_push(&names, name.buf);
		push_once(&ret->folders, line.text, len);
	}
	learn_platforms(lock, &names, &ret->platforms);
	for (size_t i = 0; i < lock->ndemands; i++)
		if (!is_used(lock, lock->demands[i].name, &names))
			push_once(&ret->absent, lock->demands[i].name,
				strlen(lock->demands[i].name));
	return ret->folders.nr > 0;
}
