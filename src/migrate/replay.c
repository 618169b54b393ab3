/*
 * Starting Rails costs a second to twenty; the statements that it then sends
 * cost milliseconds, and who goes to and fro between two branches has the same
 * ones sent each time.  Whether they are the same can be known: the text of a
 * pure migration, the schema that it meets, the versions of all libraries and
 * the application's own code decide what is sent, and all of them are compared.
 *
 * A recording is found by them: its folder is named after the application and
 * its settings, its file after the text, the direction and the print of the
 * schema before.  The print after it leads to the next one.  In the transaction
 * the first print is compared again, and the last, so that what is committed is
 * what Rails would have left.
 *
 * Rows are not at stake here: each recording asks whether anything is in what
 * it takes away.  If so, or if whatever else fails, all is undone and Rails
 * does it, with its questions and its words.
 */
#include "migrate/replay.h"

#include "migrate/engine.h"
#include "migrate/inputs.h"
#include "migrate/keep.h"
#include "migrate/settings.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/embed.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/hash.h"
#include "hookrun/base/sha1.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/node.h"

#include <inttypes.h>

#define RECORDING_MAX (1 << 20)
#define ITEMS_MAX 20 /* more of them are not worth recording */
#define LOCK_WAIT_MS 1000
#define CONNECT_MS 2000
#define FORMAT "4" /* of a recording: another one is not found any more */

/* ---- where recordings are ----------------------------------------------- */

static const char *print_sql(const struct database *db)
{
	AUTO_STRBUF name = STRBUF_INIT;

	if (!db->target || !db->target->driver)
		return NULL;
	strbuf_addf(&name, "print_%s.sql", db->target->driver);
	return embed_get(name.buf, NULL);
}

static bool is_wanted(const struct migrate *m, const struct database *db)
{
	return m->opts.replay && m->opts.atomic && m->native &&
	       m->engine->locked && print_sql(db) && db->items.nr <= ITEMS_MAX;
}

const char *replay_dir(struct migrate *m, const struct database *db)
{
	uint64_t hash = hash_str(HASH_START, FORMAT);
	const char *settings = NULL;

	if (is_wanted(m, db))
		settings = settings_print_locked(m);
	if (!settings)
		return NULL;
	hash = hash_str(hash, settings);
	hash = hash_str(hash, m->app_rel);
	hash = hash_str(hash, m->environment);
	hash = hash_str(
		hash, db->facts.environment ? db->facts.environment : "");
	return arena_printf(m->ctx->arena,
		"%s/hookrun/db/replay/%s/%016" PRIx64,
		repo_commondir(m->ctx->repo), db->key, hash);
}

size_t replay_count(struct migrate *m, const struct database *db)
{
	const char *dir = replay_dir(m, db);
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored = ERR_INIT;
	size_t count = 0;

	if (!dir || fs_list(dir, &names, &ignored))
		return 0;
	/* TEXT-DIRECTION-PRINT */
	for (size_t i = 0; i < names.nr; i++)
		count += strlen(names.v[i]) > 2 * (SHA1_HEX_SIZE - 1);
	return count;
}

/* ---- reading one -------------------------------------------------------- */

/* The file's first line is the digest of the rest. */
static const struct node *read_whole(struct migrate *m, const char *path)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	char digest[SHA1_HEX_SIZE];
	struct node *node = NULL;
	const size_t head = SHA1_HEX_SIZE;

	if (fs_read(path, &text, RECORDING_MAX, &ignored) != 1 ||
		text.len <= head)
		return NULL;
	sha1_hex(text.buf + head, text.len - head, digest);
	if (memcmp(text.buf, digest, head - 1) != 0)
		return NULL;
	if (node_read_json(m->ctx->arena, "recording", text.buf + head,
		    text.len - head, false, &node, &ignored))
		return NULL;
	return node->kind == NODE_MAP ? node : NULL;
}

/* The digest of the migration's text. */
static bool digest_of(struct migrate *m, const struct database *db,
	const struct item *item, char ret[SHA1_HEX_SIZE])
{
	const struct migration *file;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (item->kind == ITEM_DOWN) {
		if (keep_text(m->ctx->repo, db->key, &item->blob, &text,
			    &ignored))
			return false;
	} else {
		AUTO_FREE char *dir = NULL, *path = NULL;

		file = migrations_find(&db->present, item->version);
		if (!file || !file->on_disk)
			return false;
		dir = fs_join(m->app, file->dir);
		path = fs_join(dir, file->name);
		if (fs_read(path, &text, MIGRATION_MAX_BYTES, &ignored) != 1)
			return false;
	}
	sha1_hex(text.buf, text.len, ret);
	return true;
}

/* ---- steps ----------------------------------------------------------------
 */

struct script {
	struct arena *arena;
	struct db_step *v; /* xmalloc'd */
	size_t nr, cap;
};

static void add(
	struct script *script, enum db_op op, const char *sql, const char *text)
{
	xgrow(&script->v, &script->cap, script->nr + 1, sizeof(*script->v));
	script->v[script->nr++] = (struct db_step){ op, sql, text };
}

/* As a literal of SQL. */
static const char *quoted(struct arena *arena, const char *text)
{
	AUTO_STRBUF out = STRBUF_INIT;

	strbuf_addch(&out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addch(&out, '\'');
		strbuf_addch(&out, *text);
	}
	strbuf_addch(&out, '\'');
	return arena_strdup(arena, out.buf);
}

/* The text `i` of a list, or NULL. */
static const char *nth(const struct node *list, size_t i)
{
	const struct node *child = list->first;

	while (child && i--)
		child = child->next;
	return child && child->kind == NODE_STR ? child->str : NULL;
}

/* ---- the series --------------------------------------------------------- */

struct series {
	struct migrate *m;
	struct database *db;
	const char *dir, *sql; /* of recordings; of the print */
	struct db *connection;
	const char *print; /* where the next one begins */
	struct inputs inputs;
	const struct node *found[ITEMS_MAX];
	size_t nr;
	const struct item *culprit; /* that has none, */
	const char *why;	    /* and why; or NULL */
};

static bool give_up(struct series *s, const struct item *item, const char *why)
{
	s->culprit = item;
	s->why = why;
	return false;
}

/* The same migration may have been recorded with several inputs; NULL: with
 * none of those of now, and why. */
static const struct node *one_that_holds(
	struct series *s, const struct node *whole, const char **ret_why)
{
	const char *first = NULL;

	node_each (one, node_get(whole, "known")) {
		const char *inputs = node_str(one, "inputs"), *why = NULL;

		if (inputs && node_str(one, "after") && node_str(one, "table"))
			why = inputs_differ(&s->inputs, inputs);
		else
			why = "its recording cannot be read";
		if (!why)
			return one;
		first = first ? first : why;
	}
	*ret_why = first ? first : "its recording cannot be read";
	return NULL;
}

static bool find_one(struct series *s, const struct item *item)
{
	struct arena *arena = s->m->ctx->arena;
	const char *way = item->kind == ITEM_DOWN ? "down" : "up", *path;
	char digest[SHA1_HEX_SIZE];
	const struct node *found;
	const char *why;

	if (item->kind != ITEM_DOWN && item->kind != ITEM_UP)
		return give_up(s, item, "it is no plain way up or down");
	if (!digest_of(s->m, s->db, item, digest))
		return give_up(s, item, "its text is not at hand");
	path = arena_printf(arena, "%s/%s-%s", s->dir, digest, way);
	found = read_whole(s->m, arena_printf(arena, "%s-%s", path, s->print));
	if (!found) {
		found = read_whole(s->m, path);
		why = found ? node_str(found, "why") : NULL;
		return give_up(s, item,
			why ? why : "it was not recorded with this schema");
	}
	found = one_that_holds(s, found, &why);
	if (!found)
		return give_up(s, item, why);
	s->print = node_str(found, "after");
	s->found[s->nr++] = found;
	return true;
}

/* The one database that there is work for, or NULL. */
static struct database *only_one(struct migrate *m)
{
	struct database *only = NULL;

	for (size_t i = 0; i < m->ndbs; i++) {
		if (!items_work(&m->dbs[i].items))
			continue;
		if (only)
			return NULL;
		only = &m->dbs[i];
	}
	return only;
}

static bool is_postgres(const struct series *s)
{
	return !strcmp(s->db->target->driver, "postgresql");
}

/* Whatever a session of the engine has set, this one has too: it decides how a
 * default is read and printed.  What a statement does to rows unasked, the
 * server has to count (ask_what_was_called()).  NULL, or why not, in the arena.
 */
static const char *take_settings(struct series *s)
{
	AUTO_FREE char *path = fs_join(s->dir, "session");
	const struct node *whole = read_whole(s->m, path);
	struct script script = { .arena = s->m->ctx->arena };
	struct err ignored = ERR_INIT;
	const char *why = "its database does not answer";
	int done;

	if (!whole)
		return "the settings of its session cannot be read";
	node_each (setting, node_get(whole, "settings")) {
		const char *name = nth(setting, 0), *value = nth(setting, 1);

		if (name && value)
			add(&script, DB_RUN,
				arena_printf(script.arena,
					"SELECT set_config(%s, %s, false)",
					quoted(script.arena, name),
					quoted(script.arena, value)),
				NULL);
	}
	if (is_postgres(s))
		add(&script, DB_NONE,
			"SELECT 1 WHERE current_setting('track_counts') <> "
			"'on'",
			"no counts of changed rows (track_counts is off)");
	done = !script.nr ||
	       db_transact(s->connection, LOCK_WAIT_MS, script.v, script.nr,
		       script.arena, &why, &ignored) == 1;
	free(script.v);
	return done ? NULL : why;
}

static bool find_all(struct series *s)
{
	struct err ignored = ERR_INIT;
	const char *why;

	if (db_open(s->db->target, CONNECT_MS, &s->connection, &ignored))
		return give_up(s, NULL, "its database does not answer");
	why = take_settings(s);
	if (why)
		return give_up(s, NULL, why);
	if (db_print(s->connection, s->sql, s->m->ctx->arena, &s->print,
		    &ignored))
		return give_up(s, NULL, "its database does not answer");
	for (size_t i = 0; i < s->db->items.nr; i++)
		if (item_is_work(&s->db->items.v[i]) &&
			!find_one(s, &s->db->items.v[i]))
			return false;
	return true;
}

static bool series_find(struct migrate *m, struct series *ret)
{
	*ret = (struct series){ .m = m, .db = only_one(m) };
	ret->inputs.m = m;
	if (!ret->db)
		return give_up(ret, NULL, "there is more than one database");
	ret->sql = print_sql(ret->db);
	ret->inputs.dir = ret->dir = replay_dir(m, ret->db);
	if (!ret->dir || !fs_is_dir(ret->dir))
		return give_up(
			ret, NULL, "nothing was recorded with these settings");
	return find_all(ret);
}

static void series_release(struct series *s)
{
	db_close(s->connection);
	inputs_release(&s->inputs);
}

void replay_explain(struct migrate *m)
{
	struct series s;
	bool all = series_find(m, &s);
	const char *title = m->engine->title;

	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; j < m->dbs[i].items.nr; j++) {
			struct item *item = &m->dbs[i].items.v[j];

			if (!item_is_work(item))
				continue;
			item->how = all ? "replay" : title;
			if (!all && (!s.culprit || s.culprit == item))
				item->how = arena_printf(m->ctx->arena,
					"%s, since %s", title, s.why);
		}
	series_release(&s);
}

/* ---- doing it ----------------------------------------------------------- */

static void add_asks(struct script *script, const struct node *found)
{
	const struct node *asks = node_get(found, "asks");

	node_each (asked, asks) {
		const char *lock = nth(asked, 0), *sql = nth(asked, 1);

		if (lock)
			add(script, DB_RUN, lock, NULL);
		if (sql)
			add(script, DB_NONE, sql, nth(asked, 2));
	}
}

static void add_version(struct script *script, const struct node *found,
	const struct item *item)
{
	const char *table = node_str(found, "table");

	add(script, item->kind == ITEM_DOWN ? DB_ONE : DB_RUN,
		arena_printf(script->arena,
			item->kind == ITEM_DOWN
				? "DELETE FROM %s WHERE version = '%" PRId64
				  "' RETURNING version"
				: "INSERT INTO %s (version) VALUES ('%" PRId64
				  "')",
			table, item->version),
		"its version");
}

static void add_recording(struct script *script, const struct series *s,
	const struct node *found, const struct item *item)
{
	const struct node *statements = node_get(found, "statements");

	if (strcmp(s->m->opts.on_data_loss, "allow") != 0)
		add_asks(script, found);
	node_each (statement, statements) {
		if (statement->kind == NODE_STR)
			add(script, DB_RUN, statement->str, NULL);
	}
	add_version(script, found, item);
}

static void add_change(struct series *s, struct progress *p,
	const struct node *found, const struct item *item)
{
	p->changes[p->nchanges++] = (struct change){ .db = s->db->name,
		.file = item->name,
		.name = node_str(found, "name"),
		.version = item->version,
		.down = item->kind == ITEM_DOWN };
}

/* A function or trigger that a statement called may have taken rows, for which
 * nothing was asked; the server has counted them. */
static void ask_what_was_called(struct script *script, const struct series *s)
{
	const char *versions = node_str(s->found[0], "table");

	if (!is_postgres(s) || !strcmp(s->m->opts.on_data_loss, "allow"))
		return;
	add(script, DB_NONE,
		arena_printf(script->arena,
			"SELECT 1 FROM pg_stat_xact_user_tables "
			"WHERE n_tup_upd + n_tup_del > 0 "
			"AND relid <> %s::regclass",
			quoted(script->arena, versions)),
		"rows that a function has changed");
}

static int run_series(struct series *s, struct progress *p)
{
	struct script script = { .arena = s->m->ctx->arena };
	struct err err = ERR_INIT;
	const char *why = NULL;
	size_t next = 0;
	int done;

	p->changes = arena_alloc(script.arena, s->nr * sizeof(*p->changes));
	add(&script, DB_PRINT, s->sql, node_str(s->found[0], "before"));
	for (size_t i = 0; i < s->db->items.nr; i++) {
		const struct item *item = &s->db->items.v[i];

		if (!item_is_work(item))
			continue;
		add_recording(&script, s, s->found[next], item);
		add_change(s, p, s->found[next++], item);
	}
	ask_what_was_called(&script, s);
	add(&script, DB_PRINT, s->sql, s->print);
	done = db_transact(s->connection, LOCK_WAIT_MS, script.v, script.nr,
		script.arena, &why, &err);
	free(script.v);
	p->done = p->booted = p->replayed = done == 1;
	return done == 1;
}

int replay(struct migrate *m, struct progress *progress)
{
	struct series s;
	int done = series_find(m, &s) && s.nr && run_series(&s, progress);

	if (!done)
		*progress = (struct progress){ .arena = m->ctx->arena };
	series_release(&s);
	return done;
}
