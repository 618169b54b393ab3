/*
 * Where configurations are.  The order is lefthook's: extension by extension,
 * not name by name.
 */
#include "config/load.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/env.h"

char *config_search(const char *root, const char *suffix)
{
	static const char *const names[] = { "hookrun", "lefthook", NULL };
	static const char *const formats[] = { "yml", "yaml", "json", "jsonc",
		"toml", NULL };
	static const char *const prefixes[] = { "", ".", ".config/", NULL };
	AUTO_STRBUF path = STRBUF_INIT;

	for (size_t n = 0; names[n]; n++)
		for (size_t f = 0; formats[f]; f++)
			for (size_t p = 0; prefixes[p]; p++) {
				strbuf_reset(&path);
				strbuf_addf(&path, "%s/%s%s%s.%s", root,
					prefixes[p], names[n], suffix,
					formats[f]);
				if (fs_exists(path.buf))
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
