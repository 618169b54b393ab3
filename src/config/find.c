/*
 * Where configurations are.  The order is lefthook's: extension by extension,
 * not name by name.
 */
#include "config/load.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/env.h"

/* Asked once instead of for each of ten names. */
static bool has_config_folder(const char *root)
{
	AUTO_FREE char *path = fs_join(root, ".config");

	return fs_exists(path);
}

char *config_search(const char *root, const char *suffix)
{
	static const char *const names[] = { "hookrun", "lefthook", NULL };
	static const char *const formats[] = { ".yml", ".yaml", ".json",
		".jsonc", ".toml", NULL };
	static const char *const prefixes[] = { "", ".", ".config/" };
	AUTO_STRBUF path = STRBUF_INIT;
	size_t nprefixes = has_config_folder(root) ? 3 : 2, start;

	strbuf_addstr(&path, root);
	strbuf_addch(&path, '/');
	start = path.len;
	for (size_t n = 0; names[n]; n++)
		for (size_t f = 0; formats[f]; f++)
			for (size_t p = 0; p < nprefixes; p++) {
				strbuf_setlen(&path, start);
				strbuf_addstr(&path, prefixes[p]);
				strbuf_addstr(&path, names[n]);
				strbuf_addstr(&path, suffix);
				strbuf_addstr(&path, formats[f]);
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
