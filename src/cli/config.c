/*
 * `hookrun config [KEY]`: who sets what.  `dump` prints the same configuration
 * as a file that could be read again, and so has no room for places.
 */
#include "cli/cli.h"

#include "hookrun/base/strbuf.h"

int cmd_config(struct workspace *ws, const struct args *args)
{
	const char *key = args->words.nr ? args->words.v[0] : NULL;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	size_t nr;

	if (!ws->has_config) {
		config_none(repo_worktree(ws->repo), &err);
		return complain(&err);
	}
	nr = config_origins(&ws->config, key, args_has(args, "json"), &out);
	fputs(out.buf, stdout);
	if (!nr && key)
		return complain_text("'%s' is not set", key);
	return 0;
}
