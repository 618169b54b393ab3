/*
 * Who is in whose way, told by the server's own views.
 *
 * pg_blocking_pids() costs the server's lock tables for a moment, so it is only
 * asked for those that wait.  A transaction in which nothing happens (a console
 * in sandbox mode, a debugger's breakpoint) is told of before anybody waits
 * for it: its locks are what the next migration will run into.  What users
 * without pg_read_all_stats are not shown is counted, not passed over.
 *
 * A pid may be somebody else's by the time that a user has thought about it:
 * who is ended is named by its start as well.
 */
#include "db/pg_sessions.h"

#include "db/pg.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define END_MS 10000 /* for a signal to have its effect */
#define END_LOOK_MS 20

#define BEGUN "(extract(epoch FROM backend_start) * 1000000)::bigint"

/* Locks of tables say what others run into; each index has its own beside
 * them, and catalogs are locked by everybody. */
static const char sql_sessions[] =
	"WITH lock AS (SELECT l.pid, l.granted, "
	"CASE WHEN l.locktype = 'advisory' THEN 'an advisory lock' "
	"WHEN l.locktype = 'transactionid' THEN 'a row of another transaction' "
	"WHEN c.oid IS NULL THEN 'a lock (' || l.locktype || ')' "
	"ELSE l.mode || ' on ' || c.oid::regclass::text END AS what "
	"FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation "
	"WHERE (l.database IS NULL OR l.database = (SELECT oid "
	"FROM pg_database WHERE datname = current_database())) "
	"AND (NOT l.granted OR l.locktype = 'advisory' "
	"OR (l.locktype = 'relation' AND c.oid >= 16384 "
	"AND c.relkind IN ('r', 'p', 'm', 'f')))), "
	"here AS (SELECT * FROM pg_stat_activity "
	"WHERE datname = current_database() AND pid <> pg_backend_pid()), "
	"edge AS (SELECT DISTINCT w.pid AS waiter, b.pid AS blocker "
	"FROM (SELECT pid FROM here WHERE pid IN "
	"(SELECT pid FROM pg_locks WHERE NOT granted)) w, "
	"unnest(pg_blocking_pids(w.pid)) AS b(pid)), "
	"who AS (SELECT waiter AS pid FROM edge WHERE $1::int IS NULL "
	"UNION SELECT blocker FROM edge WHERE $1::int IS NULL "
	"UNION SELECT pid FROM here WHERE $1::int IS NULL "
	"AND state LIKE 'idle in transaction%' "
	"AND pid IN (SELECT pid FROM lock WHERE granted) "
	"UNION SELECT pid FROM here WHERE pid = $1::int) "
	"SELECT w.pid, "
	"coalesce(nullif(a.application_name, ''), a.backend_type, 'unknown'), "
	"a.state, "
	"extract(epoch FROM clock_timestamp() - a.state_change)::bigint, "
	"extract(epoch FROM clock_timestamp() - a.xact_start)::bigint, "
	"(SELECT string_agg(DISTINCT what, ', ') FROM lock "
	"WHERE pid = w.pid AND granted), "
	"(SELECT string_agg(DISTINCT what, ', ') FROM lock "
	"WHERE pid = w.pid AND NOT granted), "
	"(SELECT string_agg(blocker::text, ', ' ORDER BY blocker) FROM edge "
	"WHERE waiter = w.pid), "
	"(SELECT string_agg(waiter::text, ', ' ORDER BY waiter) FROM edge "
	"WHERE blocker = w.pid), "
	"left(regexp_replace("
	"coalesce(nullif(a.query, '<insufficient privilege>'), ''), '\\s+', ' "
	"', 'g'), "
	"200), " BEGUN
	" FROM who w LEFT JOIN pg_stat_activity a ON a.pid = w.pid "
	"ORDER BY w.pid IN (SELECT waiter FROM edge), w.pid LIMIT 200";

static const char sql_hidden[] =
	"SELECT count(*) FROM pg_stat_activity "
	"WHERE datname = current_database() AND usesysid IS NOT NULL "
	"AND query = '<insufficient privilege>'";

enum {
	PID,
	APPLICATION,
	STATE,
	STATE_AGE,
	TRANSACTION_AGE,
	HELD,
	WANTED,
	BLOCKERS,
	WAITERS,
	QUERY,
	BEGIN_TIME
};

/* NULL where there is nothing. */
static const char *cell(struct pg_result *res, int row, int column)
{
	const char *text = pq.PQgetvalue(res, row, column);

	return pq.PQgetisnull(res, row, column) || !*text ? NULL : text;
}

static void add_age(struct strbuf *out, const char *before, const char *seconds)
{
	char age[32];

	if (!seconds)
		return;
	duration_format(strtoll(seconds, NULL, 10) * 1000, age, sizeof(age));
	strbuf_addf(out, "%s%s", before, age);
}

static void add_line(struct strbuf *out, const char *what, const char *text)
{
	if (text)
		strbuf_addf(out, "\n    %s%s", what, text);
}

/* "pid 42 (bin/rails): idle in transaction for 10s, begun 3m0s ago" and what it
 * holds. */
static const char *describe(struct pg_result *res, int row, struct arena *arena)
{
	AUTO_STRBUF out = STRBUF_INIT;
	const char *state = cell(res, row, STATE);
	const char *wanted = cell(res, row, WANTED);
	bool active = state && !strcmp(state, "active");

	if (!strcmp(pq.PQgetvalue(res, row, PID), "0"))
		strbuf_addstr(&out, "a prepared transaction (the view "
				    "pg_prepared_xacts lists them)");
	else
		strbuf_addf(&out, "pid %s (%s): %s",
			pq.PQgetvalue(res, row, PID),
			pq.PQgetvalue(res, row, APPLICATION),
			wanted	? "waiting"
			: state ? state
				: "not shown to this user");
	add_age(&out, " for ", cell(res, row, STATE_AGE));
	add_age(&out, ", transaction begun ", cell(res, row, TRANSACTION_AGE));
	if (cell(res, row, TRANSACTION_AGE))
		strbuf_addstr(&out, " ago");
	add_line(&out, "wants ", wanted);
	add_line(&out, "blocked by ", cell(res, row, BLOCKERS));
	add_line(&out, "holds ", cell(res, row, HELD));
	add_line(&out, "keeps waiting: ", cell(res, row, WAITERS));
	add_line(&out,
		active ? "query: " : "last query: ", cell(res, row, QUERY));
	return arena_strdup(arena, out.buf);
}

static int count_hidden(struct pg *pg, size_t *ret, struct err *err)
{
	struct pg_result *res = NULL;

	if (pg_query(pg, sql_hidden, NULL, 0, &res, err) < 0)
		return -1;
	*ret = strtoul(pq.PQgetvalue(res, 0, 0), NULL, 10);
	pq.PQclear(res);
	return 0;
}

int pg_sessions(void *db, const char *pid, struct arena *arena,
	struct db_sessions *ret, struct err *err)
{
	struct pg_result *res = NULL;
	struct db_sessions all = { 0 };

	if (pg_query(db, sql_sessions, &pid, 1, &res, err) < 0)
		return -1;
	all.nr = (size_t)pq.PQntuples(res);
	all.v = arena_alloc(arena, (all.nr + 1) * sizeof(*all.v));
	for (int i = 0; i < (int)all.nr; i++) {
		const char *begun = cell(res, i, BEGIN_TIME);
		const char *state = cell(res, i, STATE);

		all.v[i] = (struct db_session){
			.pid = arena_strdup(arena, pq.PQgetvalue(res, i, PID)),
			.begun = begun ? arena_strdup(arena, begun) : NULL,
			.text = describe(res, i, arena),
			.idle = state && strcmp(state, "active") != 0,
		};
	}
	pq.PQclear(res);
	if (count_hidden(db, &all.hidden, err) < 0)
		return -1;
	*ret = all;
	return 0;
}

/* ---- an end ------------------------------------------------------------- */

static const char sql_terminate[] =
	"SELECT pg_terminate_backend(pid), '' FROM pg_stat_activity "
	"WHERE pid = $1::int AND datname = current_database() "
	"AND " BEGUN " = $2::bigint";

static const char sql_cancel[] =
	"SELECT pg_cancel_backend(pid), query_start::text "
	"FROM pg_stat_activity WHERE pid = $1::int "
	"AND datname = current_database() AND " BEGUN " = $2::bigint "
	"AND coalesce(state, 'active') = 'active'";

static const char sql_still[] =
	"SELECT 1 FROM pg_stat_activity WHERE pid = $1::int "
	"AND " BEGUN " = $2::bigint AND ($3 = '' OR ("
	"coalesce(state, 'active') = 'active' AND query_start::text = $3))";

static int is_still_there(struct pg *pg, const struct db_session *session,
	const char *query_start, struct err *err)
{
	const char *params[] = { session->pid, session->begun, query_start };
	struct pg_result *res = NULL;
	int rows;

	if (pg_query(pg, sql_still, params, 3, &res, err) < 0)
		return -1;
	rows = pq.PQntuples(res);
	pq.PQclear(res);
	return rows > 0;
}

static int wait_for_end(struct pg *pg, const struct db_session *session,
	const char *query_start, enum db_ended *ret, struct err *err)
{
	const struct timespec pause = { .tv_nsec = END_LOOK_MS * 1000000L };
	int64_t deadline_ms = clock_now_ms() + END_MS;
	int there;

	while ((there = is_still_there(pg, session, query_start, err)) > 0 &&
		clock_now_ms() < deadline_ms)
		nanosleep(&pause, NULL);
	if (there < 0)
		return -1;
	*ret = there ? DB_ENDED_LATE : DB_ENDED;
	return 0;
}

int pg_end(void *db, const struct db_session *session, bool terminate,
	enum db_ended *ret, struct err *err)
{
	const char *params[] = { session->pid, session->begun };
	struct pg_result *res = NULL;
	int done;

	if (pg_query(db, terminate ? sql_terminate : sql_cancel, params, 2,
		    &res, err) < 0)
		return -1;
	if (!pq.PQntuples(res)) {
		*ret = DB_ENDED_BEFORE;
		done = 0;
	} else if (strcmp(pq.PQgetvalue(res, 0, 0), "t") != 0) {
		done = err_set(err, "the server could not signal pid %s",
			session->pid);
	} else {
		done = wait_for_end(
			db, session, pq.PQgetvalue(res, 0, 1), ret, err);
	}
	pq.PQclear(res);
	return done;
}
