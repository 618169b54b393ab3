/*
 * What is asked of a PostgreSQL database.
 *
 * Tables are looked for along the search path (to_regclass), since that is what
 * decides which schema_migrations Rails itself sees.
 */
#include "db/crc32.h"
#include "db/facts.h"
#include "db/pg.h"
#include "db/pg_copies.h"
#include "db/pg_sessions.h"
#include "hookrun/db/driver.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"

#include <inttypes.h>
#include <string.h>

#define RAILS_LOCK_SALT INT64_C(2053462845) /* Migrator::MIGRATOR_SALT */

static const char sql_overview[] =
	"SELECT to_regclass('schema_migrations') IS NOT NULL, "
	"to_regclass('ar_internal_metadata') IS NOT NULL, "
	"pg_is_in_recovery() OR "
	"current_setting('default_transaction_read_only')::boolean, "
	"EXISTS (SELECT FROM pg_class t "
	"JOIN pg_namespace s ON s.oid = t.relnamespace "
	"WHERE t.relkind IN ('r', 'p') "
	"AND s.nspname <> 'information_schema' "
	"AND left(s.nspname, 3) <> 'pg_' "
	"AND t.relname NOT IN ('schema_migrations', 'ar_internal_metadata') "
	"AND NOT EXISTS (SELECT FROM pg_depend d "
	"WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid "
	"AND d.deptype = 'e')), "
	"(SELECT count(*) > 1 FROM pg_class WHERE relkind IN ('r', 'p') "
	"AND relname = 'schema_migrations'), "
	"EXISTS (SELECT FROM pg_attribute "
	"WHERE attrelid = to_regclass('data_migrations') "
	"AND attname = 'version' AND NOT attisdropped "
	"AND has_column_privilege(attrelid, attnum, 'SELECT'))";

static const char sql_versions[] =
	"SELECT version::text FROM schema_migrations LIMIT 200001";

static const char sql_data[] =
	"SELECT coalesce(string_agg(version::text, ' '), '') FROM "
	"(SELECT version FROM data_migrations LIMIT 200001) x";

static const char sql_metadata[] =
	"SELECT max(value) FILTER (WHERE key = 'environment'), "
	"max(value) FILTER (WHERE key = 'schema_sha1') "
	"FROM ar_internal_metadata";

/* A query for those schemas that share a version with ours and have not the
 * same ones: tenants of one application, not another one beside it.  NULL
 * where no other has the table. */
static const char sql_find_tenants[] =
	"SELECT 'SELECT string_agg(t, '', '' ORDER BY t) FROM (' || "
	"string_agg(format('SELECT %L AS t WHERE EXISTS (SELECT version FROM "
	"%I.schema_migrations INTERSECT SELECT version FROM schema_migrations) "
	"AND (EXISTS (SELECT version FROM %I.schema_migrations EXCEPT "
	"SELECT version FROM schema_migrations) OR EXISTS (SELECT version FROM "
	"schema_migrations EXCEPT SELECT version FROM "
	"%I.schema_migrations))', s, s, s, s), ' UNION ALL ') || ') x' "
	"FROM (SELECT n.nspname AS s FROM pg_class c "
	"JOIN pg_namespace n ON n.oid = c.relnamespace "
	"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version' "
	"WHERE c.relname = 'schema_migrations' AND c.relkind IN ('r', 'p') "
	"AND c.oid <> to_regclass('schema_migrations') "
	"AND left(n.nspname, 3) <> 'pg_' "
	"AND has_table_privilege(c.oid, 'SELECT') "
	"AND has_schema_privilege(n.oid, 'USAGE') "
	"ORDER BY 1 LIMIT 500) schemas";

/* A session-level lock with a bigint key shows up as its two halves. */
static const char sql_lock_holder[] =
	"SELECT l.pid, coalesce(nullif(a.application_name, ''), "
	"a.backend_type, 'unknown') "
	"FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
	"WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
	"AND l.database = (SELECT oid FROM pg_database "
	"WHERE datname = current_database()) "
	"AND l.classid = $1::oid AND l.objid = $2::oid "
	"AND l.pid <> pg_backend_pid() LIMIT 1";

/* One row for each blocker, however many sessions wait for it. */
static const char sql_blockers[] =
	"WITH waiting AS (SELECT pid FROM pg_stat_activity "
	"WHERE datname = current_database() AND application_name = $1), "
	"edge AS (SELECT w.pid AS waiter, b.pid AS blocker "
	"FROM waiting w, unnest(pg_blocking_pids(w.pid)) AS b(pid) "
	"WHERE b.pid NOT IN (SELECT pid FROM waiting)) "
	"SELECT e.blocker, "
	"coalesce(nullif(a.application_name, ''), a.backend_type, ''), "
	"coalesce(a.state, ''), "
	"coalesce(extract(epoch FROM "
	"clock_timestamp() - a.state_change)::bigint, 0), "
	"(SELECT string_agg(DISTINCT "
	"h.mode || ' on ' || h.relation::regclass::text, ', ') "
	"FROM pg_locks h JOIN pg_locks n ON n.relation = h.relation "
	"AND n.database = h.database AND NOT n.granted "
	"WHERE h.pid = e.blocker AND h.granted "
	"AND n.pid IN (SELECT waiter FROM edge)), "
	"left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 80) "
	"FROM (SELECT DISTINCT blocker FROM edge) e "
	"LEFT JOIN pg_stat_activity a ON a.pid = e.blocker "
	"ORDER BY e.blocker LIMIT 20";

static bool is_true(struct pg_result *res, int column)
{
	return !strcmp(pq.PQgetvalue(res, 0, column), "t");
}

static int read_versions(struct pg *pg, struct arena *arena,
	struct db_facts *facts, struct err *err)
{
	struct pg_result *res = NULL;
	int rows;

	if (pg_query(pg, sql_versions, NULL, 0, &res, err) < 0)
		return err_prefix(err, "cannot read 'schema_migrations'");
	rows = pq.PQntuples(res);
	facts->applied = arena_alloc(
		arena, ((size_t)rows + 1) * sizeof(int64_t));
	for (int i = 0; i < rows; i++)
		facts_add_version(facts, pq.PQgetvalue(res, i, 0));
	pq.PQclear(res);
	facts_sort_versions(facts);
	return 0;
}

/* Of the first row, or NULL. */
static const char *text_at(
	struct pg_result *res, int column, struct arena *arena)
{
	if (!pq.PQntuples(res) || pq.PQgetisnull(res, 0, column))
		return NULL;
	return arena_strdup(arena, pq.PQgetvalue(res, 0, column));
}

static int read_metadata(struct pg *pg, struct arena *arena,
	struct db_facts *facts, struct err *err)
{
	struct pg_result *res = NULL;

	if (pg_query(pg, sql_metadata, NULL, 0, &res, err) < 0)
		return err_prefix(err, "cannot read 'ar_internal_metadata'");
	facts->environment = text_at(res, 0, arena);
	facts->schema_sha1 = text_at(res, 1, arena);
	pq.PQclear(res);
	return 0;
}

static int read_data(struct pg *pg, struct arena *arena, struct db_facts *facts,
	struct err *err)
{
	struct pg_result *res = NULL;

	if (pg_query(pg, sql_data, NULL, 0, &res, err) < 0)
		return err_prefix(err, "cannot read 'data_migrations'");
	facts->data_applied = text_at(res, 0, arena);
	pq.PQclear(res);
	return 0;
}

static int read_tenants(struct pg *pg, struct arena *arena,
	struct db_facts *facts, struct err *err)
{
	struct pg_result *res = NULL;
	const char *sql;

	if (pg_query(pg, sql_find_tenants, NULL, 0, &res, err) < 0)
		return -1;
	sql = text_at(res, 0, arena);
	pq.PQclear(res);
	if (!sql)
		return 0;
	if (pg_query(pg, sql, NULL, 0, &res, err) < 0)
		return err_prefix(err, "cannot compare the tenants' schemas");
	facts->tenants = text_at(res, 0, arena);
	pq.PQclear(res);
	return 0;
}

static int read_facts(
	void *db, struct arena *arena, struct db_facts *ret, struct err *err)
{
	struct pg *pg = db;
	struct db_facts facts = { 0 };
	struct pg_result *res = NULL;
	bool has_metadata, has_data;

	if (pg_query(pg, sql_overview, NULL, 0, &res, err) < 0)
		return -1;
	facts.has_migrations_table = is_true(res, 0);
	has_metadata = is_true(res, 1);
	facts.read_only = is_true(res, 2);
	facts.has_tables = is_true(res, 3);
	facts.has_tenants = facts.has_migrations_table && is_true(res, 4);
	has_data = is_true(res, 5);
	pq.PQclear(res);
	if (facts.has_migrations_table &&
		read_versions(pg, arena, &facts, err) < 0)
		return -1;
	if (has_metadata && read_metadata(pg, arena, &facts, err) < 0)
		return -1;
	if (has_data && read_data(pg, arena, &facts, err) < 0)
		return -1;
	if (facts.has_tenants && read_tenants(pg, arena, &facts, err) < 0)
		return -1;
	*ret = facts;
	return 0;
}

/* Rails' own for this database, as a number. */
static int64_t rails_lock(struct pg *pg)
{
	const char *name = pq.PQdb(pg->conn);

	return RAILS_LOCK_SALT * crc32_of(name, strlen(name));
}

static int lock_holder(
	void *db, struct arena *arena, const char **ret_holder, struct err *err)
{
	struct pg *pg = db;
	int64_t id = rails_lock(pg);
	char high[16], low[16];
	const char *params[] = { high, low };
	struct pg_result *res = NULL;

	snprintf(high, sizeof(high), "%" PRIu32, (uint32_t)(id >> 32));
	snprintf(low, sizeof(low), "%" PRIu32, (uint32_t)id);
	if (pg_query(pg, sql_lock_holder, params, 2, &res, err) < 0)
		return -1;
	*ret_holder = pq.PQntuples(res) == 0
			      ? NULL
			      : arena_printf(arena,
					"being migrated by pid %s (%s)",
					pq.PQgetvalue(res, 0, 0),
					pq.PQgetvalue(res, 0, 1));
	pq.PQclear(res);
	return 0;
}

static void add_blocker(struct strbuf *out, struct pg_result *res, int row)
{
	const char *pid = pq.PQgetvalue(res, row, 0);
	const char *who = pq.PQgetvalue(res, row, 1);
	const char *state = pq.PQgetvalue(res, row, 2);
	const char *query = pq.PQgetvalue(res, row, 5);
	char age[32];

	if (out->len)
		strbuf_addch(out, '\n');
	/* pg_blocking_pids() has no pid for what no session owns any more. */
	if (!strcmp(pid, "0"))
		strbuf_addstr(out, "a prepared transaction");
	else
		strbuf_addf(out, "pid %s (%s", pid, *who ? who : "unknown");
	if (*state) {
		duration_format(
			strtoll(pq.PQgetvalue(res, row, 3), NULL, 10) * 1000,
			age, sizeof(age));
		strbuf_addf(out, ", %s for %s", state, age);
	}
	strbuf_addf(out, "%s holds %s", strcmp(pid, "0") ? ")" : "",
		pq.PQgetisnull(res, row, 4) ? "a lock"
					    : pq.PQgetvalue(res, row, 4));
	if (*query)
		strbuf_addf(out, "; last query: %s", query);
}

static int blockers(void *db, const char *application, struct arena *arena,
	const char **ret_lines, struct err *err)
{
	struct pg *pg = db;
	AUTO_STRBUF lines = STRBUF_INIT;
	struct pg_result *res = NULL;

	if (pg_query(pg, sql_blockers, &application, 1, &res, err) < 0)
		return -1;
	for (int i = 0; i < pq.PQntuples(res); i++)
		add_blocker(&lines, res, i);
	pq.PQclear(res);
	*ret_lines = lines.len ? arena_strdup(arena, lines.buf) : NULL;
	return 0;
}

static int run_query(void *db, const char *sql, struct strbuf *rows,
	size_t *ret_nrows, struct err *err)
{
	struct pg *pg = db;
	struct pg_result *res = NULL;
	int columns;

	if (pg_query(pg, sql, NULL, 0, &res, err) < 0)
		return -1;
	columns = rows ? pq.PQnfields(res) : 0;
	*ret_nrows = (size_t)pq.PQntuples(res);
	for (int i = 0; rows && i < pq.PQntuples(res); i++) {
		for (int j = 0; j < columns; j++) {
			strbuf_addstr(rows, pq.PQgetvalue(res, i, j));
			strbuf_addch(rows, '\x1f');
		}
		strbuf_addch(rows, '\x1e');
	}
	pq.PQclear(res);
	return 0;
}

static int begin(void *db, int lock_timeout_ms, struct err *err)
{
	char sql[96];
	size_t nrows = 0;

	/* What was written before a lock was got has to be seen after it. */
	if (run_query(db, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, &nrows,
		    err) < 0)
		return -1;
	snprintf(sql, sizeof(sql), "SET LOCAL lock_timeout = %d",
		lock_timeout_ms);
	if (run_query(db, sql, NULL, &nrows, err) < 0)
		return -1;
	snprintf(sql, sizeof(sql),
		"SELECT 1 WHERE pg_try_advisory_xact_lock(%" PRId64 ")",
		rails_lock(db));
	if (run_query(db, sql, NULL, &nrows, err) < 0)
		return -1;
	return nrows ? 0 : err_set(err, "somebody else is migrating it");
}

static int open_session(const struct db_target *target, int timeout_ms,
	void **ret, struct err *err)
{
	struct pg *pg;

	if (pg_open(target, timeout_ms, &pg, err) < 0)
		return -1;
	*ret = pg;
	return 0;
}

static void close_session(void *db)
{
	pg_close(db);
}

const struct db_driver db_driver_postgresql = {
	.open = open_session,
	.close = close_session,
	.facts = read_facts,
	.sessions = pg_sessions,
	.end = pg_end,
	.lock_holder = lock_holder,
	.blockers = blockers,
	.query = run_query,
	.begin = begin,
	.copies = &pg_copies,
};
