/*
 * The plan of one database: what its table says against what HEAD and the
 * work tree hold.  Both count as present: a migration in HEAD that a sparse
 * checkout leaves out is not gone, nor is one that was written a minute ago
 * and never committed.
 *
 * Everything that needs the server is read first and the connection closed, so
 * that no session is open while a user thinks.
 */
#include "migrate/ledger.h"

#include "migrate/keep.h"
#include "migrate/left.h"
#include "migrate/signs.h"
#include "migrate/sources.h"
#include "migrate/unlisted.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"

#define CONNECT_TIMEOUT_MS 5000
#define HURRIED_MS 1000
#define LOCKED_MAX_MS 30000 /* less than db.c waits for an answer */

static int name_database(
	struct migrate *m, const struct database *db, struct err *err)
{
	return m->ndbs > 1 ? err_prefix(err, "database '%s'", db->name) : -1;
}

static int refuse_twice(const struct migrations *list, struct err *err)
{
	const struct migration *one = migrations_twice(list);

	if (!one)
		return 0;
	return err_set(err,
		"two migrations have the version %lld: '%s/%s' and '%s/%s'; "
		"give one of them another version",
		(long long)one->version, one->dir, one->name, one[1].dir,
		one[1].name);
}

static int hash_present(
	struct migrate *m, struct migrations *list, struct err *err)
{
	for (size_t i = 0; i < list->nr; i++) {
		AUTO_FREE char *dir = fs_join(m->app, list->v[i].dir);
		AUTO_FREE char *path = fs_join(dir, list->v[i].name);

		if (list->v[i].on_disk && repo_hash_file(m->ctx->repo, path,
						  &list->v[i].blob, err))
			return -1;
	}
	return 0;
}

/* The work tree's files, and those of HEAD that it lacks. */
static int read_present(struct migrate *m, struct database *db, struct err *err)
{
	struct arena *arena = m->ctx->arena;
	struct migrations head = { .arena = arena }, *all = &db->present;
	size_t on_disk;

	*all = (struct migrations){ .arena = arena };
	for (size_t i = 0; db->dirs[i]; i++)
		if (migrations_on_disk(m->app, db->dirs[i], all, err) ||
			migrations_of_commit(m->ctx->repo, &m->heads.cur,
				m->app_rel, db->dirs[i], &head, err))
			return -1;
	migrations_sort(all);
	migrations_sort(&head);
	if (refuse_twice(all, err) || refuse_twice(&head, err) ||
		hash_present(m, all, err))
		return -1;
	on_disk = all->nr;
	for (size_t i = 0; i < head.nr; i++) {
		struct migrations disk = { arena, all->v, on_disk, 0 };
		struct migration *same = migrations_find(
			&disk, head.v[i].version);

		if (same)
			same->in_head = true;
		else
			migrations_add(all, &head.v[i]);
	}
	migrations_sort(all);
	return 0;
}

static int read_prev(struct migrate *m, struct database *db)
{
	struct err gone = ERR_INIT;

	db->prev = (struct migrations){ .arena = m->ctx->arena };
	for (size_t i = 0; m->heads.has_prev && db->places[i]; i++)
		if (migrations_of_commit(m->ctx->repo, &m->heads.prev,
			    m->app_rel, db->places[i], &db->prev, &gone))
			db->prev.nr = 0;
	migrations_sort(&db->prev);
	return 0;
}

struct comparison {
	struct migrate *m;
	struct database *db;
};

/* The text of a blob, which may be a file that git never stored. */
static int read_text(
	struct comparison *c, const struct oid *blob, struct strbuf *out)
{
	struct err ignored = ERR_INIT;

	if (!keep_text(c->m->ctx->repo, c->db->key, blob, out, &ignored))
		return 0;
	for (size_t i = 0; i < c->db->present.nr; i++) {
		const struct migration *file = &c->db->present.v[i];
		AUTO_FREE char *dir = fs_join(c->m->app, file->dir);
		AUTO_FREE char *path = fs_join(dir, file->name);

		if (file->on_disk && oid_eq(&file->blob, blob))
			return fs_read(path, out, MIGRATION_MAX_BYTES,
				       &ignored) == 1
				       ? 0
				       : -1;
	}
	return -1;
}

static bool same_blobs(const struct oid *a, const struct oid *b, void *data)
{
	AUTO_STRBUF x = STRBUF_INIT, y = STRBUF_INIT;

	return !read_text(data, a, &x) && !read_text(data, b, &y) &&
	       migration_same_text(x.buf, y.buf);
}

static bool print_of(
	const struct oid *blob, int64_t version, uint64_t *ret, void *data)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (read_text(data, blob, &text))
		return false;
	*ret = migration_print(text.buf, version);
	return true;
}

static bool prev_differs(int64_t version, const struct oid *blob, void *data)
{
	struct comparison *c = data;

	return ledger_differs(c->m, c->db, version, blob);
}

/* What speaks against each roll back, then its text. */
static int settle(struct migrate *m, struct database *db,
	struct comparison *comparison, struct err *err)
{
	struct sources sources = { .repo = m->ctx->repo,
		.arena = m->ctx->arena,
		.app_rel = m->app_rel,
		.dirs = (const char *const *)db->places,
		.head = m->heads.cur,
		.has_prev = m->heads.has_prev,
		.prev = m->heads.prev,
		.kept = &db->kept,
		.prev_differs = prev_differs,
		.data = comparison };

	if (!items_count(&db->items, ITEM_DOWN))
		return 0;
	if (sources_mark_removed(&sources, &db->items, &db->unsure, err))
		return -1;
	for (size_t i = 0; i < db->items.nr; i++)
		if (db->items.v[i].kind == ITEM_DOWN)
			db->items.v[i].used_by = worktrees_using(
				m, db->key, db->items.v[i].version);
	if (sources_find(&sources, &db->items, err))
		return -1;
	reconcile_renumber(&db->items, m->ctx->arena, print_of, comparison);
	left_mark(m, db);
	reconcile_settle(&db->items, m->ctx->arena);
	return 0;
}

static int check_facts(
	struct migrate *m, const struct database *db, struct err *err)
{
	const char *stored = db->facts.environment;

	m->obstructed = db->name;
	m->obstacle = OBSTACLE_ENVIRONMENT;
	if (stored && !strcmp(stored, "production"))
		return err_set_kind(err, ERR_REFUSED,
			"refused: '%s' belongs to the protected environment "
			"'production'; hookrun never migrates such a database",
			db->label);
	if (stored && strcmp(stored, m->environment))
		return err_set_kind(err, ERR_REFUSED,
			"refused: '%s' belongs to the environment '%s', this "
			"is '%s'",
			db->label, stored, m->environment);
	m->obstacle = OBSTACLE_SERVER;
	if (db->facts.read_only)
		return err_set(err,
			"'%s' is read-only (a standby, a file that may not be "
			"written, or set so): it cannot be migrated",
			db->label);
	m->obstacle = OBSTACLE_NO_VERSIONS;
	if (!db->facts.has_migrations_table && db->facts.has_tables)
		return err_set(err,
			"'%s' has tables but no schema_migrations, so what is "
			"applied cannot be told; another search path may be "
			"what is missing",
			db->label);
	m->obstacle = OBSTACLE_OTHER;
	return 0;
}

int database_plan(struct migrate *m, struct database *db, struct err *err)
{
	struct comparison comparison = { m, db };
	struct reconcile in = { .applied = db->facts.applied,
		.napplied = db->facts.napplied,
		.present = &db->present,
		.kept = &db->kept,
		.prev = &db->prev,
		.redo = m->opts.redo,
		.same = same_blobs,
		.same_data = &comparison };

	db->places = migrate_places(m, db->name, db->dirs);
	if (check_facts(m, db, err) || read_present(m, db, err) ||
		read_prev(m, db))
		return name_database(m, db, err);
	db->kept = (struct migrations){ .arena = m->ctx->arena };
	keep_read(m->ctx->repo, db->key, &db->kept);
	reconcile(&in, m->ctx->arena, &db->items);
	if (settle(m, db, &comparison, err))
		return name_database(m, db, err);
	return 0;
}

/* A server is waited for until it answers, a file until it is not locked. */
static int patience_ms(const struct migrate *m, const struct database *db)
{
	int64_t lock_ms = m->opts.lock_timeout_ms;
	int ms = CONNECT_TIMEOUT_MS;

	if (db->target->path)
		ms = lock_ms < LOCKED_MAX_MS ? (int)lock_ms : LOCKED_MAX_MS;
	return m->hurried && ms > HURRIED_MS ? HURRIED_MS : ms;
}

static int ask_facts(struct migrate *m, struct database *db, struct err *err)
{
	struct db *connection = NULL;
	int ret;

	if ((m->hurried ? db_open_hurried : db_open)(
		    db->target, patience_ms(m, db), &connection, err))
		return -1;
	ret = db_read_facts(connection, m->ctx->arena, &db->facts, err) ||
	      db_migration_lock_holder(
		      connection, m->ctx->arena, &db->holder, err);
	db_close(connection);
	return ret ? -1 : 0;
}

static int read_facts(struct migrate *m, struct database *db, struct err *err)
{
	int64_t begun_ms = clock_now_ms();

	m->obstacle = OBSTACLE_SERVER;
	if (ask_facts(m, db, err)) {
		m->late = m->hurried && clock_now_ms() - begun_ms >= HURRIED_MS;
		return name_database(m, db, err);
	}
	m->obstacle = OBSTACLE_OTHER;
	return 0;
}

/* Is there a migration that only Rails can tell the whereabouts of?  It was
 * not asked about the application as it is now. */
static const char *find_doubt(struct migrate *m)
{
	AUTO_STRVEC dirs = STRVEC_INIT;
	const char *unlisted;

	for (size_t i = 0; i < m->ndbs; i++)
		for (size_t j = 0; m->dbs[i].dirs[j]; j++)
			strvec_push(&dirs, m->dbs[i].dirs[j]);
	unlisted = unlisted_first(m, strvec_words(&dirs));
	if (unlisted)
		return arena_printf(m->ctx->arena,
			"whether the migrations in '%s' are its own", unlisted);
	for (size_t i = 0; i < m->ndbs && !m->answer; i++) {
		const struct item *lost = items_lost(&m->dbs[i].items);

		if (lost)
			return arena_printf(m->ctx->arena,
				"where the file of the applied %lld is",
				(long long)lost->version);
	}
	return NULL;
}

int migrate_plan(struct migrate *m, struct err *err)
{
	const char *doubt;

	for (size_t i = 0; i < m->ndbs; i++) {
		struct database *db = &m->dbs[i];

		db->unsure = false;
		db->stamp = ledger_stamp(m, db->key);
		signs_take(m, db);
		if (read_facts(m, db, err))
			return -1;
		if (!db->facts.has_migrations_table && db->facts.has_tables) {
			m->native = false;
			m->why = "'schema_migrations' may have another name";
			return 0;
		}
		if (database_plan(m, db, err))
			return -1;
	}
	doubt = find_doubt(m);
	if (doubt) {
		m->native = false;
		m->why = doubt;
	}
	return 0;
}

bool migrate_has_work(const struct migrate *m)
{
	for (size_t i = 0; i < m->ndbs; i++)
		if (items_work(&m->dbs[i].items))
			return true;
	return false;
}

size_t migrate_count(const struct migrate *m, enum item_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < m->ndbs; i++)
		count += items_count(&m->dbs[i].items, kind);
	return count;
}
