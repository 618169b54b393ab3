/*
 * SQLite databases through the system's libsqlite3.
 *
 * The file is opened for writing where we may, though nothing is written:
 * whoever reads first after a crash has to undo what was left half done, and a
 * write-ahead log can only be left as it was found by one who may write.  It is
 * never created: an application without its database is told so, instead of
 * being shown an empty one that every migration is pending for.
 */
#include "db/facts.h"
#include "db/sqlite_locks.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/dl.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/db/driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct sqlite3;
struct sqlite3_stmt;

#define SQLITE_FUNCTIONS(F)                                                    \
	F(int, sqlite3_open_v2,                                                \
		(const char *, struct sqlite3 **, int, const char *))          \
	F(int, sqlite3_close, (struct sqlite3 *))                              \
	F(int, sqlite3_busy_timeout, (struct sqlite3 *, int))                  \
	F(int, sqlite3_db_readonly, (struct sqlite3 *, const char *))          \
	F(int, sqlite3_prepare_v2,                                             \
		(struct sqlite3 *, const char *, int, struct sqlite3_stmt **,  \
			const char **))                                        \
	F(int, sqlite3_step, (struct sqlite3_stmt *))                          \
	F(const unsigned char *, sqlite3_column_text,                          \
		(struct sqlite3_stmt *, int))                                  \
	F(int, sqlite3_column_count, (struct sqlite3_stmt *))                  \
	F(int, sqlite3_finalize, (struct sqlite3_stmt *))                      \
	F(const char *, sqlite3_errmsg, (struct sqlite3 *))

DL_TABLE(sqlite_table, SQLITE_FUNCTIONS);
static struct sqlite_table lib;
#define DL_STRUCT struct sqlite_table
DL_SYMBOLS(sqlite_symbols, SQLITE_FUNCTIONS);

/* Of sqlite3.h, which has kept them since version 3.0. */
enum {
	SQLITE_OK = 0,
	SQLITE_BUSY = 5,
	SQLITE_NOTADB = 26,
	SQLITE_ROW = 100,
	SQLITE_DONE = 101,
	SQLITE_OPEN_READWRITE = 2
};

struct sqlite {
	struct sqlite3 *handle;
	const char *path, *label; /* for people */
	struct arena arena;
};

static const char sql_overview[] =
	"SELECT coalesce(sum(name = 'schema_migrations'), 0),"
	" coalesce(sum(name = 'ar_internal_metadata'), 0),"
	" coalesce(sum(name NOT IN ('schema_migrations',"
	" 'ar_internal_metadata')), 0),"
	" EXISTS (SELECT 1 FROM pragma_table_info('data_migrations')"
	" WHERE name = 'version') FROM sqlite_master"
	" WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

static const char sql_versions[] =
	"SELECT version FROM schema_migrations LIMIT 200001";

static const char sql_data[] =
	"SELECT coalesce(group_concat(version, ' '), '') FROM "
	"(SELECT version FROM data_migrations LIMIT 200001)";

static const char sql_metadata[] =
	"SELECT max(CASE key WHEN 'environment' THEN value END), "
	"max(CASE key WHEN 'schema_sha1' THEN value END) "
	"FROM ar_internal_metadata";

static int load_library(struct err *err)
{
	static const char *const sonames[] = { "libsqlite3.so.0",
		"libsqlite3.so", "libsqlite3.dylib", NULL };

	if (lib.sqlite3_open_v2)
		return 0;
	if (dl_load(sonames, sqlite_symbols, &lib, err) < 0)
		return err_prefix(err,
			"SQLite's library is needed (in Debian the package "
			"libsqlite3-0)");
	return 0;
}

static int explain(struct sqlite *db, int code, struct err *err)
{
	AUTO_STRBUF who = STRBUF_INIT;

	if (code == SQLITE_NOTADB)
		return err_set(err, "'%s' is no SQLite database", db->label);
	if (code != SQLITE_BUSY)
		return err_set(err, "'%s': %s", db->label,
			lib.sqlite3_errmsg(db->handle));
	sqlite_locks(db->path, false, 0, &who);
	return err_set(err, "'%s' is locked by %s", db->label,
		who.len ? who.buf : "another process");
}

static void close_file(void *connection)
{
	struct sqlite *db = connection;

	lib.sqlite3_close(db->handle);
	arena_release(&db->arena);
	free(db);
}

static int check_file(const struct db_target *target, struct err *err)
{
	struct stat st;

	if (!target->path)
		return err_set(err, "'%s' is not a file", target->database);
	if (!stat(target->path, &st))
		return S_ISREG(st.st_mode) ? 0
					   : err_set(err, "'%s' is not a file",
						     target->database);
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set_kind(err, ERR_ABSENT,
			"database '%s' does not exist", target->database);
	return err_errno(err, "cannot open '%s'", target->path);
}

static int open_file(const struct db_target *target, int timeout_ms, void **ret,
	struct err *err)
{
	struct sqlite *db;
	int code;

	if (check_file(target, err) < 0 || load_library(err) < 0)
		return -1;
	db = xcalloc(1, sizeof(*db));
	db->path = arena_strdup(&db->arena, target->path);
	db->label = arena_strdup(&db->arena, target->database);
	code = lib.sqlite3_open_v2(
		db->path, &db->handle, SQLITE_OPEN_READWRITE, NULL);
	if (code != SQLITE_OK) {
		explain(db, code, err);
		close_file(db);
		return -1;
	}
	lib.sqlite3_busy_timeout(db->handle, timeout_ms);
	*ret = db;
	return 0;
}

/* Called for each row of a statement. */
typedef void step_fn(struct sqlite3_stmt *statement, void *data);

static int each_row(struct sqlite *db, const char *sql, step_fn *row,
	void *data, struct err *err)
{
	struct sqlite3_stmt *statement = NULL;
	int code = lib.sqlite3_prepare_v2(
		db->handle, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = lib.sqlite3_step(statement);
	for (; code == SQLITE_ROW; code = lib.sqlite3_step(statement))
		row(statement, data);
	if (code != SQLITE_DONE)
		explain(db, code, err);
	lib.sqlite3_finalize(statement);
	return code == SQLITE_DONE ? 0 : -1;
}

#define COLUMNS_MAX 4

/* Called for each row with the texts of its columns (NULL: no value). */
typedef void row_fn(const char *const *texts, void *data);

struct reader {
	int columns;
	row_fn *row;
	void *data;
};

static void read_row(struct sqlite3_stmt *statement, void *data)
{
	struct reader *reader = data;
	const char *texts[COLUMNS_MAX];

	for (int i = 0; i < reader->columns && i < COLUMNS_MAX; i++)
		texts[i] = (const char *)lib.sqlite3_column_text(statement, i);
	reader->row(texts, reader->data);
}

static int query(struct sqlite *db, const char *sql, int columns, row_fn *row,
	void *data, struct err *err)
{
	struct reader reader = { columns, row, data };

	return each_row(db, sql, read_row, &reader, err);
}

struct rows {
	struct strbuf *out;
	size_t nr;
};

static void add_row(struct sqlite3_stmt *statement, void *data)
{
	struct rows *rows = data;
	int columns = rows->out ? lib.sqlite3_column_count(statement) : 0;

	rows->nr++;
	for (int i = 0; i < columns; i++) {
		const unsigned char *text = lib.sqlite3_column_text(
			statement, i);

		strbuf_addstr(rows->out, text ? (const char *)text : "");
		strbuf_addch(rows->out, '\x1f');
	}
	if (rows->out)
		strbuf_addch(rows->out, '\x1e');
}

static int run_query(void *connection, const char *sql, struct strbuf *out,
	size_t *ret_nrows, struct err *err)
{
	struct rows rows = { .out = out };

	if (each_row(connection, sql, add_row, &rows, err) < 0)
		return -1;
	*ret_nrows = rows.nr;
	return 0;
}

/* A table that is rebuilt is dropped for a moment; with references followed,
 * SQLite would delete what refers to it, and inside a transaction they cannot
 * be switched off. */
static int begin(void *connection, int lock_timeout_ms, struct err *err)
{
	struct sqlite *db = connection;
	size_t nrows;

	lib.sqlite3_busy_timeout(db->handle, lock_timeout_ms);
	if (run_query(db, "PRAGMA foreign_keys = OFF", NULL, &nrows, err) < 0)
		return -1;
	return run_query(db, "BEGIN IMMEDIATE", NULL, &nrows, err);
}

struct reading {
	struct arena *arena;
	struct db_facts facts;
	bool has_metadata, has_data;
	size_t room; /* for versions */
};

static bool is_number(const char *text)
{
	return text && strcmp(text, "0") != 0;
}

static void take_overview(const char *const *texts, void *data)
{
	struct reading *r = data;

	r->facts.has_migrations_table = is_number(texts[0]);
	r->has_metadata = is_number(texts[1]);
	r->facts.has_tables = is_number(texts[2]);
	r->has_data = is_number(texts[3]);
}

static void take_version(const char *const *texts, void *data)
{
	struct reading *r = data;
	int64_t *more;

	if (r->facts.napplied == r->room) {
		r->room = r->room ? r->room * 2 : 256;
		more = arena_alloc(r->arena, r->room * sizeof(*more));
		if (r->facts.napplied)
			memcpy(more, r->facts.applied,
				r->facts.napplied * sizeof(*more));
		r->facts.applied = more;
	}
	if (texts[0])
		facts_add_version(&r->facts, texts[0]);
}

static void take_metadata(const char *const *texts, void *data)
{
	struct reading *r = data;

	if (texts[0])
		r->facts.environment = arena_strdup(r->arena, texts[0]);
	if (texts[1])
		r->facts.schema_sha1 = arena_strdup(r->arena, texts[1]);
}

static void take_data(const char *const *texts, void *data)
{
	struct reading *r = data;

	r->facts.data_applied = arena_strdup(r->arena, texts[0]);
}

static int read_facts(void *connection, struct arena *arena,
	struct db_facts *ret, struct err *err)
{
	struct sqlite *db = connection;
	struct reading r = { .arena = arena };

	if (query(db, sql_overview, 4, take_overview, &r, err) < 0)
		return -1;
	if (r.facts.has_migrations_table &&
		query(db, sql_versions, 1, take_version, &r, err) < 0)
		return err_prefix(err, "cannot read 'schema_migrations'");
	if (r.has_metadata &&
		query(db, sql_metadata, 2, take_metadata, &r, err) < 0)
		return err_prefix(err, "cannot read 'ar_internal_metadata'");
	if (r.has_data && query(db, sql_data, 1, take_data, &r, err) < 0)
		return err_prefix(err, "cannot read 'data_migrations'");
	if (r.facts.napplied > FACTS_MAX_VERSIONS)
		return err_set(err, "'%s' has more than %d versions", db->label,
			FACTS_MAX_VERSIONS);
	facts_sort_versions(&r.facts);
	r.facts.read_only = lib.sqlite3_db_readonly(db->handle, "main") == 1;
	*ret = r.facts;
	return 0;
}

static void take_mode(const char *const *texts, void *data)
{
	bool *wal = data;

	*wal = texts[0] && !strcmp(texts[0], "wal");
}

/* A file that is locked right now does not say; then it has no such log, with
 * which it could be read. */
static bool is_wal(struct sqlite *db)
{
	struct err ignored = ERR_INIT;
	bool wal = false;

	query(db, "PRAGMA journal_mode", 1, take_mode, &wal, &ignored);
	return wal;
}

static int lock_holder(void *connection, struct arena *arena, const char **ret,
	struct err *err)
{
	struct sqlite *db = connection;
	AUTO_STRBUF who = STRBUF_INIT;

	(void)err;
	sqlite_locks(db->path, is_wal(db), 0, &who);
	*ret = who.len ? arena_printf(arena, "locked by %s", who.buf) : NULL;
	return 0;
}

/* Programs, which their user ends himself; so none has a `pid` here. */
static int sessions(void *connection, const char *pid, struct arena *arena,
	struct db_sessions *ret, struct err *err)
{
	struct sqlite *db = connection;
	AUTO_STRBUF who = STRBUF_INIT;
	struct db_sessions all = { 0 };

	(void)err;
	if (!pid)
		sqlite_locks(db->path, is_wal(db), SQLITE_LOCKS_ALL, &who);
	all.v = arena_alloc(arena, (who.len + 1) * sizeof(*all.v));
	for (const char *line = who.buf; *line; line += *line == '\n') {
		size_t len = strcspn(line, "\n");

		all.v[all.nr++] = (struct db_session){ .pid = "0",
			.text = arena_printf(arena, "%.*s: has '%s' locked",
				(int)len, line, db->label) };
		line += len;
	}
	*ret = all;
	return 0;
}

/* `application` is "hookrun PID". */
static int blockers(void *connection, const char *application,
	struct arena *arena, const char **ret_lines, struct err *err)
{
	struct sqlite *db = connection;
	const char *pid = strrchr(application, ' ');
	AUTO_STRBUF who = STRBUF_INIT;

	(void)err;
	sqlite_locks(
		db->path, is_wal(db), pid ? strtol(pid, NULL, 10) : 0, &who);
	*ret_lines = who.len ? arena_printf(arena, "%s holds '%s'", who.buf,
				       db->label)
			     : NULL;
	return 0;
}

const struct db_driver db_driver_sqlite = {
	.open = open_file,
	.close = close_file,
	.facts = read_facts,
	.sessions = sessions,
	.lock_holder = lock_holder,
	.blockers = blockers,
	.query = run_query,
	.begin = begin,
	.whole = "PRAGMA foreign_key_check",
};
