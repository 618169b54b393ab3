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

/* The first existing file among NAME.yml, .NAME.yml, .config/NAME.yml,
 * NAME.yaml, ... of hookrun`suffix` and lefthook`suffix`; or NULL. */
static char *search(
	const char *root, const char *suffix, const struct listing *listing)
{
	static const char *const names[] = { "hookrun", "lefthook", NULL };
	static const char *const formats[] = { ".yml", ".yaml", ".json",
		".jsonc", ".toml", NULL };
	static const char *const prefixes[] = { "", ".", FOLDER "/" };
	AUTO_STRBUF path = STRBUF_INIT;
	size_t start;

	if (listing->whole && !listing->names.nr)
		return NULL;
	strbuf_addstr(&path, root);
	strbuf_addch(&path, '/');
	start = path.len;
	for (size_t n = 0; names[n]; n++)
		for (size_t f = 0; formats[f]; f++)
			for (size_t p = 0; p < ARRAY_SIZE(prefixes); p++) {
				strbuf_setlen(&path, start);
				strbuf_addstr(&path, prefixes[p]);
				strbuf_addstr(&path, names[n]);
				strbuf_addstr(&path, suffix);
				strbuf_addstr(&path, formats[f]);
				if (is_there(path.buf, path.buf + start,
					    listing))
					return strbuf_detach(&path, NULL);
			}
	return NULL;
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
