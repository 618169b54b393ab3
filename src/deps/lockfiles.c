/*
 * The table of lock files.
 *
 * A package manager is one row: how its lock is read, how one sees without
 * starting it that all is installed, and which commands ask and act.  All
 * install commands are the ones that refuse to write the lock file, where there
 * is such a one: a hook has no business to change what is in git.
 */
#include "deps/lockfiles.h"

#include "deps/bundler.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

#define BUNDLER_REFUSES 16 /* ProductionError, of Bundler's errors.rb */

static const char *const bundle_check[] = { "bundle", "check", "--dry-run",
	NULL };
static const char *const bundle_paths[] = { "bundle", "show", "--paths", NULL };
static const char *const bundle_install[] = { "bundle", "install", "--quiet",
	NULL };
static const char *const npm_ci[] = { "npm", "ci", NULL };
static const char *const yarn_version[] = { "yarn", "--version", NULL };
static const char *const yarn_frozen[] = { "yarn", "install",
	"--frozen-lockfile", NULL };
static const char *const yarn_immutable[] = { "yarn", "install", "--immutable",
	NULL };
static const char *const pnpm_frozen[] = { "pnpm", "install",
	"--frozen-lockfile", NULL };

static bool read_below(const char *root, const char *name, struct strbuf *out)
{
	AUTO_FREE char *path = fs_join(root, name);
	struct err ignored = ERR_INIT;

	return fs_read(path, out, LOCKFILE_MAX_BYTES, &ignored) == 1;
}

static bool npm_installed(const struct lockfile *lockfile, const char *root,
	const struct strbuf *lock, const struct state *state)
{
	AUTO_STRBUF record = STRBUF_INIT;

	(void)lockfile;
	(void)state;
	return read_below(root, "node_modules/.package-lock.json", &record) &&
	       package_lock_matches(
		       lock->buf, lock->len, record.buf, record.len);
}

/* pnpm keeps a copy of the lock that it installed from. */
static bool pnpm_installed(const struct lockfile *lockfile, const char *root,
	const struct strbuf *lock, const struct state *state)
{
	AUTO_STRBUF record = STRBUF_INIT;

	(void)lockfile;
	(void)state;
	return read_below(root, "node_modules/.pnpm/lock.yaml", &record) &&
	       record.len == lock->len &&
	       !memcmp(record.buf, lock->buf, lock->len);
}

static bool bundler_installed(const struct lockfile *lockfile, const char *root,
	const struct strbuf *lock, const struct state *state)
{
	return bundler_knows(state, root, lockfile->file, lock) ==
	       GEMS_INSTALLED;
}

const struct lockfile lockfiles[] = {
	{ .file = "Gemfile.lock",
		.ruby = true,
		.parse = gemfile_lock_parse,
		.installed = bundler_installed,
		.list = bundle_paths,
		.check = bundle_check,
		.install = bundle_install,
		.frozen = "BUNDLE_FROZEN",
		.refuses = BUNDLER_REFUSES },
	{ .file = "gems.locked",
		.ruby = true,
		.parse = gemfile_lock_parse,
		.installed = bundler_installed,
		.list = bundle_paths,
		.check = bundle_check,
		.install = bundle_install,
		.frozen = "BUNDLE_FROZEN",
		.refuses = BUNDLER_REFUSES },
	{ .file = "package-lock.json",
		.manifest = "package.json",
		.parse = package_lock_parse,
		.installed = npm_installed,
		.install = npm_ci },
	{ .file = "yarn.lock",
		.manifest = "package.json",
		.parse = yarn_lock_parse,
		.install = yarn_immutable,
		.major = yarn_lock_major,
		.newest = YARN_LOCK_NEWEST,
		.version = yarn_version,
		.first_install = yarn_frozen,
		.first_package = "yarn",
		.package = "@yarnpkg/cli-dist" },
	{ .file = "pnpm-lock.yaml",
		.parse = pnpm_lock_parse,
		.installed = pnpm_installed,
		.install = pnpm_frozen },
	{ .file = NULL },
};

const struct lockfile *lockfile_find(const char *file)
{
	for (const struct lockfile *row = lockfiles; row->file; row++)
		if (!strcmp(row->file, file))
			return row;
	return NULL;
}

const char *const *lockfile_install(
	const struct lockfile *lockfile, const struct strbuf *text)
{
	if (lockfile->major && lockfile->major(text->buf, text->len) <= 1)
		return lockfile->first_install;
	return lockfile->install;
}

bool lockfile_has_conflict(const struct strbuf *text)
{
	struct lines lines = { .pos = text->buf, .end = text->buf + text->len };
	struct line line;

	while (lines_next(&lines, &line))
		if (!line.indent && (line_starts(&line, "<<<<<<< ") ||
					    line_is(&line, "<<<<<<<")))
			return true;
	return false;
}
