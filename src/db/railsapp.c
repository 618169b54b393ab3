/*
 * The doubts about config/database.yml.
 *
 * Reading that file is right only while nothing else has a say.  Two things
 * often do: .env files, whose variables exist in the application and not in
 * the shell that runs a git hook, and code that sets such variables, or moves
 * the migrations or the file itself.  Both are looked for with a coarse eye
 * and never interpreted: a false alarm costs one start of Rails, a missed one
 * would make us reconcile the wrong database.
 */
#include "db/railsapp.h"
#include "db/envcode.h"
#include "db/resolve.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <string.h>

static const char *first_set(const char *a, const char *b, const char *other)
{
	const char *value = getenv(a);

	if (!value || !*value)
		value = getenv(b);
	return value && *value ? value : other;
}

/* The text of root/name in `out`, emptied before; empty where it is absent. */
static int slurp(
	const char *root, const char *name, struct strbuf *out, struct err *err)
{
	char *path = fs_join(root, name);
	int found;

	strbuf_reset(out);
	found = fs_read(path, out, RAILSAPP_MAX_BYTES, err);
	free(path);
	return found < 0 ? -1 : 0;
}

/* "    activerecord (7.0.8)" in a Gemfile.lock: 700. */
static int locked_version(const char *lock)
{
	static const char mark[] = "\n    activerecord (";
	const char *p = strstr(lock, mark);
	long major, minor = 0;
	char *end;

	if (!p)
		return 0;
	major = strtol(p + sizeof(mark) - 1, &end, 10);
	if (*end == '.')
		minor = strtol(end + 1, NULL, 10);
	if (major < 1 || major > 99 || minor < 0 || minor > 99)
		return 0;
	return (int)(major * 100 + minor);
}

/* The name that a line of .env ("export NAME=x") or of figaro's YAML ("NAME:
 * x", perhaps indented) assigns to.  "development:" there is a heading. */
static void add_assigned(struct strvec *names, const char *line)
{
	size_t len;

	line += strspn(line, " \t\r");
	if (!strncmp(line, "export ", 7))
		line += 7 + strspn(line + 7, " \t");
	for (len = 0; isalnum((unsigned char)line[len]) || line[len] == '_';)
		len++;
	if (len && !(line[len] == ':' && strchr("\r\n", line[len + 1])))
		strvec_pushn(names, line, len);
}

static void add_names(struct strvec *names, const char *text)
{
	while (*text) {
		add_assigned(names, text);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

static int read_env_files(
	struct railsapp *app, struct arena *arena, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *files[] = { ".env", ".env.local",
		arena_printf(arena, ".env.%s", app->env),
		arena_printf(arena, ".env.%s.local", app->env) };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (slurp(app->root, files[i], &text, err) < 0)
			return -1;
		add_names(&app->hidden, text.buf);
	}
	return 0;
}

static int read_lock(struct railsapp *app, struct arena *arena, struct err *err)
{
	AUTO_STRBUF lock = STRBUF_INIT, text = STRBUF_INIT;

	if (slurp(app->root, "Gemfile.lock", &lock, err) < 0)
		return -1;
	app->version = locked_version(lock.buf);
	if (strstr(lock.buf, "\n    dotenv")) {
		app->hidden_by = "dotenv";
		return read_env_files(app, arena, err);
	}
	if (strstr(lock.buf, "\n    envyable ("))
		app->moved = "envyable sets variables";
	if (strstr(lock.buf, "\n    figaro (")) {
		app->hidden_by = "figaro";
		if (slurp(app->root, "config/application.yml", &text, err) < 0)
			return -1;
		add_names(&app->hidden, text.buf);
	}
	return 0;
}

/* Is there a line with `word` that is no comment? */
static bool has_code(const char *text, const char *word)
{
	for (const char *hit = text; (hit = strstr(hit, word)); hit++) {
		const char *line = hit;

		while (line > text && line[-1] != '\n')
			line--;
		line += strspn(line, " \t");
		if (*line != '#')
			return true;
	}
	return false;
}

static int read_settings(
	struct railsapp *app, struct arena *arena, struct err *err)
{
	static const char *const words[] = { "db/migrate", "config/database",
		"schema_migrations_table_name", "table_name_prefix",
		"table_name_suffix" };
	AUTO_STRBUF text = STRBUF_INIT;
	const char *files[] = { "config/application.rb",
		arena_printf(arena, "config/environments/%s.rb", app->env) };

	for (size_t i = 0; i < 2; i++) {
		if (slurp(app->root, files[i], &text, err) < 0)
			return -1;
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			if (!app->moved && has_code(text.buf, words[w]))
				app->moved = arena_printf(arena,
					"'%s' sets '%s'", files[i], words[w]);
	}
	return 0;
}

/* Whether the code of the application sets a variable that has a say. */
struct code {
	struct railsapp *app;
	struct arena *arena;
	const char *yml;    /* the text of database.yml */
	struct strvec more; /* files that are loaded */
};

static bool matters(void *data, const char *name, size_t len)
{
	static const char url[] = "DATABASE_URL";
	const struct code *code = data;
	size_t url_len = sizeof(url) - 1;

	if (!name)
		return true;
	return (len > 2 && !strncmp(name, "PG", 2)) ||
	       (len >= url_len &&
		       !memcmp(name + len - url_len, url, url_len)) ||
	       (len && memmem(code->yml, strlen(code->yml), name, len));
}

/* Where Ruby might find what is loaded as `path`: from its own folder, the
 * application's, or lib. */
static void note_load(void *data, const char *path, size_t len)
{
	static const char *const bases[] = { "config/", "", "lib/" };
	struct code *code = data;
	bool has_end = len > 3 && !strncmp(path + len - 3, ".rb", 3);

	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++)
		strvec_pushf(&code->more, "%s%.*s%s", bases[i], (int)len, path,
			has_end ? "" : ".rb");
}

static int look_into(
	struct code *code, const char *name, bool loads, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (slurp(code->app->root, name, &text, err) < 0)
		return -1;
	if (!code->app->moved && envcode_sets(text.buf, matters, code))
		code->app->moved = arena_printf(
			code->arena, "'%s' sets variables", name);
	if (loads)
		envcode_each_load(text.buf, note_load, code);
	return 0;
}

static int look_into_initializers(struct code *code, struct err *err)
{
	static const char dir[] = "config/initializers";
	AUTO_FREE char *path = fs_join(code->app->root, dir);
	AUTO_STRVEC names = STRVEC_INIT;

	if (fs_list(path, &names, err))
		return -1;
	strvec_sort(&names);
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *name = fs_join(dir, names.v[i]);

		if (strlen(name) > 3 &&
			!strcmp(name + strlen(name) - 3, ".rb") &&
			look_into(code, name, false, err))
			return -1;
	}
	return 0;
}

static int read_code(struct railsapp *app, struct arena *arena, struct err *err)
{
	static const char *const files[] = { "config/boot.rb",
		"config/application.rb", "config/environment.rb" };
	AUTO_STRBUF yml = STRBUF_INIT;
	struct code code = { .app = app, .arena = arena };
	struct err guessed = ERR_INIT; /* what is no such file */
	int ret = slurp(app->root, DATABASE_YML, &yml, err);

	code.yml = yml.buf;
	for (size_t i = 0; !ret && i < sizeof(files) / sizeof(*files); i++)
		ret = look_into(&code, files[i], true, err);
	if (!ret)
		ret = look_into(&code,
			arena_printf(
				arena, "config/environments/%s.rb", app->env),
			true, err);
	for (size_t i = 0; !ret && i < code.more.nr; i++)
		look_into(&code, code.more.v[i], false, &guessed);
	if (!ret)
		ret = look_into_initializers(&code, err);
	strvec_release(&code.more);
	return ret;
}

int railsapp_read(const char *root, const char *environment,
	struct arena *arena, struct railsapp *app, struct err *err)
{
	memset(app, 0, sizeof(*app));
	app->root = arena_strdup(arena, root);
	app->env = arena_strdup(arena,
		environment
			? environment
			: first_set("RAILS_ENV", "RACK_ENV", "development"));
	if (read_lock(app, arena, err) < 0 ||
		read_settings(app, arena, err) < 0 ||
		read_code(app, arena, err) < 0) {
		railsapp_release(app);
		return -1;
	}
	return 0;
}

void railsapp_release(struct railsapp *app)
{
	strvec_release(&app->hidden);
}

bool railsapp_getenv(
	const struct railsapp *app, const char *name, const char **ret)
{
	const char *value = getenv(name);

	if (!value && strvec_has(&app->hidden, name))
		return false;
	*ret = value;
	return true;
}
