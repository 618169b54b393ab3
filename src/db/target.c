/*
 * Finding an application's databases without starting it: first by ourselves,
 * which costs a millisecond, then with a bare Ruby, and else not at all.
 *
 * Being wrong here is worse than giving up, for what follows is a comparison of
 * this tree with that database.  So every doubt (see railsapp.h) ends the
 * attempt before a value is used.
 */
#include "hookrun/db/target.h"
#include "db/railsapp.h"
#include "db/resolve.h"
#include "db/rubyconf.h"
#include "hookrun/base/fs.h"

#include <string.h>

/* libpq's own variables would be seen by the application only. */
static bool hides_libpq(const struct railsapp *app)
{
	for (size_t i = 0; i < app->hidden.nr; i++)
		if (!strncmp(app->hidden.v[i], "PG", 2) &&
			!getenv(app->hidden.v[i]))
			return true;
	return false;
}

/* Would Ruby evaluate the file with a variable that only the application has?
 */
static bool mentions_hidden(const struct railsapp *app, const char *text)
{
	for (size_t i = 0; i < app->hidden.nr; i++)
		if (strstr(text, app->hidden.v[i]) && !getenv(app->hidden.v[i]))
			return true;
	return false;
}

/* Our own reading gave up because of `own_why` (NULL: the YAML is broken).  1
 * with the tree from Ruby, or 0. */
static int ask_ruby(const struct railsapp *app, struct arena *arena,
	const char *text, const char *own_why, struct node **ret,
	const char **ret_why)
{
	const char *json = NULL, *why = NULL;
	struct err err;

	if (mentions_hidden(app, text)) {
		*ret_why = arena_printf(arena,
			"'" DATABASE_YML "' uses what %s sets", app->hidden_by);
		return 0;
	}
	if (rubyconf_read(app, arena, &json, &why) &&
		!node_read_yaml(
			arena, DATABASE_YML, json, strlen(json), ret, &err))
		return 1;
	why = why ? why : err.msg;
	*ret_why = arena_printf(arena, "'" DATABASE_YML "': %s; ruby: %s",
		own_why ? own_why : "broken YAML", why);
	return 0;
}

/* As db_targets_read(), with the text of database.yml. */
static int from_text(const struct railsapp *app, struct arena *arena,
	const struct strbuf *text, struct db_targets *ret, const char **ret_why,
	struct err *err)
{
	const char *why = NULL;
	struct node *tree = NULL;
	int found = resolve_tree(
		app, arena, text->buf, text->len, &tree, &why, err);

	if (found > 0)
		found = resolve_targets(app, arena, tree, ret, &why, err);
	if (found > 0)
		return 1;
	/* An answer of Ruby's beats our doubts and our parser's complaints,
	 * but an environment that is not there is not there. */
	if ((found < 0 && tree) ||
		!ask_ruby(app, arena, text->buf, why, &tree, ret_why))
		return found;
	return resolve_targets(app, arena, tree, ret, ret_why, err);
}

static bool url_is_set(const struct railsapp *app)
{
	static const char *const names[] = { "DATABASE_URL",
		"PRIMARY_DATABASE_URL" };
	const char *value = NULL;

	for (size_t i = 0; i < 2; i++)
		if (!railsapp_getenv(app, names[i], &value) || value)
			return true;
	return false;
}

static int read_targets(const struct railsapp *app, struct arena *arena,
	struct db_targets *ret, const char **ret_why, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *path = fs_join(app->root, DATABASE_YML);
	int found = fs_read(path, &text, RAILSAPP_MAX_BYTES, err);

	free(path);
	if (found < 0)
		return -1;
	if (!found && !url_is_set(app))
		return err_set(err,
			"'%s' has no '" DATABASE_YML
			"' and DATABASE_URL is not set",
			app->root);
	if (app->moved) {
		*ret_why = app->moved;
		return 0;
	}
	if (hides_libpq(app)) {
		*ret_why = arena_printf(
			arena, "%s sets libpq's variables", app->hidden_by);
		return 0;
	}
	if (!found)
		return resolve_targets(app, arena, NULL, ret, ret_why, err);
	return from_text(app, arena, &text, ret, ret_why, err);
}

int db_targets_read(const char *app, const char *environment,
	struct arena *arena, struct db_targets *ret, const char **ret_why,
	struct err *err)
{
	struct railsapp files;
	int result;

	*ret_why = NULL;
	if (railsapp_read(app, environment, arena, &files, err) < 0)
		return -1;
	result = read_targets(&files, arena, ret, ret_why, err);
	railsapp_release(&files);
	return result;
}
