/*
 * One PostgreSQL database.  src/db/db.c writes the questions and reads the
 * answers; the order of the texts is the same in both files.
 */
#include "hookrun/db/pg.h"
#include "hookrun/base/alloc.h"
#include "libhost/libhost.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of the question: the first parameter's place. */
#define FIRST_PARAM 8

static struct pg *connection;

int database_open(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *timeout = frame_text(question, 1);
	struct db_target target = {
		.database = frame_text(question, 2),
		.host = frame_text(question, 3),
		.port = frame_text(question, 4),
		.username = frame_text(question, 5),
		.password = frame_text(question, 6),
		.search_path = frame_text(question, 7),
	};
	struct db_param params[PG_MAX_PARAMS];
	size_t n = 0;

	(void)reply;
	if (connection || !timeout)
		return err_set(err, "one connection, with a timeout");
	for (size_t i = FIRST_PARAM;
		i + 1 < question->nr && n < ARRAY_SIZE(params); i += 2) {
		params[n].name = question->v[i];
		params[n++].value = question->v[i + 1];
	}
	target.params = params;
	target.nparams = n;
	return pg_open(
		&target, (int)strtol(timeout, NULL, 10), &connection, err);
}

static int need_connection(struct err *err)
{
	return connection ? 0 : err_set(err, "there is no connection");
}

static const char *truth(bool value)
{
	return value ? "t" : NULL;
}

int database_facts(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct db_facts facts = { 0 };
	char number[32];
	int done = -1;

	(void)question;
	if (!need_connection(err))
		done = pg_read_facts(connection, &arena, &facts, err);
	if (!done) {
		frame_add(reply, truth(facts.has_migrations_table));
		frame_add(reply, truth(facts.has_tables));
		frame_add(reply, truth(facts.read_only));
		frame_add(reply, facts.environment);
	}
	for (size_t i = 0; !done && i < facts.napplied; i++) {
		snprintf(number, sizeof(number), "%" PRId64, facts.applied[i]);
		frame_add(reply, number);
	}
	arena_release(&arena);
	return done;
}

int database_lock_holder(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const char *holder = NULL;
	int done = -1;

	(void)question;
	if (!need_connection(err))
		done = pg_lock_holder(connection, &arena, &holder, err);
	frame_add(reply, holder);
	arena_release(&arena);
	return done;
}

int database_blockers(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *application = frame_text(question, 1), *lines = NULL;
	struct arena arena = ARENA_INIT;
	int done = -1;

	if (!need_connection(err) && application)
		done = pg_blockers(
			connection, application, &arena, &lines, err);
	frame_add(reply, lines);
	arena_release(&arena);
	return done;
}

void database_close(void)
{
	if (connection)
		pg_close(connection);
	connection = NULL;
}
