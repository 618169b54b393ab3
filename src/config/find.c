/*
 * Where configurations are.  The order is lefthook's: extension by extension,
 * not name by name.
 */
#include "config/load.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/proc/env.h"

#include <dirent.h>
#include <string.h>

#define FOLDER ".config"
#define NAMES_MAX 1000 /* entries of a folder that is read */

/* The names in the root that may lead to a configuration: one look at the
 * folder instead of one at each of sixty names. */
struct listing {
	struct strvec names;
	bool whole; /* false where the folder has too many */
};

static void list_names(const char *root, struct listing *ret)
{
	DIR *dir = opendir(root);
	struct dirent *entry = NULL;
	size_t nr = 0;

	while (dir && nr++ < NAMES_MAX && (entry = readdir(dir))) {
		const char *name = entry->d_name + (*entry->d_name == '.');

		if (!strncmp(name, "hookrun", 7) ||
			!strncmp(name, "lefthook", 8) ||
			!strcmp(entry->d_name, FOLDER))
			strvec_push(&ret->names, entry->d_name);
	}
	if (dir)
		closedir(dir);
	ret->whole = dir && !entry;
}

/* `path`, whose part below the root starts at `name`. */
static bool is_there(
	const char *path, const char *name, const struct listing *listing)
{
	bool below = !strncmp(name, FOLDER "/", strlen(FOLDER "/"));

	if (!listing->whole)
		return fs_exists(path);
	if (below)
		return strvec_has(&listing->names, FOLDER) && fs_exists(path);
	return strvec_has(&listing->names, name);
}

/* Whether any of the names that `name` and `suffix` give can be there at all.
 */
static bool may_be_there(
	const struct listing *listing, const char *name, const char *suffix)
{
	size_t len = strlen(name), more = strlen(suffix);

	for (size_t i = 0; i < listing->names.nr; i++) {
		const char *entry = listing->names.v[i];

		if (!strcmp(entry, FOLDER))
			return true;
		entry += *entry == '.';
		if (!strncmp(entry, name, len) &&
			!strncmp(entry + len, suffix, more))
			return true;
	}
	return !listing->whole;
}

/* The first existing file among NAME.yml, .NAME.yml, .config/NAME.yml,
 * NAME.yaml, ... where NAME is `name` and `suffix`; malloc'd, or NULL. */
static char *search_formats(const char *root, const char *name,
	const char *suffix, const struct listing *listing)
{
	static const char *const formats[] = { ".yml", ".yaml", ".json",
		".jsonc", ".toml", NULL };
	static const char *const prefixes[] = { "", ".", FOLDER "/" };
	AUTO_STRBUF path = STRBUF_INIT;
	size_t start;

	strbuf_addstr(&path, root);
	strbuf_addch(&path, '/');
	start = path.len;
	for (size_t f = 0; formats[f]; f++)
		for (size_t p = 0; p < ARRAY_SIZE(prefixes); p++) {
			strbuf_setlen(&path, start);
			strbuf_addstr(&path, prefixes[p]);
			strbuf_addstr(&path, name);
			strbuf_addstr(&path, suffix);
			strbuf_addstr(&path, formats[f]);
			if (is_there(path.buf, path.buf + start, listing))
				return strbuf_detach(&path, NULL);
		}
	return NULL;
}

static char *search(
	const char *root, const char *suffix, const struct listing *listing)
{
	static const char *const names[] = { "hookrun", "lefthook" };
	char *path = NULL;

	for (size_t n = 0; !path && n < ARRAY_SIZE(names); n++)
		if (may_be_there(listing, names[n], suffix))
			path = search_formats(root, names[n], suffix, listing);
	return path;
}

const char *config_named(void)
{
	const char *named = env_ours("CONFIG");

	return named && *named ? named : NULL;
}

bool config_find_files(const char *root, char **ret_path, char **ret_local)
{
	struct listing listing = { .names = STRVEC_INIT };
	const char *named = config_named();
	char *path;

	list_names(root, &listing);
	path = named ? fs_clean(root, named) : search(root, "", &listing);
	if (named && !fs_exists(path)) {
		free(path);
		path = NULL;
	}
	*ret_path = path;
	*ret_local = search(root, "-local", &listing);
	strvec_release(&listing.names);
	return path != NULL;
}

bool config_find(const char *root, char **ret_path)
{
	AUTO_FREE char *local = NULL;

	return config_find_files(root, ret_path, &local);
}

bool config_exists(const char *root)
{
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *local = NULL;

	return config_find_files(root, &path, &local) || local;
}

int config_none(const char *root, struct err *err)
{
	if (config_named())
		return err_set(err,
			"the configuration '%s', which the environment names, "
			"does not exist",
			config_named());
	return err_set(err,
		"there is no configuration (lefthook.yml, hookrun.yml, ...) in "
		"'%s'",
		root);
}
