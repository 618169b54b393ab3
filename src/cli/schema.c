/*
 * `hookrun schema`: the JSON schema of a configuration, for editors; and
 * `install
 * --schema`, by which a configuration names it.  The file stands beside the
 * scripts, in the work tree: in the git directory it would not be where a path
 * in a committed file leads, with linked work trees and before the first
 * install of a clone.
 *
 * The configuration is its owner's text.  One line is put into it, once; a name
 * that is there already stays, and the file that it leads to is written.
 */
#include "cli/cli.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/schema.h"

#include <stdlib.h>
#include <sys/stat.h>

#define DEFAULT_PLACE ".lefthook/schema.json"
#define CONFIG_MAX_BYTES (1 << 20)
#define SCHEMA_MAX_BYTES (16 << 20)
#define BOM "\xef\xbb\xbf"

int cmd_schema(const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;

	schema_write(&out, args_has(args, "local"));
	fputs(out.buf, stdout);
	return 0;
}

/* How a format says it: what stands before the name and behind it. */
static const struct form {
	const char *ending, *before, *after;
} forms[] = {
	{ ".yml", "# yaml-language-server: $schema=", "" },
	{ ".yaml", "# yaml-language-server: $schema=", "" },
	{ ".toml", "#:schema ", "" },
	{ ".json", "\"$schema\": \"", "\"" },
	{ ".jsonc", "\"$schema\": \"", "\"" },
};

static const struct form *form_of(const char *path)
{
	const char *dot = strrchr(fs_basename(path), '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(forms); i++)
		if (!strcmp(dot, forms[i].ending))
			return &forms[i];
	return NULL;
}

/* The name that the text has; malloc'd, or NULL.  In JSON it is told by its
 * key, which may be written with blanks. */
static char *find_name(const char *text, const struct form *form)
{
	bool json = *form->before == '"';
	const char *found = strstr(text, json ? "\"$schema\"" : form->before);
	size_t len;

	if (!found)
		return NULL;
	if (json) {
		found += strlen("\"$schema\"");
		found += strspn(found, " \t\r\n:");
		found += *found == '"';
	} else {
		found += strlen(form->before);
	}
	len = strcspn(found, json ? "\"" : " \t\r\n");
	return xstrndup(found, len);
}

/* "../" for each folder that `path` is below `top`. */
static void add_way_up(struct strbuf *out, const char *top, const char *path)
{
	const char *s = path + strlen(top) + 1;

	while ((s = strchr(s, '/'))) {
		strbuf_addstr(out, "../");
		s++;
	}
}

/* The line, behind the mark that a text may begin with; of JSON a first key.
 * False where the text does not begin as such a file does. */
static bool add_name(struct strbuf *out, const char *text,
	const struct form *form, const char *name)
{
	size_t at = strncmp(text, BOM, strlen(BOM)) ? 0 : strlen(BOM);
	const char *newline = strchr(text, '\n');
	const char *end = newline && newline > text && newline[-1] == '\r'
				  ? "\r\n"
				  : "\n";

	if (*form->before == '"') {
		size_t next;

		at += strspn(text + at, " \t\r\n");
		if (text[at++] != '{')
			return false;
		next = at + strspn(text + at, " \t\r\n");
		strbuf_add(out, text, at);
		strbuf_addf(out, "%s  %s%s%s%s", end, form->before, name,
			form->after, text[next] == '}' ? "" : ",");
	} else {
		strbuf_add(out, text, at);
		strbuf_addf(out, "%s%s%s", form->before, name, end);
	}
	strbuf_addstr(out, text + at);
	return true;
}

/* One that somebody has written is not ours to replace. */
static int write_schema(const char *path)
{
	AUTO_STRBUF out = STRBUF_INIT, old = STRBUF_INIT;
	AUTO_FREE char *folder = fs_dirname(path);
	struct err err;
	int there = fs_read(path, &old, SCHEMA_MAX_BYTES, &err);

	if (there < 0)
		return complain(&err);
	if (there && !strstr(old.buf, SCHEMA_MARK))
		return complain_text("'%s' was not written by hookrun, and "
				     "stays as it is",
			path);
	schema_write(&out, false);
	if (fs_mkdirs(folder, 0755, &err) ||
		fs_write_atomic(path, out.buf, out.len, 0644, &err))
		return complain(&err);
	return 0;
}

static bool is_below(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && path[len] == '/';
}

/* The name is there: what it leads to is brought up to date. */
static int refresh(const char *top, const char *config, const char *name)
{
	AUTO_FREE char *folder = fs_dirname(config);
	AUTO_FREE char *path = NULL;

	if (strstr(name, "://")) {
		printf("schema: the configuration names %s\n", name);
		return 0;
	}
	path = fs_clean(folder, name);
	if (!is_below(path, top))
		return complain_text("the schema that the configuration names, "
				     "'%s', is not in the work tree",
			name);
	if (write_schema(path))
		return 1;
	printf("schema: %s\n", path + strlen(top) + 1);
	return 0;
}

/* `config` is the file itself, no link to it. */
static int name_it(const char *top, const char *config, const char *text,
	const struct form *form)
{
	AUTO_STRBUF name = STRBUF_INIT, changed = STRBUF_INIT;
	AUTO_FREE char *path = fs_join(top, DEFAULT_PLACE);
	struct stat st;
	struct err err;

	add_way_up(&name, top, config);
	strbuf_addstr(&name, DEFAULT_PLACE);
	if (!add_name(&changed, text, form, name.buf))
		return complain_text("'%s' does not begin with '{': its schema "
				     "has to be named by hand",
			config);
	if (stat(config, &st))
		return complain_text("cannot look at '%s'", config);
	if (write_schema(path))
		return 1;
	if (fs_write_atomic(
		    config, changed.buf, changed.len, st.st_mode & 07777, &err))
		return complain(&err);
	printf("schema: %s, which %s names now\n", DEFAULT_PLACE,
		config + strlen(top) + 1);
	return 0;
}

int schema_install(const char *top)
{
	AUTO_FREE char *found = NULL, *config = NULL, *name = NULL,
		       *root = realpath(top, NULL);
	AUTO_STRBUF text = STRBUF_INIT;
	const struct form *form;
	struct err err;

	if (config_find(top, &found))
		config = realpath(found, NULL);
	form = config ? form_of(config) : NULL;
	if (!form || !root)
		return complain_text("there is no configuration that could "
				     "name a schema");
	if (!is_below(config, root))
		return complain_text("'%s' is not in the work tree: its schema "
				     "has to be named by hand",
			config);
	if (fs_read(config, &text, CONFIG_MAX_BYTES, &err) < 0)
		return complain(&err);
	name = find_name(text.buf, form);
	return name ? refresh(root, config, name)
		    : name_it(root, config, text.buf, form);
}
