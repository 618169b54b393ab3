/*
 * The connection itself is in the library host, one for each database; here
 * questions are written and answers read, in the order of src/libhost's
 * database.c.  What has no library there is left to Rails, which is slower and
 * always right.
 */
#include "hookrun/db/db.h"

#include "db/ask.h"
#include "hookrun/base/alloc.h"
#include "hookrun/proc/libhost.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The other side has deadlines of its own and better words for them; these
 * hold where it cannot keep them: libpq looks up a server's name for as long as
 * the name servers let it. */
#define OPEN_EXTRA_MS 10000
#define HURRIED_EXTRA_MS 2000
#define ANSWER_MS 40000
#define COPY_MS (31 * 60 * 1000) /* a minute more than pg_copies.c */

/* Of the answer to "db-facts". */
enum {
	HAS_MIGRATIONS_TABLE = 1,
	HAS_TABLES,
	READ_ONLY,
	HAS_TENANTS,
	ENVIRONMENT,
	SCHEMA_SHA1,
	TENANTS,
	DATA_APPLIED,
	VERSIONS
};

struct db {
	struct libhost *host;
	int answer_ms;
};

bool db_supported(const struct db_target *target)
{
	return target->driver;
}

static void write_open(
	struct strbuf *question, const struct db_target *target, int timeout_ms)
{
	const char *const texts[] = { target->database, target->path,
		target->host, target->port, target->username, target->password,
		target->search_path };
	char timeout[16];

	snprintf(timeout, sizeof(timeout), "%d", timeout_ms);
	frame_begin(question);
	frame_add(question, "db-open");
	frame_add(question, target->driver);
	frame_add(question, timeout);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		frame_add(question, texts[i]);
	for (size_t i = 0; i < target->nparams; i++) {
		frame_add(question, target->params[i].name);
		frame_add(question, target->params[i].value);
	}
}

static int open_within(const struct db_target *target, int timeout_ms,
	int extra_ms, struct db **ret, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT;
	AUTO_FRAME reply = FRAME_INIT;
	struct libhost *host = NULL;

	if (!db_supported(target))
		return err_set(err, "no driver for the adapter '%s'",
			target->adapter ? target->adapter : "");
	if (libhost_start(&host, err) < 0)
		return -1;
	write_open(&question, target, timeout_ms);
	if (libhost_ask(host, &question, timeout_ms + extra_ms, &reply, err) <
		0) {
		libhost_free(host);
		return -1;
	}
	*ret = xmalloc(sizeof(**ret));
	(*ret)->host = host;
	(*ret)->answer_ms = ANSWER_MS;
	return 0;
}

int db_open(const struct db_target *target, int timeout_ms, struct db **ret,
	struct err *err)
{
	return open_within(target, timeout_ms, OPEN_EXTRA_MS, ret, err);
}

int db_open_hurried(const struct db_target *target, int timeout_ms,
	struct db **ret, struct err *err)
{
	if (open_within(target, timeout_ms, HURRIED_EXTRA_MS, ret, err))
		return -1;
	(*ret)->answer_ms = timeout_ms + HURRIED_EXTRA_MS;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	libhost_free(db->host);
	free(db);
}

static int ask(struct db *db, const char *word, const char *text,
	struct frame *reply, struct err *err)
{
	return libhost_ask_about(
		db->host, word, text, db->answer_ms, reply, err);
}

static const char *keep(
	const struct frame *reply, size_t i, struct arena *arena)
{
	const char *text = frame_text(reply, i);

	return text ? arena_strdup(arena, text) : NULL;
}

int db_read_facts(struct db *db, struct arena *arena, struct db_facts *ret,
	struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	struct db_facts facts = { 0 };

	if (ask(db, "db-facts", NULL, &reply, err) < 0)
		return -1;
	facts.has_migrations_table = frame_text(&reply, HAS_MIGRATIONS_TABLE);
	facts.has_tables = frame_text(&reply, HAS_TABLES);
	facts.read_only = frame_text(&reply, READ_ONLY);
	facts.has_tenants = frame_text(&reply, HAS_TENANTS);
	facts.environment = keep(&reply, ENVIRONMENT, arena);
	facts.schema_sha1 = keep(&reply, SCHEMA_SHA1, arena);
	facts.tenants = keep(&reply, TENANTS, arena);
	facts.data_applied = keep(&reply, DATA_APPLIED, arena);
	facts.applied = arena_alloc(
		arena, (reply.nr + 1) * sizeof(*facts.applied));
	for (size_t i = VERSIONS; i < reply.nr; i++)
		if (reply.v[i])
			facts.applied[facts.napplied++] = strtoll(
				reply.v[i], NULL, 10);
	*ret = facts;
	return 0;
}

int db_ask(struct db *db, const char *word, const char *a, const char *b,
	struct frame *reply, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT;

	frame_begin(&question);
	frame_add(&question, word);
	frame_add(&question, a);
	frame_add(&question, b);
	return libhost_ask(db->host, &question, COPY_MS, reply, err);
}

/* Of the answer to "db-sessions": the first one's place, and its texts. */
enum { FIRST_SESSION = 2, SESSION_TEXTS = 4 };

int db_sessions(struct db *db, const char *pid, struct arena *arena,
	struct db_sessions *ret, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	struct db_sessions all = { 0 };
	const char *hidden;

	if (ask(db, "db-sessions", pid, &reply, err) < 0)
		return -1;
	hidden = frame_text(&reply, 1);
	all.hidden = hidden ? strtoul(hidden, NULL, 10) : 0;
	all.v = arena_alloc(arena, (reply.nr + 1) * sizeof(*all.v));
	for (size_t i = FIRST_SESSION; i < reply.nr; i += SESSION_TEXTS)
		all.v[all.nr++] =
			(struct db_session){ .pid = keep(&reply, i, arena),
				.begun = keep(&reply, i + 1, arena),
				.text = keep(&reply, i + 2, arena),
				.idle = frame_text(&reply, i + 3) };
	*ret = all;
	return 0;
}

int db_end(struct db *db, const struct db_session *session, bool terminate,
	enum db_ended *ret, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT;
	AUTO_FRAME reply = FRAME_INIT;
	const char *ended;

	frame_begin(&question);
	frame_add(&question, "db-end");
	frame_add(&question, session->pid);
	frame_add(&question, session->begun);
	frame_add(&question, terminate ? "t" : NULL);
	if (libhost_ask(db->host, &question, ANSWER_MS, &reply, err) < 0)
		return -1;
	ended = frame_text(&reply, 1);
	*ret = ended ? (enum db_ended)strtol(ended, NULL, 10) : DB_ENDED_LATE;
	return 0;
}

int db_migration_lock_holder(struct db *db, struct arena *arena,
	const char **ret_holder, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;

	if (ask(db, "db-lock-holder", NULL, &reply, err) < 0)
		return -1;
	*ret_holder = keep(&reply, 1, arena);
	return 0;
}

int db_blockers(struct db *db, const char *application, struct arena *arena,
	const char **ret_lines, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;

	if (ask(db, "db-blockers", application, &reply, err) < 0)
		return -1;
	*ret_lines = keep(&reply, 1, arena);
	return 0;
}

int db_print(struct db *db, const char *sql, struct arena *arena,
	const char **ret, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;

	if (ask(db, "db-print", sql, &reply, err) < 0)
		return -1;
	*ret = keep(&reply, 1, arena);
	return *ret ? 0 : err_set(err, "the server said nothing");
}

int db_rows(
	struct db *db, const char *sql, struct strbuf *rows, struct err *err)
{
	AUTO_FRAME reply = FRAME_INIT;
	const char *text;

	if (ask(db, "db-rows", sql, &reply, err) < 0)
		return -1;
	text = frame_text(&reply, 1);
	strbuf_addstr(rows, text ? text : "");
	return 0;
}

int db_transact(struct db *db, int lock_timeout_ms, const struct db_step *steps,
	size_t nr, struct arena *arena, const char **ret_why, struct err *err)
{
	AUTO_STRBUF question = STRBUF_INIT;
	AUTO_FRAME reply = FRAME_INIT;
	char number[16];

	frame_begin(&question);
	frame_add(&question, "db-transact");
	snprintf(number, sizeof(number), "%d", lock_timeout_ms);
	frame_add(&question, number);
	for (size_t i = 0; i < nr; i++) {
		snprintf(number, sizeof(number), "%d", (int)steps[i].op);
		frame_add(&question, number);
		frame_add(&question, steps[i].sql);
		frame_add(&question, steps[i].text);
	}
	if (libhost_ask(db->host, &question, ANSWER_MS, &reply, err) < 0)
		return -1;
	*ret_why = keep(&reply, 1, arena);
	return *ret_why ? 0 : 1;
}
