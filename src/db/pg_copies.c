/*
 * A database as the template of another one, and renames: "CREATE DATABASE",
 * "ALTER DATABASE" and pg_database in PostgreSQL's manual.  All of it is done
 * from a database that nobody minds being connected to.
 *
 * The server waits five seconds for sessions to end and then says how many are
 * left; here they are counted first, and named.  What it does not copy, because
 * it lies outside of the database, is carried over: its owner, settings of
 * ALTER DATABASE, comment, and who may connect.
 *
 * A statement goes on at the server when the client is killed.  The lock that
 * each of us takes first is the session's, and given back only at its end.
 */
#include "db/pg_copies.h"

#include "db/crc32.h"
#include "db/pg.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COPY_MS (30 * 60 * 1000) /* of a database */
#define ALONE_MS 10000		 /* for another one of us */
#define LEAVE_MS 5000		 /* for one who is just leaving */
#define STAYS_MS 1000 /* and for one who has sat there longer than STAYS_S */
#define STAYS_S 2
#define LOOK_MS 20
#define COPIES_LOCK 0x686b6370 /* "hkcp" */
#define USERS_MAX 20	       /* that are named */

static void nap(void)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };

	nanosleep(&pause, NULL);
}

/* Run a statement; the number of its rows, or -1. */
static int run(struct pg *pg, const char *sql, const char *const *params,
	int nparams, struct err *err)
{
	struct pg_result *res = NULL;
	int rows;

	if (pg_query(pg, sql, params, nparams, &res, err) < 0)
		return -1;
	rows = pq.PQntuples(res);
	pq.PQclear(res);
	return rows;
}

static int be_alone(void *db, const char *about, struct err *err)
{
	int64_t deadline_ms = clock_now_ms() + ALONE_MS;
	char sql[96];
	int got;

	snprintf(sql, sizeof(sql),
		"SELECT 1 WHERE pg_try_advisory_lock(%d, (%u::bigint - "
		"%u)::int)",
		COPIES_LOCK, crc32_of(about, strlen(about)), 1U << 31);
	while (!(got = run(db, sql, NULL, 0, err)) &&
		clock_left_ms(deadline_ms) > 0)
		nap();
	if (got < 0)
		return -1;
	if (!got)
		return err_set(err,
			"another hookrun is copying or renaming '%s'", about);
	return pg_be_patient(db, COPY_MS, err);
}

static int list(void *db, const char *prefix, bool whole, struct arena *arena,
	struct db_copy_list *ret, struct err *err)
{
	const char *params[] = { prefix, whole ? "t" : "f" };
	struct pg_result *res = NULL;
	struct db_copy_list all = { 0 };

	if (pg_query(db,
		    "SELECT datname, pg_database_size(oid) FROM pg_database "
		    "WHERE datname = $1::text OR (NOT $2::bool AND "
		    "left(datname, length($1::text)) = $1::text) ORDER BY 1",
		    params, 2, &res, err) < 0)
		return -1;
	all.v = arena_alloc(
		arena, ((size_t)pq.PQntuples(res) + 1) * sizeof(*all.v));
	for (int i = 0; i < pq.PQntuples(res); i++)
		all.v[all.nr++] = (struct db_copy){
			arena_strdup(arena, pq.PQgetvalue(res, i, 0)),
			strtoll(pq.PQgetvalue(res, i, 1), NULL, 10)
		};
	pq.PQclear(res);
	*ret = all;
	return 0;
}

/* ---- who is connected ---------------------------------------------------- */

static const char sql_users[] =
	"SELECT pid, "
	"coalesce(nullif(application_name, ''), backend_type, 'unknown'), "
	"coalesce(state, 'not shown to this user'), "
	"extract(epoch FROM clock_timestamp() - state_change)::bigint "
	"FROM pg_stat_activity WHERE datname = $1::text "
	"AND pid <> pg_backend_pid() "
	"AND backend_type IS DISTINCT FROM 'autovacuum worker' ORDER BY pid";

static void add_user(struct pg_result *res, int row, struct strbuf *out)
{
	char age[32];

	strbuf_addf(out, "\n  pid %s (%s): %s", pq.PQgetvalue(res, row, 0),
		pq.PQgetvalue(res, row, 1), pq.PQgetvalue(res, row, 2));
	if (pq.PQgetisnull(res, row, 3))
		return;
	duration_format(strtoll(pq.PQgetvalue(res, row, 3), NULL, 10) * 1000,
		age, sizeof(age));
	strbuf_addf(out, " for %s", age);
}

static int refuse(const char *name, struct pg_result *res, struct err *err)
{
	AUTO_STRBUF who = STRBUF_INIT;
	int nr = pq.PQntuples(res);

	for (int i = 0; i < nr && i < USERS_MAX; i++)
		add_user(res, i, &who);
	if (nr > USERS_MAX)
		strbuf_addf(&who, "\n  and %d more", nr - USERS_MAX);
	return err_set_kind(err, ERR_ADVISED,
		"'%s' is in use:%s\n"
		"close it there, or end such a session with 'hookrun db "
		"unblock %s --terminate'",
		name, who.buf, nr == 1 ? pq.PQgetvalue(res, 0, 0) : "PID");
}

/* A session takes a moment to end after its client has. */
static bool somebody_stays(struct pg_result *res)
{
	for (int i = 0; i < pq.PQntuples(res); i++)
		if (strtol(pq.PQgetvalue(res, i, 3), NULL, 10) >= STAYS_S)
			return true;
	return false;
}

/* -1 where somebody is connected. */
static int wait_for_users(struct pg *pg, const char *name, struct err *err)
{
	int64_t begun_ms = clock_now_ms();
	struct pg_result *res = NULL;
	int nr;

	for (;;) {
		if (pg_query(pg, sql_users, &name, 1, &res, err) < 0)
			return -1;
		nr = pq.PQntuples(res);
		if (!nr || clock_now_ms() - begun_ms >=
				   (somebody_stays(res) ? STAYS_MS : LEAVE_MS))
			break;
		pq.PQclear(res);
		nap();
	}
	if (nr)
		refuse(name, res, err);
	pq.PQclear(res);
	return nr ? -1 : 0;
}

/* ---- what is done -------------------------------------------------------- */

static void add_quoted(struct strbuf *out, const char *name)
{
	strbuf_addch(out, '"');
	for (; *name; name++) {
		if (*name == '"')
			strbuf_addch(out, '"');
		strbuf_addch(out, *name);
	}
	strbuf_addch(out, '"');
}

/* Run BEFORE "a" BETWEEN "b". */
static int run_with(struct pg *pg, const char *before, const char *a,
	const char *between, const char *b, struct err *err)
{
	AUTO_STRBUF sql = STRBUF_INIT;

	strbuf_addstr(&sql, before);
	add_quoted(&sql, a);
	strbuf_addstr(&sql, between);
	if (b)
		add_quoted(&sql, b);
	return run(pg, sql.buf, NULL, 0, err) < 0 ? -1 : 0;
}

/* Statements that give $2 what $1 has.  A setting is written out, since many
 * can only be given when a session begins; the value of one that is a list of
 * names is taken apart, as pg_dump does.  Of what only a superuser may give,
 * nobody else can keep anything. */
static const char sql_belongings[] =
	"WITH old AS (SELECT * FROM pg_database WHERE datname = $1::text), "
	"me AS (SELECT oid, rolsuper FROM pg_roles "
	"WHERE rolname = current_user), "
	"parts AS (SELECT setrole, split_part(c, '=', 1) AS name, "
	"substr(c, strpos(c, '=') + 1) AS value "
	"FROM old, pg_db_role_setting s, unnest(s.setconfig) AS c "
	"WHERE s.setdatabase = old.oid) "
	"SELECT format('ALTER DATABASE %I OWNER TO %I', $2::text, "
	"pg_get_userbyid(datdba)) FROM old "
	"WHERE pg_get_userbyid(datdba) <> current_user "
	"UNION ALL SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', "
	"$2::text, datconnlimit) FROM old WHERE datconnlimit >= 0 "
	"UNION ALL SELECT format('COMMENT ON DATABASE %I IS %L', $2::text, "
	"shobj_description(oid, 'pg_database')) FROM old "
	"WHERE shobj_description(oid, 'pg_database') IS NOT NULL "
	"UNION ALL SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', "
	"$2::text) FROM old WHERE datacl IS NOT NULL "
	"UNION ALL SELECT format('GRANT %s ON DATABASE %I TO %s%s', "
	"privilege_type, $2::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE "
	"quote_ident(pg_get_userbyid(grantee)) END, "
	"CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) "
	"FROM old, aclexplode(datacl) "
	"UNION ALL SELECT CASE setrole WHEN 0 "
	"THEN format('ALTER DATABASE %I', $2::text) "
	"ELSE format('ALTER ROLE %I IN DATABASE %I', "
	"pg_get_userbyid(setrole), $2::text) END || format(' SET %s TO %s', "
	"(SELECT string_agg(quote_ident(part), '.' ORDER BY n) FROM "
	"unnest(string_to_array(p.name, '.')) WITH ORDINALITY AS t(part, n)), "
	"coalesce(CASE WHEN p.name IN ('search_path', 'temp_tablespaces', "
	"'local_preload_libraries', 'session_preload_libraries') THEN "
	"(SELECT string_agg(quote_literal(coalesce(replace(m[1], "
	"'\"\"', '\"'), m[2])), ', ' ORDER BY n) FROM "
	"regexp_matches(p.value, '\"((?:[^\"]|\"\")*)\"|([^\", ]+)', 'g') "
	"WITH ORDINALITY AS t(m, n)) "
	"ELSE quote_literal(p.value) END, quote_literal(''))) "
	"FROM parts p, me WHERE rolsuper OR (setrole IN (0, me.oid) AND "
	"NOT EXISTS (SELECT FROM pg_settings g WHERE g.name = p.name AND "
	"g.context LIKE 'superuser%'))";

static int run_each(struct pg *pg, struct pg_result *res, struct err *err)
{
	if (run(pg, "BEGIN", NULL, 0, err) < 0)
		return -1;
	for (int i = 0; i < pq.PQntuples(res); i++)
		if (run(pg, pq.PQgetvalue(res, i, 0), NULL, 0, err) < 0) {
			struct err ignored = ERR_INIT;

			run(pg, "ROLLBACK", NULL, 0, &ignored);
			return -1;
		}
	return run(pg, "COMMIT", NULL, 0, err) < 0 ? -1 : 0;
}

static int carry_over(
	struct pg *pg, const char *from, const char *to, struct err *err)
{
	const char *params[] = { from, to };
	struct pg_result *res = NULL;
	int done = 0;

	if (pg_query(pg, sql_belongings, params, 2, &res, err) < 0)
		return -1;
	if (pq.PQntuples(res))
		done = run_each(pg, res, err);
	pq.PQclear(res);
	return done;
}

/* Say what is missing, if that is the right to make databases; -1. */
static int advise_rights(struct pg *pg, struct err *err)
{
	struct err ignored = ERR_INIT, first = *err;
	struct pg_result *res = NULL;

	if (pg_query(pg,
		    "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname = "
		    "current_user AND NOT rolcreatedb AND NOT rolsuper",
		    NULL, 0, &res, &ignored) < 0)
		return -1;
	if (pq.PQntuples(res))
		err_set_kind(err, ERR_ADVISED,
			"%s\nthe user at the server may not make databases; a "
			"superuser lets him with 'ALTER ROLE %s CREATEDB'",
			first.msg, pq.PQgetvalue(res, 0, 0));
	pq.PQclear(res);
	return -1;
}

static int make(void *db, const char *from, const char *to, struct err *err)
{
	struct err ignored = ERR_INIT;

	if (wait_for_users(db, from, err) < 0)
		return -1;
	if (run_with(db, "CREATE DATABASE ", to, " TEMPLATE ", from, err))
		return advise_rights(db, err);
	if (!carry_over(db, from, to, err))
		return 0;
	run_with(db, "DROP DATABASE ", to, "", NULL, &ignored);
	return err_prefix(err, "what belongs to '%s'", from);
}

static int rename_to(
	void *db, const char *from, const char *to, struct err *err)
{
	if (wait_for_users(db, from, err) < 0)
		return -1;
	if (run_with(db, "ALTER DATABASE ", from, " RENAME TO ", to, err))
		return advise_rights(db, err);
	return 0;
}

static int drop(void *db, const char *name, struct err *err)
{
	if (wait_for_users(db, name, err) < 0)
		return -1;
	return run_with(db, "DROP DATABASE IF EXISTS ", name, "", NULL, err);
}

const struct db_driver_copies pg_copies = {
	.alone = be_alone,
	.list = list,
	.make = make,
	.rename = rename_to,
	.drop = drop,
};
