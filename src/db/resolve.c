/*
 * Which databases an environment has, in Rails' order of precedence (Active
 * Record's DatabaseConfigurations, 6.0 to 8.1):
 *
 * A map whose values are all maps is "three-tier", one database for each name;
 * any other map is the one database `primary`.  A key `url:` beats its siblings
 * and makes the environment's variables void.  Else <NAME>_DATABASE_URL counts,
 * and DATABASE_URL for the database that is called primary and for no other,
 * even where the first one acts as primary under another name.
 *
 * Whatever Rails would refuse, or reads differently from one version to the
 * next, is not resolved but handed back with a reason.
 */
#include "db/resolve.h"
#include "db/erb.h"
#include "db/settings.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <string.h>

#define MAX_TARGETS 100

struct resolver {
	const struct railsapp *app;
	struct arena *arena;
	const char *why; /* set with every "cannot tell" */
	struct db_target *targets;
	size_t nr;
};

/* What a Rails connection hands through to libpq, besides what has a field of
 * its own in struct db_target. */
static const char *const libpq_params[] = { "channel_binding",
	"connect_timeout", "gssencmode", "gsslib", "hostaddr", "keepalives",
	"keepalives_count", "keepalives_idle", "keepalives_interval",
	"krbsrvname", "load_balance_hosts", "options", "passfile",
	"require_auth", "requirepeer", "service", "ssl_max_protocol_version",
	"ssl_min_protocol_version", "sslcert", "sslcertmode", "sslcompression",
	"sslcrl", "sslcrldir", "sslkey", "sslmode", "sslpassword",
	"sslrootcert", "sslsni", "target_session_attrs", "tcp_user_timeout" };

#define NPARAMS (sizeof(libpq_params) / sizeof(libpq_params[0]))

static bool cannot(struct resolver *rs, const char *why)
{
	rs->why = why;
	return false;
}

static bool env_of_app(void *data, const char *name, const char **ret)
{
	return railsapp_getenv(data, name, ret);
}

int resolve_tree(const struct railsapp *app, struct arena *arena,
	const char *text, size_t len, struct node **ret, const char **ret_why,
	struct err *err)
{
	AUTO_STRBUF yaml = STRBUF_INIT;
	struct railsapp copy = *app; /* the callback's data is not const */
	struct erb_env env = { .get = env_of_app, .data = &copy };

	if (!erb_expand(arena, text, len, &env, &yaml, ret_why))
		return 0;
	return node_read_yaml(
		       arena, DATABASE_YML, yaml.buf, yaml.len, ret, err) < 0
		       ? -1
		       : 1;
}

/* The URL for database `name` from the environment; NULL: none. */
static bool url_from_env(
	struct resolver *rs, const char *name, const char **ret)
{
	char *own = arena_printf(rs->arena, "%s_DATABASE_URL", name);
	bool known;

	for (char *c = own; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	known = railsapp_getenv(rs->app, own, ret);
	if (known && !*ret && !strcmp(name, "primary"))
		known = railsapp_getenv(rs->app, "DATABASE_URL", ret);
	if (!known)
		return cannot(
			rs, arena_printf(rs->arena, "%s sets a DATABASE_URL",
				    rs->app->hidden_by));
	return true;
}

static bool merge_url(struct resolver *rs, struct settings *set,
	const char *url, const char *from)
{
	const char *why = NULL;

	if (settings_merge_url(set, url, rs->app->version, rs->arena, &why))
		return true;
	return cannot(rs, arena_printf(rs->arena, "%s: %s", from, why));
}

/* The whole configuration of database `name`. */
static bool gather(struct resolver *rs, const char *name,
	const struct node *map, struct settings *set)
{
	const struct node *own = node_get(map, "url");
	const char *url = NULL;

	if (!settings_from_yaml(set, map, rs->arena, &rs->why))
		return false;
	if (own && own->kind == NODE_NULL)
		return true;
	if (own)
		return own->str ? merge_url(rs, set, own->str, "'url'")
				: cannot(rs, "'url' is no text");
	if (!url_from_env(rs, name, &url))
		return false;
	return !url || merge_url(rs, set, url, "DATABASE_URL");
}

static bool is_for_tasks(const struct resolver *rs, const struct settings *set)
{
	int version = rs->app->version;

	if (settings_true(set, "replica"))
		return false;
	if (version && version < 700)
		return true;
	return !settings_find(set, "database_tasks") ||
	       settings_true(set, "database_tasks");
}

/* A path relative to the application, from one that may be absolute. */
static const char *relative_path(struct resolver *rs, const char *path)
{
	size_t len = strlen(rs->app->root);
	char *clean = fs_clean(rs->app->root, path);
	const char *inside = NULL;

	if (!strncmp(clean, rs->app->root, len) && clean[len] == '/')
		inside = arena_strdup(rs->arena, clean + len + 1);
	free(clean);
	if (!inside)
		cannot(rs, "'migrations_paths' leads out of the application");
	return inside;
}

static bool fill_list(
	struct resolver *rs, const struct node *list, const char **paths)
{
	size_t nr = 0;

	node_each (item, list) {
		if (!item->str || item->kind == NODE_NULL)
			return cannot(rs, "'migrations_paths' is no list of "
					  "paths");
		paths[nr] = relative_path(rs, item->str);
		if (!paths[nr++])
			return false;
	}
	return true;
}

static bool fill_paths(struct resolver *rs, const struct settings *set,
	struct db_target *target)
{
	const struct setting *given = settings_find(set, "migrations_paths");
	const struct node *node = given ? given->node : NULL;
	bool is_list = node && node->kind == NODE_LIST;
	const char **paths = arena_alloc(
		rs->arena, ((is_list ? node->count : 1) + 1) * sizeof(*paths));

	target->migrations_paths = paths;
	if (is_list && node->count)
		return fill_list(rs, node, paths);
	if (!given || (node && node->kind == NODE_NULL)) {
		paths[0] = "db/migrate";
		return true;
	}
	if (!given->value)
		return cannot(rs, "'migrations_paths' is no list of paths");
	paths[0] = relative_path(rs, given->value);
	return paths[0] != NULL;
}

/* The text of `key`, or of `other`, where it is not empty. */
static const char *text_of(
	const struct settings *set, const char *key, const char *other)
{
	const char *value = settings_get(set, key);

	if (!value || !*value)
		value = other ? settings_get(set, other) : NULL;
	return value && *value ? value : NULL;
}

static void fill_params(struct resolver *rs, const struct settings *set,
	struct db_target *target)
{
	struct db_param *params = arena_alloc(
		rs->arena, NPARAMS * sizeof(*params));

	for (size_t i = 0; i < NPARAMS; i++) {
		const char *value = text_of(set, libpq_params[i], NULL);

		if (!value)
			continue;
		params[target->nparams].name = libpq_params[i];
		params[target->nparams++].value = value;
	}
	target->params = params;
}

static bool fill_target(struct resolver *rs, const char *name,
	const struct settings *set, struct db_target *target)
{
	const struct setting *vars = settings_find(set, "variables");

	target->name = arena_strdup(rs->arena, name);
	target->adapter = text_of(set, "adapter", NULL);
	target->database = text_of(set, "database", "dbname");
	target->host = text_of(set, "host", NULL);
	target->port = text_of(set, "port", NULL);
	target->username = text_of(set, "username", "user");
	target->password = text_of(set, "password", NULL);
	target->search_path = text_of(
		set, "schema_search_path", "schema_order");
	target->pool = text_of(set, "pool", "max_connections");
	if (!target->pool)
		target->pool = "5"; /* Rails' own default */
	if (!target->adapter || !target->database)
		return cannot(
			rs, arena_printf(rs->arena, "'%s' has no %s", name,
				    target->adapter ? "database" : "adapter"));
	if (vars && node_get(vars->node, "search_path"))
		return cannot(rs, "'variables' sets the search path");
	fill_params(rs, set, target);
	db_target_identify(target, rs->app->root, rs->arena);
	return fill_paths(rs, set, target);
}

static bool add_target(
	struct resolver *rs, const char *name, const struct node *map)
{
	struct settings set;

	if (!gather(rs, name, map, &set))
		return false;
	if (!is_for_tasks(rs, &set))
		return true;
	if (rs->nr == MAX_TARGETS)
		return cannot(rs, "there are too many databases");
	return fill_target(rs, name, &set, &rs->targets[rs->nr++]);
}

static bool add_url_only(struct resolver *rs, const char *url, const char *from)
{
	struct settings set = { .nr = 0 };

	return merge_url(rs, &set, url, from) &&
	       fill_target(rs, "primary", &set, &rs->targets[rs->nr++]);
}

static bool is_three_tier(const struct node *map)
{
	node_each (child, map) {
		if (child->kind != NODE_MAP)
			return false;
	}
	return true;
}

/* The environment's value `node` is there. */
static bool add_environment(struct resolver *rs, const struct node *node)
{
	if (node->kind == NODE_STR)
		return add_url_only(rs, node->str, "the URL");
	if (node->kind != NODE_MAP)
		return cannot(rs, arena_printf(rs->arena, "'%s' is no map",
					  rs->app->env));
	if (!is_three_tier(node))
		return add_target(rs, "primary", node);
	node_each (child, node) {
		if (!add_target(rs, child->key, child))
			return false;
	}
	return true;
}

static int add_all(
	struct resolver *rs, const struct node *tree, struct err *err)
{
	const struct node *node = node_get(tree, rs->app->env);
	const char *url = NULL;

	if (tree && tree->kind != NODE_MAP && tree->kind != NODE_NULL)
		return cannot(rs, "'" DATABASE_YML "' is no map");
	if (node_get(tree, "shared"))
		return cannot(rs, "'" DATABASE_YML "' has a section 'shared'");
	if (node && !(node->kind == NODE_MAP && !node->count))
		return add_environment(rs, node);
	if (!url_from_env(rs, "primary", &url))
		return 0;
	if (url)
		return add_url_only(rs, url, "DATABASE_URL");
	return err_set(err,
		"'" DATABASE_YML "' has no database for the environment '%s'",
		rs->app->env);
}

int resolve_targets(const struct railsapp *app, struct arena *arena,
	const struct node *tree, struct db_targets *ret, const char **ret_why,
	struct err *err)
{
	struct resolver rs = { .app = app, .arena = arena };
	int result;

	rs.targets = arena_alloc(arena, MAX_TARGETS * sizeof(*rs.targets));
	result = add_all(&rs, tree, err);
	if (result == 0)
		*ret_why = rs.why;
	if (result != 1)
		return result;
	ret->v = rs.targets;
	ret->nr = rs.nr;
	ret->environment = app->env;
	return 1;
}
