/*
 * PostgreSQL connections through libpq.
 *
 * Everything is done with libpq's non-blocking calls and poll(2): its own
 * connect_timeout counts whole seconds for each address, and its queries wait
 * for ever, while a git hook must answer.  Statements go through the extended
 * protocol even without parameters, because it takes exactly one of them:
 * schema_search_path comes out of a file of whatever branch was checked out and
 * is put into a SET as it is, as Rails does it.
 */
#include "db/pg.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* What is handed to libpq: parallel, NULL-ended lists. */
struct conninfo {
	const char *keywords[PG_MAX_PARAMS + 1], *values[PG_MAX_PARAMS + 1];
	size_t nr;
};

static void info_set(struct conninfo *info, const char *key, const char *value)
{
	if (!value || info->nr == PG_MAX_PARAMS)
		return;
	info->keywords[info->nr] = key;
	info->values[info->nr++] = value;
}

/* Rails drops what the installed libpq does not know; so does this. */
static bool is_option(const struct pq_option *options, const char *key)
{
	for (; options && options->keyword; options++)
		if (!strcmp(options->keyword, key))
			return true;
	return false;
}

static void info_fill(struct conninfo *info, const struct db_target *target)
{
	struct pq_option *options = pq.PQconndefaults();

	memset(info, 0, sizeof(*info));
	info_set(info, "dbname", target->database);
	info_set(info, "host", target->host);
	info_set(info, "port", target->port);
	info_set(info, "user", target->username);
	info_set(info, "password", target->password);
	for (size_t i = 0; i < target->nparams; i++)
		if (is_option(options, target->params[i].name))
			info_set(info, target->params[i].name,
				target->params[i].value);
	/* Last, since the last of equal keys wins. */
	info_set(info, "application_name", "hookrun");
	info_set(info, "client_encoding", "UTF8");
	pq.PQconninfoFree(options);
}

/* 1 ready, 0 the deadline passed, -1 error. */
static int wait_socket(struct pg_conn *conn, short events, int64_t deadline_ms)
{
	struct pollfd pfd = { .fd = pq.PQsocket(conn), .events = events };

	for (;;) {
		int left = clock_left_ms(deadline_ms);
		int n = left > 0 ? poll(&pfd, 1, left) : 0;

		if (n >= 0)
			return n > 0;
		if (errno != EINTR)
			return -1;
	}
}

/* 1 connected, 0 the deadline passed, -1 refused. */
static int finish_connect(struct pg_conn *conn, int64_t deadline_ms)
{
	int state = PQ_POLL_WRITING; /* as libpq's manual asks for */

	while (state != PQ_POLL_OK) {
		short events = state == PQ_POLL_READING ? POLLIN : POLLOUT;
		int ready = wait_socket(conn, events, deadline_ms);

		if (ready <= 0)
			return ready;
		state = pq.PQconnectPoll(conn);
		if (state == PQ_POLL_FAILED)
			return -1;
	}
	return 1;
}

static void ignore_notice(void *data, const char *message)
{
	(void)data;
	(void)message;
}

static int connect_within(const struct conninfo *info, int timeout_ms,
	struct pg_conn **ret, struct err *err)
{
	struct pg_conn *conn = pq.PQconnectStartParams(
		info->keywords, info->values, 0);
	int done = -1;

	if (!conn)
		return err_set(err, "libpq is out of memory");
	/* Verbose errors are the only way to the SQLSTATE of a refusal. */
	pq.PQsetErrorVerbosity(conn, PQ_ERRORS_VERBOSE);
	pq.PQsetNoticeProcessor(conn, ignore_notice, NULL);
	if (pq.PQstatus(conn) != PQ_CONNECTION_BAD)
		done = finish_connect(conn, clock_now_ms() + timeout_ms);
	if (done == 1) {
		*ret = conn;
		return 0;
	}
	if (done == 0)
		err_set_kind(err, ERR_UNREACHABLE,
			"the PostgreSQL server at '%s', port %s, did not "
			"answer within %g s",
			pq.PQhost(conn), pq.PQport(conn), timeout_ms / 1000.0);
	else
		pg_explain(conn, info->keywords, info->values, err);
	pq.PQfinish(conn);
	return -1;
}

int pg_be_patient(struct pg *pg, int query_ms, struct err *err)
{
	struct pg_result *res = NULL;
	char sql[64];

	pg->query_ms = query_ms;
	snprintf(sql, sizeof(sql), "SET statement_timeout = %d", query_ms);
	if (pg_query(pg, sql, NULL, 0, &res, err) < 0)
		return -1;
	pq.PQclear(res);
	return 0;
}

static int set_session(
	struct pg *pg, const struct db_target *target, struct err *err)
{
	struct pg_result *res = NULL;
	AUTO_STRBUF path = STRBUF_INIT;

	if (pg_be_patient(pg, PG_QUERY_MS, err) < 0)
		return -1;
	if (!target->search_path)
		return 0;
	strbuf_addf(&path, "SET search_path TO %s", target->search_path);
	if (pg_query(pg, path.buf, NULL, 0, &res, err) < 0)
		return err_prefix(
			err, "schema_search_path '%s'", target->search_path);
	pq.PQclear(res);
	return 0;
}

int pg_open(const struct db_target *target, int timeout_ms, struct pg **ret,
	struct err *err)
{
	struct conninfo info;
	struct pg *pg;
	struct pg_conn *conn = NULL;

	if (pq_load(err) < 0)
		return -1;
	info_fill(&info, target);
	if (connect_within(&info, timeout_ms, &conn, err) < 0)
		return -1;
	pg = xmalloc(sizeof(*pg));
	pg->conn = conn;
	if (set_session(pg, target, err) < 0) {
		pg_close(pg);
		return -1;
	}
	*ret = pg;
	return 0;
}

void pg_close(struct pg *pg)
{
	pq.PQfinish(pg->conn);
	free(pg);
}

/* The statement has been sent: wait until its result is complete. */
static int await_result(struct pg *pg, struct err *err)
{
	/* The server gives up first and says so; a second more for that. */
	int64_t deadline_ms = clock_now_ms() + pg->query_ms + 1000;

	while (pq.PQflush(pg->conn) > 0)
		if (wait_socket(pg->conn, POLLOUT, deadline_ms) <= 0)
			return err_set(err, "the server takes no query");
	while (pq.PQisBusy(pg->conn)) {
		if (wait_socket(pg->conn, POLLIN, deadline_ms) <= 0)
			return err_set(err,
				"the server did not answer within "
				"%d s",
				pg->query_ms / 1000 + 1);
		if (!pq.PQconsumeInput(pg->conn))
			break;
	}
	return 0;
}

/* The first line of `text`, without white space around it. */
static int first_line(const char *text, struct err *err)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, "\r\n");
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return err_set(err, "%.*s", (int)(len < 500 ? len : 500), text);
}

/* What the server says beside the message, in a line of its own. */
static void add_field(
	struct pg_result *res, int field, const char *name, struct strbuf *out)
{
	const char *text = pq.PQresultErrorField(res, field);

	if (text && *text)
		strbuf_addf(out, "\n%s:  %s", name, text);
}

static int fail(struct pg_result *res, const char *message, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addstr(&text, message);
	add_field(res, PQ_DIAG_DETAIL, "DETAIL", &text);
	add_field(res, PQ_DIAG_HINT, "HINT", &text);
	return err_set(err, "%s", text.buf);
}

static int check_result(struct pg *pg, struct pg_result *res, struct err *err)
{
	const char *message;
	int status;

	if (!res)
		return first_line(pq.PQerrorMessage(pg->conn), err);
	status = pq.PQresultStatus(res);
	if (status == PQ_TUPLES_OK && pq.PQntuples(res) > PG_MAX_ROWS)
		return err_set(
			err, "the server sent more than %d rows", PG_MAX_ROWS);
	if (status == PQ_TUPLES_OK || status == PQ_COMMAND_OK)
		return 0;
	message = pq.PQresultErrorField(res, PQ_DIAG_MESSAGE);
	return message ? fail(res, message, err)
		       : first_line(pq.PQerrorMessage(pg->conn), err);
}

int pg_query(struct pg *pg, const char *sql, const char *const *params,
	int nparams, struct pg_result **ret, struct err *err)
{
	struct pg_result *res, *extra;

	if (!pq.PQsendQueryParams(
		    pg->conn, sql, nparams, NULL, params, NULL, NULL, 0))
		return first_line(pq.PQerrorMessage(pg->conn), err);
	if (await_result(pg, err) < 0)
		return -1;
	res = pq.PQgetResult(pg->conn);
	if (check_result(pg, res, err) < 0) {
		pq.PQclear(res); /* NULL is fine */
		while (pq.PQstatus(pg->conn) == PQ_CONNECTION_OK &&
			(extra = pq.PQgetResult(pg->conn)))
			pq.PQclear(extra);
		return -1;
	}
	while ((extra = pq.PQgetResult(pg->conn)))
		pq.PQclear(extra);
	*ret = res;
	return 0;
}
