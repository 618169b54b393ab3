/*
 * lint-staged: commands for staged files by pattern, whose changes are staged.
 * A pattern without a slash is about the name in any folder, with one about the
 * path, in which '*' stops at a slash: so globs are doublestar's.  Where it is
 * configured by a program, only that program knows.
 */
#include "import/sources.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <string.h>

bool import_calls_lint_staged(const char *command)
{
	static const char *const ways[] = { "npx", "npx --no-install",
		"npx --no", "yarn", "yarn run", "pnpm", "pnpm exec", "pnpm run",
		"bunx", "npm exec", "npm run", "" };
	const char *end = strstr(command, "lint-staged");

	if (!end)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		size_t len = strlen(ways[i]);

		if (!strncmp(command, ways[i], len) &&
			command + len + (len > 0) == end &&
			!strcmp(end, "lint-staged"))
			return true;
	}
	return false;
}

static void add_pattern(
	struct recipe *recipe, struct recipe_job *job, const char *pattern)
{
	words_add(recipe, &job->glob, "%s%s",
		strchr(pattern, '/') || recipe->crosses ? "" : "**/", pattern);
}

/* What globs of ours do not have. */
static bool is_beyond(const char *pattern)
{
	return strstr(pattern, "!(") || strstr(pattern, "@(") ||
	       strstr(pattern, "+(") || strstr(pattern, "?(") ||
	       strstr(pattern, "*(") || *pattern == '!';
}

static void add_job(struct recipe *recipe, const struct node *entry)
{
	struct recipe_job *job;
	AUTO_STRBUF run = STRBUF_INIT;

	if (is_beyond(entry->key) ||
		(recipe->crosses && strchr(entry->key, '/'))) {
		recipe_note(recipe, entry, "no glob says '%s'", entry->key);
		return;
	}
	if (entry->str)
		strbuf_addf(&run, "%s {staged_files}", entry->str);
	node_each (command, entry) {
		if (!command->str) {
			recipe_note(recipe, command, "no command");
			return;
		}
		/* Old versions had to be told; stage_fixed does it. */
		if (!strcmp(command->str, "git add"))
			continue;
		strbuf_addf(&run, "%s%s {staged_files}", run.len ? " && " : "",
			command->str);
	}
	if (!run.len)
		return;
	job = recipe_add(recipe, recipe_hook(recipe, "pre-commit"), entry->key);
	add_pattern(recipe, job, entry->key);
	job->run = arena_strdup(recipe->arena, run.buf);
	job->path = "node_modules/.bin";
	job->stage_fixed = true;
}

static int read_configuration(struct recipe *recipe, const char *top,
	const struct node **ret, struct err *err)
{
	static const char *const names[] = { ".lintstagedrc.json",
		".lintstagedrc.yaml", ".lintstagedrc.yml", ".lintstagedrc" };
	struct node *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !found; i++)
		if (import_read(recipe, top, names[i], &found, err))
			return -1;
	if (!found) {
		if (import_read(recipe, top, "package.json", &found, err))
			return -1;
		found = node_get(found, "lint-staged");
	}
	*ret = found;
	return 0;
}

int import_lint_staged(struct recipe *recipe, const char *top, struct err *err)
{
	const struct node *map;

	if (recipe->lint_staged)
		return 1;
	if (read_configuration(recipe, top, &map, err))
		return -1;
	if (!map || map->kind != NODE_MAP)
		return 0;
	recipe->lint_staged = true;
	recipe->doublestar = !recipe->crosses;
	node_each (entry, map) {
		add_job(recipe, entry);
	}
	return 1;
}
