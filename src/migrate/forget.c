/*
 * A version whose migration nobody has any more is left applied by every
 * switch, and told of each time.  Its row can go when a user says so; what it
 * did to the schema stays, since nobody knows how to undo that.  Rows of
 * migrations that have a file, here or in a work tree beside this one, are not
 * taken: the next switch would apply these a second time.
 */
#include "hookrun/migrate/forget.h"

#include "migrate/engine.h"
#include "migrate/ledger.h"

#include <inttypes.h>

static bool is_applied(const struct database *db, int64_t version)
{
	for (size_t i = 0; i < db->facts.napplied; i++)
		if (db->facts.applied[i] == version)
			return true;
	return false;
}

static int load(struct step_ctx *ctx, struct migrate *m, struct err *err)
{
	const char *reason;
	int go_on = migrate_init(ctx, m, &reason, err);

	if (go_on < 0)
		return -1;
	if (!go_on)
		return err_set(err, "no database was looked at: %s", reason);
	if (migrate_resolve(m, err) || (m->native && migrate_plan(m, err)))
		return -1;
	if (m->native)
		return 0;
	return err_set(err,
		"only %s can tell (%s); 'hookrun sync' asks it, then try again",
		m->engine->title, m->why);
}

static int refuse_file(struct migrate *m, const struct database *db,
	int64_t version, struct err *err)
{
	const struct migration *file = migrations_find(&db->present, version);
	const char *tree = worktrees_using(m, db->key, version);

	if (file)
		return err_set(err,
			"%" PRId64 " has the file '%s/%s': roll it back "
			"instead",
			version, file->dir, file->name);
	if (tree)
		return err_set(err,
			"%" PRId64 " has a file in the work tree '%s', which "
			"uses the same database",
			version, tree);
	return 0;
}

/* The number of databases that have it without a file, or -1. */
static int check(struct migrate *m, int64_t version, struct err *err)
{
	int found = 0;

	for (size_t i = 0; i < m->ndbs; i++) {
		if (!is_applied(&m->dbs[i], version))
			continue;
		if (refuse_file(m, &m->dbs[i], version, err))
			return -1;
		found++;
	}
	return found ? found
		     : err_set(err, "%" PRId64 " is not applied", version);
}

static void describe(
	const struct database *db, int64_t version, struct strbuf *out)
{
	const struct item *item = NULL;

	for (size_t i = 0; i < db->items.nr; i++)
		if (db->items.v[i].version == version)
			item = &db->items.v[i];
	strbuf_addf(out, "%" PRId64 " is applied to '%s' and has no file here",
		version, db->label);
	strbuf_addf(out, "\n    it was %s",
		item && item->name ? item->name : "never seen here");
	if (item && item->why)
		strbuf_addf(out, "\n    it was left: %s", item->why);
	if (item && item->kind == ITEM_DOWN)
		strbuf_addf(out,
			"\n    its text is known (%s): 'hookrun sync' rolls it "
			"back",
			item->origin);
	strbuf_addstr(out, "\n    what it did to the schema stays; only its "
			   "row goes\n");
}

int migrate_forget_look(struct step_ctx *ctx, int64_t version,
	struct strbuf *out, struct err *err)
{
	struct migrate m;

	if (load(ctx, &m, err) || check(&m, version, err) < 0)
		return -1;
	for (size_t i = 0; i < m.ndbs; i++)
		if (is_applied(&m.dbs[i], version))
			describe(&m.dbs[i], version, out);
	return 0;
}

static int delete_row(struct migrate *m, struct database *db, int64_t version,
	struct err *err)
{
	const struct db_step step = { DB_ONE,
		arena_printf(m->ctx->arena,
			"DELETE FROM schema_migrations WHERE version = "
			"'%" PRId64 "' RETURNING version",
			version),
		"the row" };
	const char *why = NULL;
	struct db *connection;
	int done;

	if (ledger_touch(m, db, err) ||
		db_open(db->target, (int)m->opts.lock_timeout_ms, &connection,
			err))
		return -1;
	done = db_transact(connection, (int)m->opts.lock_timeout_ms, &step, 1,
		m->ctx->arena, &why, err);
	db_close(connection);
	if (!done)
		return err_set(err, "'%s' is as it was: %s", db->label, why);
	return done < 0 ? -1 : ledger_touch(m, db, err);
}

int migrate_forget(struct step_ctx *ctx, int64_t version, struct strbuf *out,
	struct err *err)
{
	struct migrate m;

	if (load(ctx, &m, err) || check(&m, version, err) < 0)
		return -1;
	ledger_forget(&m);
	for (size_t i = 0; i < m.ndbs; i++) {
		if (!is_applied(&m.dbs[i], version))
			continue;
		if (delete_row(&m, &m.dbs[i], version, err))
			return -1;
		strbuf_addf(out, "'%s' has no row of %" PRId64 " any more\n",
			m.dbs[i].label, version);
	}
	return 0;
}
