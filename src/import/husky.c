/*
 * husky: a folder of sh scripts, or (version 4) commands in package.json, which
 * is also what simple-git-hooks has.  Both let a command see the programs of
 * node_modules.  A script of one line is a command; a longer one stays a
 * script, in the configuration.
 */
#include "import/sources.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hookname.h"
#include "hookrun/base/strvec.h"

#include <string.h>

#define PROGRAMS "node_modules/.bin"

/* What husky needs and we do not. */
static bool is_husky_line(const char *line)
{
	return !strncmp(line, "#!", 2) || strstr(line, "_/husky.sh");
}

static bool is_empty(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

/* The script without husky's own lines and without blank ones around it;
 * `*ret_lines` counts its commands. */
static void read_script(const char *text, struct strbuf *out, size_t *ret_lines)
{
	*ret_lines = 0;
	while (*text) {
		size_t len = strcspn(text, "\r\n");
		AUTO_FREE char *line = xstrndup(text, len);

		if (!is_husky_line(line) && (out->len || !is_empty(line))) {
			strbuf_addf(out, "%s\n", line);
			*ret_lines += !is_empty(line) &&
				      line[strspn(line, " \t")] != '#';
		}
		text += len;
		text += *text == '\r';
		text += *text == '\n';
	}
	strbuf_rtrim(out);
}

/* The one command of a script with comments around it. */
static void only_command(const char *script, struct strbuf *out)
{
	while (*script) {
		size_t len = strcspn(script, "\n");
		size_t blanks = strspn(script, " \t");

		if (blanks < len && script[blanks] != '#')
			strbuf_add(out, script + blanks, len - blanks);
		script += len + (script[len] == '\n');
	}
}

static int add_command(struct recipe *recipe, const char *top, const char *hook,
	const char *name, const char *command, struct err *err)
{
	struct recipe_job *job;

	if (import_calls_lint_staged(command)) {
		int found = import_lint_staged(recipe, top, err);

		if (found)
			return found < 0 ? -1 : 0;
	}
	job = recipe_add(recipe, recipe_hook(recipe, hook), name);
	job->run = arena_strdup(recipe->arena, command);
	job->path = PROGRAMS;
	return 0;
}

/* A script may look whether it has any, so it gets them as ever. */
static bool has_arguments(const char *script)
{
	while ((script = strchr(script, '$')))
		if (strchr("123456789@*#{", *++script) && *script)
			return true;
	return false;
}

static int add_script(struct recipe *recipe, const char *top, const char *hook,
	const char *text, struct err *err)
{
	AUTO_STRBUF script = STRBUF_INIT, command = STRBUF_INIT;
	size_t lines;

	read_script(text, &script, &lines);
	if (!lines)
		return 0;
	if (lines == 1) {
		only_command(script.buf, &command);
		return add_command(recipe, top, hook, "husky",
			import_command(recipe, command.buf), err);
	}
	strbuf_addf(&command, "set -e\n%s%s\n",
		has_arguments(script.buf) ? "set -- {0}\n" : "", script.buf);
	return add_command(recipe, top, hook, "husky", command.buf, err);
}

static int read_folder(struct recipe *recipe, const char *top, struct err *err)
{
	AUTO_FREE char *folder = fs_join(top, ".husky");
	AUTO_STRVEC names = STRVEC_INIT;
	int found = 0;

	if (fs_list(folder, &names, err))
		return -1;
	strvec_sort(&names);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *name = fs_join(".husky", names.v[i]);
		AUTO_STRBUF text = STRBUF_INIT;
		int got = hookname_is_git(names.v[i])
				  ? import_text(top, name, &text, err)
				  : 0;

		if (got < 0 || (got && add_script(recipe, top, names.v[i],
					       text.buf, err)))
			return -1;
		found |= got;
	}
	return found;
}

/* { "pre-commit": "COMMAND" } */
static int add_commands(struct recipe *recipe, const char *top,
	const struct node *map, const char *name, struct err *err)
{
	node_each (hook, map) {
		if (!hook->str || !hookname_is_git(hook->key)) {
			if (hookname_is_git(hook->key))
				recipe_note(recipe, hook, "'%s' is no command",
					hook->key);
			continue;
		}
		if (add_command(recipe, top, hook->key, name,
			    import_command(recipe, hook->str), err))
			return -1;
	}
	return 0;
}

static const struct node *map_of(const struct node *map, const char *key)
{
	const struct node *found = node_get(map, key);

	return found && found->kind == NODE_MAP ? found : NULL;
}

int import_husky(struct recipe *recipe, const char *top, struct err *err)
{
	int found = read_folder(recipe, top, err);
	const struct node *hooks, *scripts;
	struct node *package;

	if (found < 0 ||
		import_read(recipe, top, "package.json", &package, err))
		return -1;
	hooks = map_of(node_get(package, "husky"), "hooks");
	if (hooks && add_commands(recipe, top, hooks, "husky", err))
		return -1;
	scripts = map_of(package, "scripts");
	node_each (script, scripts) {
		if (script->str && strstr(script->str, "husky") &&
			(found || hooks))
			recipe_note(recipe, script,
				"the script '%s' calls husky, which takes "
				"core.hooksPath back; let it call 'hookrun "
				"install'",
				script->key);
	}
	return found || hooks;
}

int import_simple_git_hooks(
	struct recipe *recipe, const char *top, struct err *err)
{
	static const char *const names[] = { ".simple-git-hooks.json",
		"simple-git-hooks.json" };
	struct node *file = NULL, *package;
	const struct node *hooks;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !file; i++)
		if (import_read(recipe, top, names[i], &file, err))
			return -1;
	if (import_read(recipe, top, "package.json", &package, err))
		return -1;
	hooks = file ? file : node_get(package, "simple-git-hooks");
	if (!hooks)
		return 0;
	if (hooks->kind != NODE_MAP) {
		recipe_note(recipe, hooks, "simple-git-hooks are in a program");
		return 1;
	}
	return add_commands(recipe, top, hooks, "simple-git-hooks", err) ? -1
									 : 1;
}
