/*
 * What a configuration names that lies outside of it: folders, scripts, the
 * text of patterns.  A job that asks for what is not there fails at its turn,
 * and a branch may well lack a folder that no commit of it needs; so only
 * `validate`, which is asked for all that is wrong, looks.
 */
#include "config/check.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/glob.h"
#include "hookrun/config/config.h"

#include <string.h>

void check_pattern(
	struct check *check, const struct node *node, bool may_doublestar)
{
	const char *matcher = node_str(check->merged, "glob_matcher");
	unsigned flags = 0;
	struct glob *ignored;
	struct err err;

	if (!check->worktree || !node->str || !*node->str)
		return;
	if (may_doublestar && matcher && !strcmp(matcher, "doublestar"))
		flags = GLOB_DOUBLESTAR;
	if (glob_compile(check->arena, node->str, flags, &ignored, &err))
		problem_error(check->problems, AT_VALUE, node, "%s", err.msg);
}

void check_root(struct check *check, const struct node *map, const char *what)
{
	const char *root = check->worktree ? node_str(map, "root") : NULL;
	AUTO_FREE char *path = NULL;

	if (!root || !*root)
		return;
	path = fs_clean(check->worktree, root);
	if (!fs_is_dir(path))
		problem_error(check->problems, AT_VALUE, node_get(map, "root"),
			"root '%s' of %s is not a directory",
			source_brief(check->arena, root), what);
}

/* Only a program that is executed names its own interpreter. */
static void check_lines(struct check *check, const struct node *map,
	const struct node *at, const char *path)
{
	const char *runner = node_str(map, "runner");

	if ((!runner || !*runner) && fs_is_executable(path) &&
		config_script_is_windows(path))
		problem_error(check->problems, AT_KEY, at,
			"the first line of script '%s' ends in a carriage "
			"return, as lines do on Windows: its program is not "
			"found",
			path);
}

void check_script(struct check *check, const struct node *map,
	const struct node *at, const char *name)
{
	bool found = false;
	static const struct strvec none = STRVEC_INIT;
	const char *const *dir = config_script_dirs(
		option_str(check->merged, keys_all(), "source_dir"),
		option_str(check->merged, keys_all(), "source_dir_local"),
		check->remotes ? check->remotes : &none, check->arena);

	for (; check->worktree && *dir; dir++) {
		AUTO_STRBUF path = STRBUF_INIT;
		AUTO_FREE char *full = NULL;

		strbuf_addf(&path, "%s/%s/%s", *dir, check->hook, name);
		full = fs_clean(check->worktree, path.buf);
		if (!fs_exists(full))
			continue;
		found = true;
		check_lines(check, map, at, full);
	}
	if (check->worktree && !found)
		problem_error(check->problems, AT_KEY, at,
			"script '%s' of hook '%s' does not exist",
			source_brief(check->arena, name),
			source_brief(check->arena, check->hook));
}
