/*
 * One connection to one database, of whatever kind.  src/db/db.c writes the
 * questions and reads the answers; the order of the texts is the same in both
 * files.
 */
#include "hookrun/base/alloc.h"
#include "hookrun/base/sha1.h"
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

int database_sessions(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct db_sessions all = { 0 };
	char number[32];
	int done = -1;

	if (!need_connection(err))
		done = driver->sessions(
			connection, frame_text(question, 1), &arena, &all, err);
	snprintf(number, sizeof(number), "%zu", all.hidden);
	frame_add(reply, number);
	for (size_t i = 0; !done && i < all.nr; i++) {
		frame_add(reply, all.v[i].pid);
		frame_add(reply, all.v[i].begun);
		frame_add(reply, all.v[i].text);
		frame_add(reply, truth(all.v[i].idle));
	}
	arena_release(&arena);
	return done;
}

int database_end(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_session session = { .pid = frame_text(question, 1),
		.begun = frame_text(question, 2) };
	enum db_ended ended = DB_ENDED_LATE;
	char number[16];

	if (need_connection(err) < 0)
		return -1;
	if (!driver->end || !session.pid || !session.begun)
		return err_set(err, "hookrun cannot end it");
	if (driver->end(connection, &session, frame_text(question, 3), &ended,
		    err) < 0)
		return -1;
	snprintf(number, sizeof(number), "%d", (int)ended);
	frame_add(reply, number);
	return 0;
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

/* ---- copies ------------------------------------------------------------- */

static int need_copies(const struct frame *question, size_t ntexts,
	const struct db_driver_copies **ret, struct err *err)
{
	if (need_connection(err) < 0)
		return -1;
	if (!driver->copies || !frame_text(question, ntexts))
		return err_set(err, "no copies of such a database");
	*ret = driver->copies;
	return 0;
}

int database_copies_alone(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_driver_copies *copies;

	(void)reply;
	if (need_copies(question, 1, &copies, err) < 0)
		return -1;
	return copies->alone(connection, frame_text(question, 1), err);
}

int database_copies_list(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_driver_copies *copies;
	struct arena arena = ARENA_INIT;
	struct db_copy_list all = { 0 };
	char size[32];
	int done = -1;

	if (!need_copies(question, 1, &copies, err))
		done = copies->list(connection, frame_text(question, 1),
			frame_text(question, 2) != NULL, &arena, &all, err);
	for (size_t i = 0; !done && i < all.nr; i++) {
		frame_add(reply, all.v[i].name);
		snprintf(size, sizeof(size), "%" PRId64, all.v[i].size_bytes);
		frame_add(reply, size);
	}
	arena_release(&arena);
	return done;
}

int database_copies_make(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_driver_copies *copies;

	(void)reply;
	if (need_copies(question, 2, &copies, err) < 0)
		return -1;
	return copies->make(connection, frame_text(question, 1),
		frame_text(question, 2), err);
}

int database_copies_rename(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_driver_copies *copies;

	(void)reply;
	if (need_copies(question, 2, &copies, err) < 0)
		return -1;
	return copies->rename(connection, frame_text(question, 1),
		frame_text(question, 2), err);
}

int database_copies_drop(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const struct db_driver_copies *copies;

	(void)reply;
	if (need_copies(question, 1, &copies, err) < 0)
		return -1;
	return copies->drop(connection, frame_text(question, 1), err);
}

/* ---- transactions ------------------------------------------------------- */

static int print_of(const char *sql, char ret[SHA1_HEX_SIZE], struct err *err)
{
	AUTO_STRBUF rows = STRBUF_INIT;
	size_t nrows;

	if (driver->query(connection, sql, &rows, &nrows, err) < 0)
		return -1;
	sha1_hex(rows.buf, rows.len, ret);
	return 0;
}

int database_print(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *sql = frame_text(question, 1);
	char digest[SHA1_HEX_SIZE];

	if (need_connection(err) < 0 || !sql || print_of(sql, digest, err) < 0)
		return -1;
	frame_add(reply, digest);
	return 0;
}

int database_rows(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *sql = frame_text(question, 1);
	AUTO_STRBUF rows = STRBUF_INIT;
	size_t nrows;

	if (need_connection(err) < 0)
		return -1;
	if (!sql || driver->query(connection, sql, &rows, &nrows, err) < 0)
		return -1;
	frame_add(reply, rows.buf);
	return 0;
}

static int compare_print(const struct db_step *step, struct err *err)
{
	char digest[SHA1_HEX_SIZE];

	if (print_of(step->sql, digest, err) < 0)
		return -1;
	if (step->text && !strcmp(digest, step->text))
		return 0;
	return err_set(err, "the schema is not the one that was recorded");
}

static int take_step(const struct db_step *step, struct err *err)
{
	size_t nrows = 0;

	if (step->op == DB_PRINT)
		return compare_print(step, err);
	if (driver->query(connection, step->sql, NULL, &nrows, err) < 0)
		return -1;
	if (step->op == DB_NONE && nrows)
		return err_set(err, "there are %s", step->text);
	if (step->op == DB_ONE && nrows != 1)
		return err_set(err, "%s is not there once", step->text);
	return 0;
}

/* The place of the first step, and the texts of each. */
enum { FIRST_STEP = 2, STEP_TEXTS = 3 };

static int take_steps(const struct frame *question, struct err *err)
{
	struct db_step step;

	for (size_t i = FIRST_STEP; i + 1 < question->nr; i += STEP_TEXTS) {
		const char *op = frame_text(question, i);

		step = (struct db_step){
			.op = op ? (enum db_op)strtol(op, NULL, 10) : DB_RUN,
			.sql = frame_text(question, i + 1),
			.text = frame_text(question, i + 2)
		};
		if (!step.sql)
			return err_set(err, "a step without a statement");
		if (take_step(&step, err) < 0)
			return -1;
	}
	step = (struct db_step){ DB_NONE, driver->whole, "broken references" };
	return driver->whole ? take_step(&step, err) : 0;
}

/* That a step failed is an answer; that its end is unknown is none. */
int database_transact(
	const struct frame *question, struct strbuf *reply, struct err *err)
{
	const char *timeout = frame_text(question, 1);
	struct err why = ERR_INIT, ignored = ERR_INIT;
	size_t nrows;

	if (need_connection(err) < 0 || !timeout)
		return -1;
	if (!driver->begin(connection, (int)strtol(timeout, NULL, 10), &why) &&
		!take_steps(question, &why))
		return driver->query(connection, "COMMIT", NULL, &nrows, err);
	driver->query(connection, "ROLLBACK", NULL, &nrows, &ignored);
	frame_add(reply, why.msg);
	return 0;
}

void database_close(void)
{
	if (driver)
		driver->close(connection);
	driver = NULL;
}
