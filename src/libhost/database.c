/*
 * One connection to one database, of whatever kind.  src/db/db.c writes the
 * questions and reads the answers; the order of the texts is the same in both
 * files.
 */
#include "hookrun/base/alloc.h"
#include "hookrun/db/driver.h"
#include "libhost/libhost.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of the question: the first parameter's place, and how many there may be. */
#define FIRST_PARAM 10
#define PARAMS_MAX 64

#define ROW(name, adapters, identity) { #name, &db_driver_##name },

static const struct {
	const char *name;
	const struct db_driver *driver;
} drivers[] = { DB_DRIVERS(ROW) };

static const struct db_driver *driver; /* of the connection; NULL: none */
static void *connection;

static size_t read_params(const struct frame *question, struct db_param *params)
{
	size_t n = 0;

	for (size_t i = FIRST_PARAM; i + 1 < question->nr && n < PARAMS_MAX;
		i += 2) {
		params[n].name = question->v[i];
		params[n++].value = question->v[i + 1];
	}
	return n;
}

static int open_with(const struct db_driver *chosen,
	const struct frame *question, struct err *err)
{
	const char *timeout = frame_text(question, 2);
	struct db_param params[PARAMS_MAX];
	struct db_target target = {
		.database = frame_text(question, 3),
		.path = frame_text(question, 4),
		.host = frame_text(question, 5),
		.port = frame_text(question, 6),
		.username = frame_text(question, 7),
		.password = frame_text(question, 8),
		.search_path = frame_text(question, 9),
		.params = params,
		.nparams = read_params(question, params),
	};

	if (driver || !timeout)
		return err_set(err, "one connection, with a timeout");
	if (chosen->open(&target, (int)strtol(timeout, NULL, 10), &connection,
		    err) < 0)
		return -1;
	driver = chosen;
	return 0;
}

int database_open(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *name = frame_text(question, 1);

	(void)reply;
	for (size_t i = 0; name && i < ARRAY_SIZE(drivers); i++)
		if (!strcmp(drivers[i].name, name))
			return open_with(drivers[i].driver, question, err);
	return err_set(err, "no such driver '%s'", name ? name : "");
}

static int need_connection(struct err *err)
{
	return driver ? 0 : err_set(err, "there is no connection");
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
		done = driver->facts(connection, &arena, &facts, err);
	if (!done) {
		frame_add(reply, truth(facts.has_migrations_table));
		frame_add(reply, truth(facts.has_tables));
		frame_add(reply, truth(facts.read_only));
		frame_add(reply, truth(facts.has_tenants));
		frame_add(reply, facts.environment);
		frame_add(reply, facts.schema_sha1);
		frame_add(reply, facts.tenants);
		frame_add(reply, facts.data_applied);
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
		done = driver->lock_holder(connection, &arena, &holder, err);
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
		done = driver->blockers(
			connection, application, &arena, &lines, err);
	frame_add(reply, lines);
	arena_release(&arena);
	return done;
}

void database_close(void)
{
	if (driver)
		driver->close(connection);
	driver = NULL;
}
