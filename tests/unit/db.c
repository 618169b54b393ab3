/*
 * The database layer against a real PostgreSQL server, which is started once
 * for the group, on a socket in a folder of its own.  Second sessions (a holder
 * of Rails' lock, somebody who blocks) are connections through pg.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/crc32.h"
#include "db/pg.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strvec.h"
#include "hookrun/db/driver.h"
#include "hookrun/db/sign.h"
#include "hookrun/proc/cmd.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena = ARENA_INIT;
static char *folder;
static bool has_server;

/* Run `command` with the shell library of the tests loaded, $1 = folder. */
static int helper(const char *command)
{
	AUTO_STRBUF script = STRBUF_INIT, errout = STRBUF_INIT;
	AUTO_STRVEC argv = STRVEC_INIT;
	struct cmd cmd = { .timeout_ms = 120000 };
	struct err err;
	int status = -1;

	strbuf_addf(&script, ". tests/helpers/postgres.sh; %s", command);
	strvec_push(&argv, "sh");
	strvec_push(&argv, "-c");
	strvec_push(&argv, script.buf);
	strvec_push(&argv, "sh");
	strvec_push(&argv, folder);
	cmd.argv = argv.v;
	if (cmd_run(&cmd, &status, NULL, &errout, &err) < 0) {
		print_error("%s\n", err.msg);
		return -1;
	}
	if (errout.len)
		print_error("%s", errout.buf);
	return status;
}

static struct db_target target_of(const char *database)
{
	struct db_target target = { .name = "primary",
		.adapter = "postgresql",
		.driver = "postgresql",
		.database = database,
		.host = folder,
		.port = "5432",
		.username = "postgres" };

	return target;
}

static struct pg *session(const char *database)
{
	struct db_target target = target_of(database);
	struct pg *conn = NULL;
	struct err err = ERR_INIT;

	if (pg_open(&target, 20000, &conn, &err) < 0)
		fail_msg("%s", err.msg);
	return conn;
}

static void run_in(struct pg *pg, const char *sql)
{
	struct pg_result *res = NULL;
	struct err err = ERR_INIT;

	if (pg_query(pg, sql, NULL, 0, &res, &err) < 0)
		fail_msg("%s: %s", sql, err.msg);
	pq.PQclear(res);
}

static void run_sql(const char *database, const char *sql)
{
	struct pg *pg = session(database);

	run_in(pg, sql);
	pg_close(pg);
}

/* A database made anew. */
static void create(const char *database)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		database);
	run_sql("postgres", sql);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", database);
	run_sql("postgres", sql);
}

static struct db *open_db(const struct db_target *target)
{
	struct db *db = NULL;
	struct err err = ERR_INIT;

	if (db_open(target, 20000, &db, &err) < 0)
		fail_msg("%s", err.msg);
	return db;
}

static struct db_facts facts_of(const struct db_target *target)
{
	struct db *db = open_db(target);
	struct db_facts facts;
	struct err err = ERR_INIT;

	if (db_read_facts(db, &arena, &facts, &err) < 0)
		fail_msg("%s", err.msg);
	db_close(db);
	return facts;
}

/* The message of a connection that must fail. */
static const char *refusal(const struct db_target *target, int timeout_ms)
{
	static struct err err;
	struct db *db = NULL;

	assert_int_equal(db_open(target, timeout_ms, &db, &err), -1);
	assert_null(db);
	return err.msg;
}

static void assert_in(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

#define NEED_SERVER()                                                          \
	do {                                                                   \
		if (!has_server) {                                             \
			print_message("no PostgreSQL server is installed\n");  \
			skip();                                                \
		}                                                              \
	} while (0)

static void crc32_is_that_of_zlib(void **state)
{
	(void)state;
	assert_int_equal(crc32_of("", 0), 0);
	assert_int_equal(crc32_of("123456789", 9), 0xcbf43926u);
}

/* The driver for a database of `adapter`, or "". */
static const char *driver_of(const char *adapter, const char *database)
{
	struct db_target target = { .adapter = adapter, .database = database };

	db_target_identify(&target, "/", &arena);
	return target.driver ? target.driver : "";
}

static void knows_its_adapters(void **state)
{
	struct db_target target = { .adapter = "mysql2", .database = "x" };
	struct db *db = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_string_equal(driver_of("postgresql", "x"), "postgresql");
	assert_string_equal(driver_of("postgis", "x"), "postgresql");
	assert_string_equal(driver_of("sqlite3", "x"), "sqlite");
	/* What Rails calls a connection, not its configuration. */
	assert_string_equal(driver_of("PostGIS", "x"), "postgresql");
	assert_string_equal(driver_of("SQLite", "x"), "sqlite");
	assert_string_equal(driver_of("post", "x"), "");
	assert_string_equal(driver_of("", "x"), "");
	assert_string_equal(driver_of("sqlite3", ":memory:"), "");
	assert_string_equal(driver_of("sqlite3", "file:x?mode=ro"), "");
	db_target_identify(&target, "/", &arena);
	assert_false(db_supported(&target));
	assert_int_equal(db_open(&target, 1000, &db, &err), -1);
	assert_string_equal(err.msg, "no driver for the adapter 'mysql2'");
	db_close(NULL);
}

static void empty_database_has_no_facts(void **state)
{
	struct db_target target = target_of("empty");
	struct db_facts facts;

	(void)state;
	NEED_SERVER();
	create("empty");
	facts = facts_of(&target);
	assert_false(facts.has_migrations_table);
	assert_int_equal(facts.napplied, 0);
	assert_null(facts.environment);
	assert_false(facts.has_tables);
	assert_false(facts.read_only);
}

/* Schemas of one application are those that have a version in common. */
static void tenants_that_differ_are_named(void **state)
{
	static const char *const schemas[] = { "public", "same", "ahead",
		"\"be hind\"", "stranger" };
	static const char *const versions[] = { "('1'), ('2')", "('2'), ('1')",
		"('1'), ('2'), ('3')", "('1')", "('9')" };
	struct db_target target = target_of("tenants");
	struct db_facts facts;
	struct pg *pg;

	(void)state;
	NEED_SERVER();
	create("tenants");
	pg = session("tenants");
	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++) {
		char sql[200];

		snprintf(sql, sizeof(sql), "CREATE SCHEMA IF NOT EXISTS %s",
			schemas[i]);
		run_in(pg, sql);
		snprintf(sql, sizeof(sql),
			"CREATE TABLE %s.schema_migrations (version varchar)",
			schemas[i]);
		run_in(pg, sql);
		snprintf(sql, sizeof(sql),
			"INSERT INTO %s.schema_migrations VALUES %s",
			schemas[i], versions[i]);
		run_in(pg, sql);
	}
	facts = facts_of(&target);
	assert_true(facts.has_tenants);
	assert_string_equal(facts.tenants, "ahead, be hind");
	pg_close(pg);
}

/* Of the gem data_migrate; another table of that name is not its. */
static void reads_data_migrations(void **state)
{
	struct db_target target = target_of("data");
	struct pg *pg;

	(void)state;
	NEED_SERVER();
	create("data");
	pg = session("data");
	run_in(pg, "CREATE TABLE data_migrations (id int)");
	assert_null(facts_of(&target).data_applied);
	run_in(pg, "ALTER TABLE data_migrations ADD version varchar");
	assert_string_equal(facts_of(&target).data_applied, "");
	run_in(pg, "INSERT INTO data_migrations VALUES (1, '20240102'), "
		   "(2, '20240103')");
	assert_string_equal(
		facts_of(&target).data_applied, "20240102 20240103");
	pg_close(pg);
}

static void reads_versions_and_environment(void **state)
{
	struct db_target target = target_of("rails");
	struct pg *pg;
	struct db_facts facts;

	(void)state;
	NEED_SERVER();
	create("rails");
	pg = session("rails");
	run_in(pg, "CREATE TABLE schema_migrations (version varchar PRIMARY "
		   "KEY)");
	run_in(pg, "INSERT INTO schema_migrations VALUES ('20240102030405'), "
		   "('9'), ('20231231000000'), ('001'), ('1'), ('abc'), (''), "
		   "('-5'), ('12x'), ('9223372036854775807'), "
		   "('9223372036854775808'), ('99999999999999999999')");
	run_in(pg, "CREATE TABLE ar_internal_metadata (key varchar PRIMARY "
		   "KEY, value varchar)");
	run_in(pg, "INSERT INTO ar_internal_metadata VALUES ('environment', "
		   "'development'), ('schema_sha1', 'x')");
	facts = facts_of(&target);
	assert_true(facts.has_migrations_table);
	assert_int_equal(facts.napplied, 5);
	assert_int_equal(facts.applied[0], 1);
	assert_int_equal(facts.applied[1], 9);
	assert_int_equal(facts.applied[2], 20231231000000);
	assert_int_equal(facts.applied[3], 20240102030405);
	assert_int_equal(facts.applied[4], INT64_MAX);
	assert_string_equal(facts.environment, "development");
	assert_string_equal(facts.schema_sha1, "x");
	assert_false(facts.has_tenants);
	assert_false(facts.has_tables);
	assert_null(facts.data_applied);
	run_in(pg, "CREATE TABLE users (id int)");
	assert_true(facts_of(&target).has_tables);
	pg_close(pg);
}

static void tables_of_extensions_do_not_count(void **state)
{
	struct db_target target = target_of("extended");
	struct pg *pg;

	(void)state;
	NEED_SERVER();
	create("extended");
	pg = session("extended");
	run_in(pg, "CREATE TABLE spatial_ref_sys (id int)");
	assert_true(facts_of(&target).has_tables);
	run_in(pg, "ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys");
	assert_false(facts_of(&target).has_tables);
	run_in(pg, "CREATE VIEW v AS SELECT 1");
	run_in(pg, "CREATE TEMPORARY TABLE t (id int)");
	assert_false(facts_of(&target).has_tables);
	run_in(pg, "CREATE TABLE parts (id int) PARTITION BY RANGE (id)");
	assert_true(facts_of(&target).has_tables);
	pg_close(pg);
}

static void search_path_decides(void **state)
{
	struct db_target target = target_of("schemas");
	struct pg *pg;
	struct db_facts facts;

	(void)state;
	NEED_SERVER();
	create("schemas");
	pg = session("schemas");
	run_in(pg, "CREATE SCHEMA other");
	/* Not Rails': golang-migrate has a bigint here, and one row. */
	run_in(pg, "CREATE TABLE other.schema_migrations (version bigint, "
		   "dirty boolean)");
	run_in(pg, "INSERT INTO other.schema_migrations VALUES (7, false)");
	pg_close(pg);
	assert_false(facts_of(&target).has_migrations_table);
	target.search_path = "\"$user\", other, public";
	facts = facts_of(&target);
	assert_true(facts.has_migrations_table);
	assert_int_equal(facts.napplied, 1);
	assert_int_equal(facts.applied[0], 7);
}

static void search_path_is_one_statement(void **state)
{
	struct db_target target = target_of("schemas");
	const char *said;

	(void)state;
	NEED_SERVER();
	create("schemas");
	run_sql("schemas", "CREATE TABLE keep (id int)");
	target.search_path = "public; DROP TABLE keep";
	said = refusal(&target, 20000);
	assert_in(said, "schema_search_path 'public; DROP TABLE keep': ");
	assert_null(strchr(said, '\n'));
	target.search_path = NULL;
	assert_true(facts_of(&target).has_tables);
}

static const char *sign_of(const struct db_target *target)
{
	AUTO_STRBUF place = STRBUF_INIT, sign = STRBUF_INIT;

	if (!db_sign_place(target, &place))
		return "no place";
	if (!db_sign_read(place.buf, &sign))
		return "no sign";
	return arena_strdup(&arena, sign.buf);
}

/* A glance has a quarter of a second, which a busy machine may not give it. */
static const char *some_sign_of(const struct db_target *target)
{
	const char *sign = sign_of(target);

	for (int tries = 0; tries < 100 && !strcmp(sign, "no sign"); tries++)
		sign = sign_of(target);
	return sign;
}

static void signs_are_what_is_applied(void **state)
{
	struct db_target target = target_of("signs");
	const char *one, *two;

	(void)state;
	NEED_SERVER();
	run_sql("postgres", "DROP DATABASE IF EXISTS signs WITH (FORCE)");
	assert_string_equal(some_sign_of(&target), "no-database");
	create("signs");
	assert_string_equal(some_sign_of(&target), "no-table");
	run_sql("signs", "CREATE TABLE schema_migrations (version varchar)");
	run_sql("signs", "INSERT INTO schema_migrations VALUES ('1')");
	one = some_sign_of(&target);
	assert_string_equal(some_sign_of(&target), one);
	run_sql("signs", "INSERT INTO schema_migrations VALUES ('2')");
	two = some_sign_of(&target);
	assert_string_not_equal(two, one);
	run_sql("signs", "DELETE FROM schema_migrations WHERE version = '2'");
	assert_string_equal(some_sign_of(&target), one);
	run_sql("signs", "CREATE SCHEMA other");
	target.search_path = "other";
	assert_string_equal(some_sign_of(&target), "no-table");
	target.search_path = "other, public";
	assert_string_equal(some_sign_of(&target), one);
}

static void signs_are_plain_answers_only(void **state)
{
	struct db_param service = { "service", "x" };
	struct db_target target = target_of("signs");

	(void)state;
	NEED_SERVER();
	create("signs");
	target.username = "nobody_of_that_name";
	assert_string_equal(sign_of(&target), "no sign");
	target.username = "postgres";
	run_sql("signs", "CREATE TABLE schema_migrations (id int)");
	assert_string_equal(sign_of(&target), "no sign");
	target.port = "1";
	assert_string_equal(sign_of(&target), "no sign");
	target.host = "localhost";
	assert_string_equal(sign_of(&target), "no place");
	target.host = folder;
	target.params = &service;
	target.nparams = 1;
	assert_string_equal(sign_of(&target), "no place");
	target.nparams = 0;
	target.driver = NULL;
	assert_string_equal(sign_of(&target), "no place");
}

/* A server on `path` that answers whatever comes with `text`. */
static pid_t false_server(const char *path, const void *text, size_t len)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), conn;
	pid_t pid;

	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	pid = fork();
	if (!pid) {
		conn = accept(fd, NULL, NULL);
		_exit(write(conn, text, len) != (ssize_t)len);
	}
	close(fd);
	return pid;
}

static void signs_survive_other_servers(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} answers[] = {
#define ANSWER(text) { text, sizeof(text) - 1 }
		ANSWER(""), ANSWER("H"), ANSWER("HTTP/1.1 400 Bad Request\r\n"),
		ANSWER("R\0\0\0\x8\0\0\0\x3"), /* a password is wanted */
		ANSWER("R\0\0\0\4"), ANSWER("Z\0\0\0\3I"),
		ANSWER("R\xff\xff\xff\xff"), ANSWER("D\0\0\0\5x"),
		ANSWER("E\0\0\0\xc"
		       "SFATAL\0C"),
		ANSWER("E\0\0\0\x8"
		       "C3D0"),
		ANSWER("Z\0\0\0\5I"), /* ready, and gone */
	};
	struct db_target target = target_of("signs");
	AUTO_FREE char *path = fs_join(folder, ".s.PGSQL.7");

	(void)state;
	target.port = "7";
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		pid_t pid;

		unlink(path);
		pid = false_server(path, answers[i].text, answers[i].len);
		assert_string_equal(sign_of(&target), "no sign");
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
}

static void foreign_schema_migrations_is_an_error(void **state)
{
	struct db_target target = target_of("foreign_tool");
	struct db *db;
	struct db_facts facts;
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	create("foreign_tool");
	run_sql("foreign_tool", "CREATE TABLE schema_migrations (id int)");
	db = open_db(&target);
	assert_int_equal(db_read_facts(db, &arena, &facts, &err), -1);
	assert_string_equal(err.msg, "cannot read 'schema_migrations': column "
				     "\"version\" does not exist");
	/* The connection is still good. */
	run_sql("foreign_tool", "DROP TABLE schema_migrations");
	assert_int_equal(db_read_facts(db, &arena, &facts, &err), 0);
	db_close(db);
}

static void tells_read_only(void **state)
{
	struct db_target target = target_of("frozen");

	(void)state;
	NEED_SERVER();
	create("frozen");
	assert_false(facts_of(&target).read_only);
	run_sql("frozen",
		"ALTER DATABASE frozen SET default_transaction_read_only = on");
	assert_true(facts_of(&target).read_only);
}

static void names_the_holder_of_the_migration_lock(void **state)
{
	struct db_target target = target_of("app_development");
	struct db *db;
	struct pg *rails;
	const char *holder = "unset";
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	create("app_development");
	db = open_db(&target);
	assert_int_equal(
		db_migration_lock_holder(db, &arena, &holder, &err), 0);
	assert_null(holder);
	rails = session("app_development");
	run_in(rails, "SET application_name = 'bin/rails'");
	/* Another lock, and the same number as a pair of keys: not it. */
	run_in(rails, "SELECT pg_advisory_lock(4711)");
	run_in(rails, "SELECT pg_advisory_lock((5277929974492897470 >> "
		      "32)::int, 1)");
	assert_int_equal(
		db_migration_lock_holder(db, &arena, &holder, &err), 0);
	assert_null(holder);
	/* The number that Rails computes for a database of this name. */
	run_in(rails, "SELECT pg_advisory_lock(5277929974492897470)");
	assert_int_equal(
		db_migration_lock_holder(db, &arena, &holder, &err), 0);
	assert_non_null(holder);
	assert_in(holder, " (bin/rails)");
	assert_int_equal(strncmp(holder, "being migrated by pid ", 22), 0);
	pg_close(rails);
	db_close(db);
}

static void lock_of_another_database_is_not_ours(void **state)
{
	struct db_target target = target_of("app_development");
	struct db *db;
	struct pg *rails;
	const char *holder = "unset";
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	create("app_development");
	db = open_db(&target);
	rails = session("postgres");
	run_in(rails, "SELECT pg_advisory_lock(5277929974492897470)");
	assert_int_equal(
		db_migration_lock_holder(db, &arena, &holder, &err), 0);
	assert_null(holder);
	pg_close(rails);
	db_close(db);
}

/* Until `application` waits for somebody; the ceiling is no assertion. */
static const char *await_blockers(struct db *db, const char *application)
{
	int64_t deadline_ms = clock_now_ms() + 60000;
	const char *lines = NULL;
	struct err err = ERR_INIT;

	while (!lines && clock_left_ms(deadline_ms) > 0) {
		if (db_blockers(db, application, &arena, &lines, &err) < 0)
			fail_msg("%s", err.msg);
		usleep(10000);
	}
	assert_non_null(lines);
	return lines;
}

static void names_who_blocks(void **state)
{
	struct db_target target = target_of("blocked");
	struct db *db;
	struct pg *console, *driver;
	const char *lines = "unset";
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	create("blocked");
	db = open_db(&target);
	console = session("blocked");
	driver = session("blocked");
	run_in(console, "SET application_name = 'bin/rails console'");
	run_in(driver, "SET application_name = 'hookrun 77'");
	run_in(console, "CREATE TABLE users (id int, slow int)");
	run_in(console, "BEGIN");
	run_in(console, "SELECT   count(*)\nFROM users");
	assert_int_equal(
		db_blockers(db, "hookrun 77", &arena, &lines, &err), 0);
	assert_null(lines);
	assert_true(pq.PQsendQueryParams(driver->conn,
		"ALTER TABLE users DROP COLUMN slow", 0, NULL, NULL, NULL, NULL,
		0));
	lines = await_blockers(db, "hookrun 77");
	assert_null(strchr(lines, '\n'));
	assert_in(lines, "pid ");
	assert_in(lines, " (bin/rails console, idle in transaction for ");
	assert_in(lines, ") holds AccessShareLock on users; last query: "
			 "SELECT count(*) FROM users");
	/* Of others' waiting nothing is said. */
	assert_int_equal(db_blockers(db, "hookrun", &arena, &lines, &err), 0);
	assert_null(lines);
	pg_close(console);
	pg_close(driver);
	db_close(db);
}

static void names_who_blocks_a_row(void **state)
{
	struct db_target target = target_of("blocked");
	struct db *db;
	struct pg *console, *driver;
	const char *lines;

	(void)state;
	NEED_SERVER();
	create("blocked");
	db = open_db(&target);
	console = session("blocked");
	driver = session("blocked");
	run_in(driver, "SET application_name = 'hookrun 78'");
	run_in(console, "SET application_name = ''");
	run_in(console, "CREATE TABLE users AS SELECT 1 AS id");
	run_in(console, "BEGIN");
	run_in(console, "UPDATE users SET id = 2");
	assert_true(pq.PQsendQueryParams(driver->conn,
		"UPDATE users SET id = 3", 0, NULL, NULL, NULL, NULL, 0));
	lines = await_blockers(db, "hookrun 78");
	assert_in(lines, " (client backend, idle in transaction for ");
	assert_in(lines, ") holds a lock; last query: UPDATE users");
	pg_close(console);
	pg_close(driver);
	db_close(db);
}

static void connection_has_a_name(void **state)
{
	struct db_param params[] = { { "sslmode", "disable" },
		{ "no_such_option_of_libpq", "1" },
		{ "application_name", "mine" } };
	struct db_target target = target_of("postgres");
	struct pg *pg = NULL;
	struct pg_result *res = NULL;
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	target.params = params;
	target.nparams = 3;
	assert_int_equal(pg_open(&target, 20000, &pg, &err), 0);
	assert_int_equal(pg_query(pg,
				 "SELECT current_setting('application_name'), "
				 "current_setting('statement_timeout')",
				 NULL, 0, &res, &err),
		0);
	assert_string_equal(pq.PQgetvalue(res, 0, 0), "hookrun");
	assert_string_equal(pq.PQgetvalue(res, 0, 1), "10s");
	pq.PQclear(res);
	pg_close(pg);
}

static void a_lost_connection_is_an_error(void **state)
{
	struct db_target target = target_of("lost");
	struct db *db;
	struct db_facts facts = { 0 };
	const char *lines = "untouched";
	struct err err = ERR_INIT;

	(void)state;
	NEED_SERVER();
	create("lost");
	db = open_db(&target);
	run_sql("postgres", "SELECT pg_terminate_backend(pid, 20000) FROM "
			    "pg_stat_activity WHERE datname = 'lost'");
	assert_int_equal(db_read_facts(db, &arena, &facts, &err), -1);
	assert_true(err.msg[0] != '\0');
	assert_null(strchr(err.msg, '\n'));
	assert_int_equal(db_blockers(db, "x", &arena, &lines, &err), -1);
	assert_string_equal(lines, "untouched");
	db_close(db);
}

static void missing_database_says_what_to_do(void **state)
{
	struct db_target target = target_of("no_such_db");

	(void)state;
	NEED_SERVER();
	assert_string_equal(refusal(&target, 20000),
		"database 'no_such_db' does not exist");
}

static void unknown_user_is_told(void **state)
{
	struct db_target target = target_of("postgres");
	const char *said;

	(void)state;
	NEED_SERVER();
	target.username = "nobody_here";
	said = refusal(&target, 20000);
	assert_in(said, " does not let 'nobody_here' in: ");
	assert_in(said, "\"nobody_here\"");
	assert_in(said, folder);
	assert_null(strchr(said, '\n'));
}

static void too_many_connections_are_told(void **state)
{
	struct db_target target = target_of("postgres");
	struct db *first;

	(void)state;
	NEED_SERVER();
	run_sql("postgres", "CREATE ROLE modest LOGIN CONNECTION LIMIT 1");
	target.username = "modest";
	first = open_db(&target);
	assert_in(refusal(&target, 20000), " has too many connections: ");
	db_close(first);
}

static void a_bad_option_is_told(void **state)
{
	struct db_param param = { "sslmode", "perhaps" };
	struct db_target target = target_of("postgres");
	const char *said;

	(void)state;
	NEED_SERVER();
	target.params = &param;
	target.nparams = 1;
	said = refusal(&target, 20000);
	assert_in(said, "cannot connect to database 'postgres' at ");
	assert_in(said, "perhaps");
}

static void closed_port_is_no_server(void **state)
{
	struct db_target target = target_of("postgres");
	const char *said;

	(void)state;
	NEED_SERVER();
	target.host = "127.0.0.1";
	target.port = "1";
	said = refusal(&target, 20000);
	assert_in(said, "cannot reach the PostgreSQL server at '127.0.0.1', "
			"port 1 (is it running?): ");
	assert_null(strchr(said, '\n'));
}

/* Somebody listens and never says a word. */
static void a_mute_server_does_not_hold_us(void **state)
{
	struct db_target target = target_of("postgres");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	NEED_SERVER();
	target.port = "5433";
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/.s.PGSQL.5433",
		folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_in(refusal(&target, 300), "did not answer within 0.3 s");
	unlink(addr.sun_path);
}

/* The last one. */
static void stopped_server_is_told(void **state)
{
	struct db_target target = target_of("postgres");
	const char *said;

	(void)state;
	NEED_SERVER();
	assert_int_equal(helper("pg_stop \"$1\""), 0);
	said = refusal(&target, 20000);
	assert_in(said, "cannot reach the PostgreSQL server at '");
	assert_in(said, "/.s.PGSQL.5432' (is it running?): ");
	assert_null(strchr(said, '\n'));
}

/* ---- copies -------------------------------------------------------------- */

static struct db_copies *copies_of(const struct db_target *target)
{
	struct db_copies *copies = NULL;
	struct err err = ERR_INIT;

	if (db_copies_open(target, NULL, true, &copies, &err))
		fail_msg("%s", err.msg);
	return copies;
}

static const char *one_text(const char *database, const char *sql)
{
	struct db_target target = target_of(database);
	struct pg *pg = session(target.database);
	struct pg_result *res = NULL;
	struct err err = ERR_INIT;
	const char *text;

	if (pg_query(pg, sql, NULL, 0, &res, &err) < 0)
		fail_msg("%s: %s", sql, err.msg);
	text = arena_strdup(&arena, pq.PQgetvalue(res, 0, 0));
	pq.PQclear(res);
	pg_close(pg);
	return text;
}

static void a_copy_has_what_belongs_to_it(void **state)
{
	struct db_target target = target_of("copied");
	struct db_copies *copies;
	struct err err = ERR_INIT;
	int64_t size = 0;

	(void)state;
	NEED_SERVER();
	create("copied");
	run_sql("copied", "CREATE TABLE t AS SELECT 7 AS n");
	run_sql("copied", "CREATE ROLE \"the owner\"");
	run_sql("copied", "ALTER DATABASE copied OWNER TO \"the owner\"");
	run_sql("copied", "ALTER DATABASE copied SET search_path TO "
			  "\"$user\", public, \"Odd\"");
	run_sql("copied", "ALTER DATABASE copied SET my.setting TO 'it''s'");
	run_sql("copied", "REVOKE CONNECT ON DATABASE copied FROM PUBLIC");
	copies = copies_of(&target);
	assert_int_equal(db_copies_size(copies, "copy", &size, &err), 0);
	if (db_copies_make(copies, NULL, "copy", &err))
		fail_msg("%s", err.msg);
	assert_int_equal(db_copies_size(copies, "copy", &size, &err), 1);
	assert_true(size > 1000000);
	db_copies_close(copies);
	assert_string_equal(one_text("copy", "SELECT n FROM t"), "7");
	assert_string_equal(one_text("copy", "SHOW search_path"),
		"\"$user\", public, \"Odd\"");
	assert_string_equal(one_text("copy", "SHOW my.setting"), "it's");
	assert_string_equal(
		one_text("copy",
			"SELECT count(DISTINCT rights) FROM (SELECT "
			"datdba::text || string_agg(acl::text, ' ' ORDER BY "
			"acl::text) AS rights FROM pg_database, unnest(datacl) "
			"AS acl WHERE datname IN ('copy', 'copied') GROUP BY "
			"datname, datdba) AS both_of_them"),
		"1");
	run_sql("postgres", "DROP DATABASE copy");
	run_sql("postgres", "DROP DATABASE copied");
	run_sql("postgres", "DROP ROLE \"the owner\"");
}

static void who_is_connected_is_named(void **state)
{
	struct db_target target = target_of("used");
	struct db_copies *copies;
	struct err err = ERR_INIT;
	AUTO_STRBUF pid = STRBUF_INIT;
	struct pg *user;

	(void)state;
	NEED_SERVER();
	create("used");
	user = session("used");
	run_in(user, "SET application_name TO 'puma'");
	strbuf_addf(&pid, "\n  pid %s (puma): idle for ",
		one_text("used", "SELECT pid FROM pg_stat_activity WHERE "
				 "application_name = 'puma'"));
	copies = copies_of(&target);
	assert_int_equal(db_copies_rename(copies, NULL, "aside", &err), -1);
	assert_int_equal(err.kind, ERR_ADVISED);
	assert_in(err.msg, "'used' is in use:");
	assert_in(err.msg, pid.buf);
	assert_in(err.msg, " --terminate'");
	assert_int_equal(db_copies_make(copies, NULL, "aside", &err), -1);
	run_in(user, "SELECT 1"); /* whoever leaves has just done something */
	pg_close(user);
	if (db_copies_rename(copies, NULL, "aside", &err) ||
		db_copies_rename(copies, "aside", "odd \"name\"", &err) ||
		db_copies_drop(copies, "odd \"name\"", &err) ||
		db_copies_drop(copies, "odd \"name\"", &err))
		fail_msg("%s", err.msg);
	db_copies_close(copies);
}

static void copies_are_changed_by_one_at_a_time(void **state)
{
	struct db_target target = target_of("alone"), other = target_of("b");
	struct db_copies *one, *two;

	(void)state;
	NEED_SERVER();
	one = copies_of(&target);
	two = copies_of(&other);
	assert_string_equal(
		one_text("postgres", "SELECT count(*) FROM pg_locks WHERE "
				     "locktype = 'advisory'"),
		"2");
	db_copies_close(two);
	db_copies_close(one);
	db_copies_close(copies_of(&target));
}

static int start_server(void **state)
{
	struct err err = ERR_INIT;
	const char *ci = getenv("CI");

	(void)state;
	if (fs_temp_dir("hookrun-db-", &folder, &err) < 0)
		return -1;
	if (helper("pg_bin >/dev/null") != 0) {
		if (!ci || strcmp(ci, "true") != 0)
			return 0;
		print_error("CI needs a PostgreSQL server\n");
		return -1;
	}
	has_server = true;
	return helper("pg_start \"$1\"");
}

static int stop_server(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	if (has_server)
		helper("pg_stop \"$1\"");
	if (fs_remove_tree(folder, &err) < 0)
		print_error("%s\n", err.msg);
	free(folder);
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32_is_that_of_zlib),
		cmocka_unit_test(knows_its_adapters),
		cmocka_unit_test(empty_database_has_no_facts),
		cmocka_unit_test(tenants_that_differ_are_named),
		cmocka_unit_test(reads_data_migrations),
		cmocka_unit_test(reads_versions_and_environment),
		cmocka_unit_test(tables_of_extensions_do_not_count),
		cmocka_unit_test(search_path_decides),
		cmocka_unit_test(search_path_is_one_statement),
		cmocka_unit_test(signs_are_what_is_applied),
		cmocka_unit_test(signs_are_plain_answers_only),
		cmocka_unit_test(signs_survive_other_servers),
		cmocka_unit_test(foreign_schema_migrations_is_an_error),
		cmocka_unit_test(tells_read_only),
		cmocka_unit_test(names_the_holder_of_the_migration_lock),
		cmocka_unit_test(lock_of_another_database_is_not_ours),
		cmocka_unit_test(names_who_blocks),
		cmocka_unit_test(names_who_blocks_a_row),
		cmocka_unit_test(connection_has_a_name),
		cmocka_unit_test(a_lost_connection_is_an_error),
		cmocka_unit_test(a_copy_has_what_belongs_to_it),
		cmocka_unit_test(who_is_connected_is_named),
		cmocka_unit_test(copies_are_changed_by_one_at_a_time),
		cmocka_unit_test(missing_database_says_what_to_do),
		cmocka_unit_test(unknown_user_is_told),
		cmocka_unit_test(too_many_connections_are_told),
		cmocka_unit_test(a_bad_option_is_told),
		cmocka_unit_test(closed_port_is_no_server),
		cmocka_unit_test(a_mute_server_does_not_hold_us),
		cmocka_unit_test(stopped_server_is_told),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
