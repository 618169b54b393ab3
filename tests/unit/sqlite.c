/*
 * The SQLite driver over real files.  Whoever holds a lock is a process of its
 * own, as it is in life: locks of one process do not conflict.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/dl.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/copies.h"
#include "hookrun/db/db.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct sqlite3;

#define LIB_FUNCTIONS(F)                                                       \
	F(int, sqlite3_open, (const char *, struct sqlite3 **))                \
	F(int, sqlite3_close, (struct sqlite3 *))                              \
	F(int, sqlite3_exec,                                                   \
		(struct sqlite3 *, const char *, void *, void *, char **))

DL_TABLE(lib_table, LIB_FUNCTIONS);
static struct lib_table lib;
#define DL_STRUCT struct lib_table
DL_SYMBOLS(lib_symbols, LIB_FUNCTIONS);

static struct arena arena = ARENA_INIT;
static char *folder;
static struct err err;

static const char rails_tables[] =
	"CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);"
	"CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY,"
	" value varchar);"
	"INSERT INTO ar_internal_metadata VALUES ('environment',"
	" 'development');"
	"INSERT INTO schema_migrations VALUES ('20240102030405'), ('9'),"
	" ('001'), ('1'), ('abc'), (''), ('-5'), ('9223372036854775807'),"
	" ('9223372036854775808');";

static int setup(void **state)
{
	static const char *const sonames[] = { "libsqlite3.so.0", NULL };

	(void)state;
	return dl_load(sonames, lib_symbols, &lib, &err) ||
	       fs_temp_dir("hookrun-sqlite-", &folder, &err);
}

static int teardown(void **state)
{
	int result = fs_remove_tree(folder, &err);

	(void)state;
	free(folder);
	arena_release(&arena);
	return result;
}

static struct db_target target_of(const char *name)
{
	struct db_target target = {
		.name = "primary", .adapter = "sqlite3", .database = name
	};

	db_target_identify(&target, folder, &arena);
	return target;
}

static struct sqlite3 *run_in(const char *name, const char *sql)
{
	AUTO_FREE char *path = fs_join(folder, name);
	struct sqlite3 *handle = NULL;

	assert_int_equal(lib.sqlite3_open(path, &handle), 0);
	assert_int_equal(lib.sqlite3_exec(handle, sql, NULL, NULL, NULL), 0);
	return handle;
}

static void make(const char *name, const char *sql)
{
	lib.sqlite3_close(run_in(name, sql));
}

/* A process that has run `sql` and keeps its connection. */
static pid_t holder(const char *name, const char *sql)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		/* A test that fails does not come to end it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		run_in(name, sql);
		if (write(ready[1], "x", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static struct db *open_db(const char *name, int timeout_ms)
{
	struct db_target target = target_of(name);
	struct db *db = NULL;

	if (db_open(&target, timeout_ms, &db, &err) < 0)
		fail_msg("%s", err.msg);
	return db;
}

static struct db_facts facts_of(const char *name)
{
	struct db *db = open_db(name, 20000);
	struct db_facts facts;

	if (db_read_facts(db, &arena, &facts, &err) < 0)
		fail_msg("%s", err.msg);
	db_close(db);
	return facts;
}

/* The message of facts that cannot be read. */
static const char *no_facts(const char *name, int timeout_ms)
{
	struct db_target target = target_of(name);
	struct db *db = NULL;
	struct db_facts facts;

	err.msg[0] = '\0';
	if (!db_open(&target, timeout_ms, &db, &err)) {
		assert_int_equal(db_read_facts(db, &arena, &facts, &err), -1);
		db_close(db);
	}
	return err.msg;
}

static void reads_versions_and_environment(void **state)
{
	struct db_facts facts;

	(void)state;
	make("app", rails_tables);
	facts = facts_of("app");
	assert_true(facts.has_migrations_table);
	assert_false(facts.has_tables);
	assert_false(facts.read_only);
	assert_string_equal(facts.environment, "development");
	assert_int_equal(facts.napplied, 4);
	assert_int_equal(facts.applied[0], 1);
	assert_int_equal(facts.applied[1], 9);
	assert_int_equal(facts.applied[2], 20240102030405);
	assert_int_equal(facts.applied[3], INT64_MAX);
	make("app", "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT)");
	assert_true(facts_of("app").has_tables);
}

/* Of the gem data_migrate; another table of that name is not its. */
static void reads_data_migrations(void **state)
{
	(void)state;
	make("data", rails_tables);
	assert_null(facts_of("data").data_applied);
	make("data", "CREATE TABLE data_migrations (id int)");
	assert_null(facts_of("data").data_applied);
	make("data", "ALTER TABLE data_migrations ADD version varchar");
	assert_string_equal(facts_of("data").data_applied, "");
	make("data", "INSERT INTO data_migrations VALUES (1, '20240102'), "
		     "(2, '20240103')");
	assert_string_equal(facts_of("data").data_applied, "20240102 20240103");
}

static void an_empty_file_is_an_empty_database(void **state)
{
	struct db_facts facts;

	(void)state;
	make("empty", "");
	facts = facts_of("empty");
	assert_false(facts.has_migrations_table);
	assert_false(facts.has_tables);
	assert_null(facts.environment);
	/* Nor do SQLite's own tables count, nor views. */
	make("empty", "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT);"
		      "INSERT INTO t VALUES (NULL); DROP TABLE t;"
		      "CREATE VIEW v AS SELECT 1;");
	assert_false(facts_of("empty").has_tables);
}

static void what_is_not_there_is_not_made(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "missing");

	(void)state;
	assert_string_equal(
		no_facts("missing", 1000), "database 'missing' does not exist");
	assert_false(fs_exists(path));
	assert_string_equal(no_facts("no/folder", 1000),
		"database 'no/folder' does not exist");
}

static void other_files_are_named(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "text");
	char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(fs_write_cache(path, text, sizeof(text), &err), 0);
	assert_string_equal(
		no_facts("text", 1000), "'text' is no SQLite database");
	assert_string_equal(no_facts(".", 1000), "'.' is not a file");
}

static void tables_of_other_tools_are_errors(void **state)
{
	(void)state;
	make("other", "CREATE TABLE schema_migrations (id int)");
	assert_string_equal(no_facts("other", 1000),
		"cannot read 'schema_migrations': 'other': no such column: "
		"version");
}

static void reads_beside_a_write_ahead_log(void **state)
{
	struct db_facts facts;
	pid_t server;

	(void)state;
	make("log", rails_tables);
	server = holder("log", "PRAGMA journal_mode = wal;"
			       "INSERT INTO schema_migrations VALUES ('10');"
			       "BEGIN IMMEDIATE;"
			       "INSERT INTO schema_migrations VALUES ('11');");
	facts = facts_of("log");
	assert_int_equal(facts.napplied, 5);
	assert_int_equal(facts.applied[2], 10);
	end(server);
}

static const char *expected(const char *before, pid_t pid, const char *after)
{
	return arena_printf(&arena, "%spid %ld (%s", before, (long)pid, after);
}

static void assert_starts(const char *text, const char *start)
{
	if (!text || strncmp(text, start, strlen(start)) != 0)
		fail_msg("'%s' does not start with '%s'", text ? text : "NULL",
			start);
}

static const char *lock_holder(const char *name)
{
	struct db *db = open_db(name, 1000);
	const char *found = "unset";

	if (db_migration_lock_holder(db, &arena, &found, &err) < 0)
		fail_msg("%s", err.msg);
	db_close(db);
	return found;
}

static void names_who_writes(void **state)
{
	pid_t console;

	(void)state;
	make("busy", rails_tables);
	assert_null(lock_holder("busy"));
	console = holder("busy", "BEGIN; SELECT * FROM schema_migrations;");
	assert_null(lock_holder("busy"));
	end(console);
	console = holder("busy", "BEGIN IMMEDIATE");
	assert_starts(lock_holder("busy"), expected("locked by ", console, ""));
	/* It can be read, though. */
	assert_int_equal(facts_of("busy").napplied, 4);
	end(console);
	console = holder("busy", "BEGIN EXCLUSIVE");
	assert_starts(no_facts("busy", 50),
		expected("'busy' is locked by ", console, ""));
	end(console);
	assert_null(lock_holder("busy"));
}

static void names_who_writes_to_a_log(void **state)
{
	pid_t reader, console;

	(void)state;
	make("logged", rails_tables);
	make("logged", "PRAGMA journal_mode = wal");
	reader = holder("logged", "BEGIN; SELECT * FROM schema_migrations;");
	assert_null(lock_holder("logged"));
	console = holder("logged", "BEGIN IMMEDIATE");
	assert_starts(
		lock_holder("logged"), expected("locked by ", console, ""));
	end(console);
	end(reader);
}

static const char *blockers(const char *name, pid_t of)
{
	struct db *db = open_db(name, 1000);
	const char *found = "unset";
	char application[40];

	snprintf(application, sizeof(application), "hookrun %ld", (long)of);
	if (db_blockers(db, application, &arena, &found, &err) < 0)
		fail_msg("%s", err.msg);
	db_close(db);
	return found;
}

/* A reader holds nobody up before the writer wants to commit. */
static void readers_block_who_commits(void **state)
{
	pid_t reader, driver;

	(void)state;
	make("read", rails_tables);
	reader = holder("read", "BEGIN; SELECT * FROM schema_migrations;");
	driver = holder("read", "BEGIN IMMEDIATE; CREATE TABLE t (id int);");
	assert_null(blockers("read", driver));
	assert_starts(blockers("read", reader), expected("", driver, ""));
	end(driver);
	end(reader);
}

/* ---- copies -------------------------------------------------------------- */

/* The copies of database `name`, in the folder of all. */
static struct db_copies *copies_of(const char *name)
{
	struct db_target *target = arena_alloc(&arena, sizeof(*target));
	struct db_copies *copies = NULL;

	*target = target_of(name);
	if (db_copies_open(target, folder, true, &copies, &err))
		fail_msg("%s", err.msg);
	return copies;
}

static void must(int result)
{
	if (result)
		fail_msg("%s", err.msg);
}

static size_t versions_in(const char *name)
{
	return facts_of(name).napplied;
}

static void a_copy_is_another_file(void **state)
{
	struct db_copies *copies = copies_of("app1");
	struct db_copy_list list;
	int64_t size = 0;

	(void)state;
	make("app1", rails_tables);
	assert_int_equal(db_copies_size(copies, "one", &size, &err), 0);
	must(db_copies_make(copies, NULL, "one", &err));
	assert_int_equal(db_copies_size(copies, "one", &size, &err), 1);
	assert_true(size >= 4096);
	make("app1", "DELETE FROM schema_migrations");
	assert_int_equal(versions_in("app1"), 0);
	assert_int_equal(versions_in("one.sqlite3"), 4);
	assert_int_equal(db_copies_make(copies, NULL, "one", &err), -1);
	assert_int_equal(versions_in("one.sqlite3"), 4);
	must(db_copies_make(copies, "one", "on", &err));
	must(db_copies_list(copies, "on", &arena, &list, &err));
	assert_int_equal(list.nr, 2);
	assert_string_equal(list.v[0].name, "on");
	assert_int_equal(list.v[1].size_bytes, size);
	must(db_copies_drop(copies, "on", &err));
	must(db_copies_drop(copies, "on", &err));
	must(db_copies_list(copies, "on", &arena, &list, &err));
	assert_int_equal(list.nr, 1);
	db_copies_close(copies);
}

static void a_renamed_one_comes_back(void **state)
{
	struct db_copies *copies = copies_of("app2");
	int64_t size;

	(void)state;
	make("app2", rails_tables);
	must(db_copies_rename(copies, NULL, "aside", &err));
	assert_int_equal(db_copies_size(copies, NULL, &size, &err), 0);
	make("app2", "CREATE TABLE t (id int)");
	assert_int_equal(db_copies_rename(copies, "aside", NULL, &err), -1);
	must(db_copies_rename(copies, NULL, "other", &err));
	must(db_copies_rename(copies, "aside", NULL, &err));
	assert_int_equal(versions_in("app2"), 4);
	db_copies_close(copies);
}

/* Who opens a database that is away makes an empty file. */
static void an_empty_file_gives_way(void **state)
{
	struct db_copies *copies = copies_of("app6");
	pid_t waiting;

	(void)state;
	make("app6", rails_tables);
	must(db_copies_rename(copies, NULL, "away6", &err));
	waiting = holder("app6", "SELECT 1");
	if (!strcmp(TEST_PORT, "linux")) {
		assert_int_equal(
			db_copies_rename(copies, "away6", NULL, &err), -1);
		assert_non_null(strstr(err.msg, "is open in pid "));
	}
	end(waiting);
	must(db_copies_rename(copies, "away6", NULL, &err));
	assert_int_equal(versions_in("app6"), 4);
	db_copies_close(copies);
}

/* It would write on into a file that has another name by then. */
static void who_has_it_open_is_named(void **state)
{
	struct db_copies *copies = copies_of("app3");
	AUTO_STRBUF pid = STRBUF_INIT;
	pid_t idle, writer;

	(void)state;
	make("app3", rails_tables);
	idle = holder("app3", "SELECT * FROM schema_migrations");
	strbuf_addf(&pid, "pid %ld (", (long)idle);
	if (!strcmp(TEST_PORT, "linux")) {
		assert_int_equal(
			db_copies_rename(copies, NULL, "away", &err), -1);
		assert_int_equal(err.kind, ERR_ADVISED);
		assert_non_null(strstr(err.msg, "is open in pid "));
		assert_non_null(strstr(err.msg, pid.buf));
	}
	end(idle);
	writer = holder("app3", "BEGIN IMMEDIATE");
	strbuf_reset(&pid);
	strbuf_addf(&pid, "in use by pid %ld (", (long)writer);
	assert_int_equal(db_copies_make(copies, NULL, "away", &err), -1);
	assert_non_null(strstr(err.msg, pid.buf));
	end(writer);
	must(db_copies_rename(copies, NULL, "away", &err));
	db_copies_close(copies);
}

static void a_log_that_was_left_is_in_the_copy(void **state)
{
	struct db_copies *copies = copies_of("app4");
	AUTO_FREE char *log = fs_join(folder, "app4-wal");
	pid_t killed;

	(void)state;
	make("app4", rails_tables);
	make("app4", "PRAGMA journal_mode = WAL");
	killed = holder("app4", "DELETE FROM schema_migrations WHERE "
				"version = '9'");
	assert_int_equal(db_copies_make(copies, NULL, "log", &err), -1);
	end(killed);
	assert_true(fs_exists(log));
	must(db_copies_rename(copies, NULL, "log", &err));
	assert_false(fs_exists(log));
	assert_int_equal(versions_in("log.sqlite3"), 3);
	db_copies_close(copies);
}

static void a_write_that_was_cut_off_is_undone_first(void **state)
{
	struct db_copies *copies = copies_of("app5");
	AUTO_FREE char *journal = fs_join(folder, "app5-journal");
	pid_t killed;

	(void)state;
	make("app5", rails_tables);
	killed = holder("app5", "PRAGMA cache_size = 1; BEGIN;"
				"DELETE FROM schema_migrations;"
				"CREATE TABLE t AS WITH RECURSIVE n(i) AS "
				"(SELECT 1 UNION ALL SELECT i + 1 FROM n "
				"WHERE i < 20000) SELECT i FROM n;");
	end(killed);
	assert_true(fs_exists(journal));
	must(db_copies_make(copies, NULL, "cut", &err));
	assert_int_equal(versions_in("cut.sqlite3"), 4);
	db_copies_close(copies);
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_versions_and_environment),
		TEST(reads_data_migrations),
		TEST(an_empty_file_is_an_empty_database),
		TEST(what_is_not_there_is_not_made),
		TEST(other_files_are_named),
		TEST(tables_of_other_tools_are_errors),
		TEST(reads_beside_a_write_ahead_log),
		TEST(names_who_writes),
		TEST(names_who_writes_to_a_log),
		TEST(readers_block_who_commits),
		TEST(a_copy_is_another_file),
		TEST(a_renamed_one_comes_back),
		TEST(an_empty_file_gives_way),
		TEST(who_has_it_open_is_named),
		TEST(a_log_that_was_left_is_in_the_copy),
		TEST(a_write_that_was_cut_off_is_undone_first),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
