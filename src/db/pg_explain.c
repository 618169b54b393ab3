/*
 * Why a connection failed, in words that tell what to do.
 *
 * libpq offers no SQLSTATE for a failed connect and the server's texts are
 * translated, so looking for words in them would work on some machines only.
 * But with verbose errors the code stands in the message itself ("FATAL:
 * 3D000: ..."), in every language.  Where there is none the server was not
 * reached, or libpq gave up by itself: PQping() tells these two apart.
 */
#include "db/pg.h"

#include "hookrun/base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define STATE_LEN 5
#define SAID_MAX 2000

/* The text after "SEVERITY:  XXXXX: " of a verbose message with its code in
 * `ret_state`; NULL where there is no such line.  (A connection that tried
 * several addresses has several; the last one counts.) */
static const char *find_state(const char *text, char ret_state[STATE_LEN + 1])
{
	static const char code[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *found = NULL;

	for (const char *p = text; (p = strstr(p, ":  ")); p++) {
		const char *state = p + 3;

		if (strspn(state, code) != STATE_LEN ||
			memcmp(state + STATE_LEN, ": ", 2) != 0)
			continue;
		memcpy(ret_state, state, STATE_LEN);
		ret_state[STATE_LEN] = '\0';
		found = state + STATE_LEN + 2;
	}
	return found;
}

/* "'localhost', port 5432" or "'/run/postgresql/.s.PGSQL.5432'". */
static void describe_server(struct pg_conn *conn, char *buf, size_t size)
{
	const char *host = pq.PQhost(conn), *port = pq.PQport(conn);

	if (!host || !*host)
		snprintf(buf, size, "the default address");
	else if (host[0] == '/')
		snprintf(buf, size, "'%s/.s.PGSQL.%s'", host, port);
	else
		snprintf(buf, size, "'%s', port %s", host, port);
}

static int line_len(const char *text)
{
	size_t len = strcspn(text, "\r\n");

	return (int)(len < 500 ? len : 500);
}

/* Where in the server's source it was said, as a verbose message ends. */
static bool is_location(const char *line, size_t len)
{
	while (len && isdigit((unsigned char)line[len - 1]))
		len--;
	return len > 3 && !memcmp(line + len - 3, ".c:", 3);
}

/* All lines that are for people: DETAIL and HINT often name the remedy. */
static void add_said(const char *text, struct strbuf *out)
{
	for (size_t len; *text && out->len < SAID_MAX;
		text += strspn(text, "\r\n")) {
		len = strcspn(text, "\r\n");
		if (!is_location(text, len))
			strbuf_addf(out, "%s%.*s", out->len ? "\n" : "",
				(int)len, text);
		text += len;
	}
}

static int explain_state(struct pg_conn *conn, const char *state,
	const char *said, const char *server, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	add_said(said, &text);
	if (!strcmp(state, "3D000"))
		return err_set_kind(err, ERR_ABSENT,
			"database '%s' does not exist", pq.PQdb(conn));
	if (!strncmp(state, "28", 2))
		return err_set(err,
			"the PostgreSQL server at %s does not let '%s' in: "
			"%s",
			server, pq.PQuser(conn), text.buf);
	if (!strcmp(state, "53300"))
		return err_set(err,
			"the PostgreSQL server at %s has too many "
			"connections: %s",
			server, text.buf);
	if (!strcmp(state, "57P03"))
		return err_set(err,
			"the PostgreSQL server at %s is not ready: %s", server,
			text.buf);
	return err_set(err, "cannot connect to database '%s' at %s: %s",
		pq.PQdb(conn), server, text.buf);
}

/* PQping() with a limit of its own: it blocks. */
static int ping(const char *const *keywords, const char *const *values)
{
	const char *k[PG_MAX_PARAMS + 2], *v[PG_MAX_PARAMS + 2];
	size_t n = 0;

	for (; n < PG_MAX_PARAMS && keywords[n]; n++) {
		k[n] = keywords[n];
		v[n] = values[n];
	}
	k[n] = "connect_timeout";
	v[n++] = "2";
	k[n] = v[n] = NULL;
	return pq.PQpingParams(k, v, 0);
}

/* libpq's own reason without the address, which we name in our own way. */
static const char *bare_reason(const char *text)
{
	const char *failed = strstr(text, " failed: ");

	text += strspn(text, " \t\r\n");
	return failed ? failed + strlen(" failed: ") : text;
}

int pg_explain(struct pg_conn *conn, const char *const *keywords,
	const char *const *values, struct err *err)
{
	const char *text = pq.PQerrorMessage(conn), *said;
	char state[STATE_LEN + 1], server[512];

	describe_server(conn, server, sizeof(server));
	said = find_state(text, state);
	if (said)
		return explain_state(conn, state, said, server, err);
	text = bare_reason(text);
	if (ping(keywords, values) != PQ_PING_NO_RESPONSE)
		return err_set(err,
			"cannot connect to database '%s' at %s: %.*s",
			pq.PQdb(conn), server, line_len(text), text);
	return err_set_kind(err, ERR_UNREACHABLE,
		"cannot reach the PostgreSQL server at %s (is it running?): "
		"%.*s",
		server, line_len(text), text);
}
