/*
 * A connection to one database and what it knows: applied migrations, the
 * environment it belongs to, who migrates now, who blocks whom.
 *
 * Its library is loaded for each connection, in a process of its own
 * (libhost.h), by the driver of its kind (driver.h).  Adapters without a
 * driver are not an error: db_supported() tells, and the caller lets Rails ask
 * instead.
 */
#ifndef HOOKRUN_DB_DB_H
#define HOOKRUN_DB_DB_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/db/target.h"

#include <stdbool.h>
#include <stdint.h>

struct db;

bool db_supported(const struct db_target *target);

/* Connect within `timeout_ms`.  -1 with one clear message: no server, no such
 * database (ERR_ABSENT), wrong password, too
 * many connections, libpq missing. */
int db_open(const struct db_target *target, int timeout_ms, struct db **ret,
	struct err *err);
/* The same where nothing may wait: a name server, and each answer later on, has
 * two seconds more than `timeout_ms`. */
int db_open_hurried(const struct db_target *target, int timeout_ms,
	struct db **ret, struct err *err);
void db_close(struct db *db); /* NULL is fine */

struct db_facts {
	bool has_migrations_table;
	int64_t *applied; /* ascending, each once; in the arena */
	size_t napplied;
	const char *environment; /* ar_internal_metadata's, or NULL */
	bool has_tables;	 /* any table besides Rails' own two */
	bool read_only; /* a standby, or default_transaction_read_only */
	const char *schema_sha1; /* of the schema file that Rails has loaded
				    into it, or NULL: it was migrated */
	bool has_tenants;	 /* other schemas with a schema_migrations */
	/* Those of the same application (tenants) that has something else
	 * applied there: "acme, globex"; or NULL. */
	const char *tenants;
	/* The versions in data_migrations (the gem data_migrate), blanks
	 * between them; NULL: no such table. */
	const char *data_applied;
};
int db_read_facts(struct db *db, struct arena *arena, struct db_facts *ret,
	struct err *err);

struct db_session {
	const char *pid; /* "0": what no session owns any more */
	const char
		*begun;	  /* with `pid`, what names it; NULL: cannot be ended */
	const char *text; /* what it does and holds, for people; lines */
	bool idle;	  /* it runs no query that could be cancelled */
};

struct db_sessions {
	struct db_session *v; /* in the arena */
	size_t nr;
	size_t hidden; /* of how many others our user is not shown enough */
};

/* Who waits for a lock, who is waited for, and who holds locks in a transaction
 * and does nothing; of a file, who locks it.  With a `pid` that session alone,
 * whatever it does, or none where this database has no such one. */
int db_sessions(struct db *db, const char *pid, struct arena *arena,
	struct db_sessions *ret, struct err *err);

enum db_ended {
	DB_ENDED,	 /* it was seen to have ended */
	DB_ENDED_BEFORE, /* there was nothing to end any more */
	DB_ENDED_LATE,	 /* not within ten seconds */
};

/* Cancel the query of `session`, or with `terminate` end the session, and look
 * what becomes of it.  -1: it was refused, or cannot be done here. */
int db_end(struct db *db, const struct db_session *session, bool terminate,
	enum db_ended *ret, struct err *err);

/* What keeps a migration from beginning: "being migrated by pid 123
 * (bin/rails)", the holder of Rails' own lock (2053462845 * crc32(dbname)), or,
 * of a file, "locked by pid 123 (...)"; in `arena`.  NULL: nothing does. */
int db_migration_lock_holder(struct db *db, struct arena *arena,
	const char **ret_holder, struct err *err);

/* Who blocks the sessions whose application_name is `application`: one line
 * for each blocker ("pid 42 (psql, idle in transaction for 10s) holds
 * AccessShareLock on users; last query: ..."), in `arena`; NULL: nobody. */
int db_blockers(struct db *db, const char *application, struct arena *arena,
	const char **ret_lines, struct err *err);

/* A digest of what the query `sql` says, in `arena`: of its rows, each text
 * followed by 0x1f, each row by 0x1e. */
int db_print(struct db *db, const char *sql, struct arena *arena,
	const char **ret, struct err *err);

/* What the query `sql` finds is appended to `rows`: 0x1f after each text, 0x1e
 * after each row; where there is no value, the text is empty. */
int db_rows(
	struct db *db, const char *sql, struct strbuf *rows, struct err *err);

enum db_op {
	DB_RUN,	  /* a statement */
	DB_NONE,  /* a query that may find nothing; `text` is what it found */
	DB_ONE,	  /* a statement with exactly one row; `text`: what is there */
	DB_PRINT, /* db_print() of the query is `text` */
};

struct db_step {
	enum db_op op;
	const char *sql, *text;
};

/* All steps in one transaction of migrations, committed at the end.  1 done; 0
 * where a step did not find what it should, or a statement failed: nothing was
 * changed, and why is in `arena`.  -1: the server may have been lost after
 * the end was asked for, so that nobody knows. */
int db_transact(struct db *db, int lock_timeout_ms, const struct db_step *steps,
	size_t nr, struct arena *arena, const char **ret_why, struct err *err);

#endif
