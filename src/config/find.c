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

/* The names in `root` that may lead to a configuration: one look at the folder
 * instead of one at each of thirty names.  False where it has too many. */
static bool list_names(const char *root, struct strvec *names)
{
	DIR *dir = opendir(root);
	struct dirent *entry = NULL;
	size_t nr = 0;

	while (dir && nr++ < NAMES_MAX && (entry = readdir(dir))) {
		const char *name = entry->d_name + (*entry->d_name == '.');

		if (!strncmp(name, "hookrun", 7) ||
			!strncmp(name, "lefthook", 8) ||
			!strcmp(entry->d_name, FOLDER))
			strvec_push(names, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return dir && !entry;
}

/* `path`, whose part below the root starts at `name`. */
static bool is_there(const char *path, const char *name,
	const struct strvec *names, bool listed)
{
	bool below = !strncmp(name, FOLDER "/", strlen(FOLDER "/"));

	if (listed && !strvec_has(names, below ? FOLDER : name))
		return false;
	return fs_exists(path);
}

char *config_search(const char *root, const char *suffix)
{
	static const char *const names[] = { "hookrun", "lefthook", NULL };
	static const char *const formats[] = { ".yml", ".yaml", ".json",
		".jsonc", ".toml", NULL };
	static const char *const prefixes[] = { "", ".", FOLDER "/" };
	AUTO_STRBUF path = STRBUF_INIT;
	AUTO_STRVEC there = STRVEC_INIT;
	bool listed = list_names(root, &there);
	size_t start;

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
				if (is_there(path.buf, path.buf + start, &there,
					    listed))
					return strbuf_detach(&path, NULL);
			}
	return NULL;
}

const char *config_named(void)
{
	const char *named = env_ours("CONFIG");

	return named && *named ? named : NULL;
}

bool config_find(const char *root, char **ret_path)
{
	const char *named = config_named();
	char *path = named ? fs_clean(root, named) : config_search(root, "");

	if (named && !fs_exists(path)) {
		free(path);
		path = NULL;
	}
	*ret_path = path;
	return path != NULL;
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
