/*
 * A kind of database that hookrun itself can ask, without Rails.
 *
 * A driver has two sides, since shared libraries are loaded in the library host
 * only (hookrun/proc/libhost.h): its row in DB_DRIVERS, which every program
 * knows, and its functions, which only the host has.  A new one is a file
 * src/db/NAME.c, which defines `db_driver_NAME`, and a row here.
 */
#ifndef HOOKRUN_DB_DRIVER_H
#define HOOKRUN_DB_DRIVER_H

#include "hookrun/base/strbuf.h"
#include "hookrun/db/copies.h"
#include "hookrun/db/db.h"

/* The drivers: NAME; Rails' names for its adapter, in small letters, blanks
 * between them; what makes two databases the same one (identity.c). */
#define DB_DRIVERS(D)                                                          \
	D(postgresql, "postgresql postgis", identity_of_postgresql)            \
	D(sqlite, "sqlite3 sqlite", identity_of_file)

/*
 * What is asked, over one connection.  `db` is what open() made.  All of them
 * run in the library host, may wait up to the timeouts that db.c names, and
 * say 0, or -1 with one clear message for the user.
 */
struct db_driver {
	/* Load the library and connect within `timeout_ms`. */
	int (*open)(const struct db_target *target, int timeout_ms, void **ret,
		struct err *err);
	void (*close)(void *db);
	/* As their namesakes in db.h. */
	int (*facts)(void *db, struct arena *arena, struct db_facts *ret,
		struct err *err);
	int (*sessions)(void *db, const char *pid, struct arena *arena,
		struct db_sessions *ret, struct err *err);
	/* NULL: the sessions of this kind are programs of the user's own. */
	int (*end)(void *db, const struct db_session *session, bool terminate,
		enum db_ended *ret, struct err *err);
	int (*lock_holder)(void *db, struct arena *arena, const char **ret,
		struct err *err);
	int (*blockers)(void *db, const char *application, struct arena *arena,
		const char **ret_lines, struct err *err);
	/* Run one statement.  Its rows are appended to `rows` (NULL: nobody
	 * wants them), a 0x1f after each text and a 0x1e after each row; their
	 * number is returned. */
	int (*query)(void *db, const char *sql, struct strbuf *rows,
		size_t *ret_nrows, struct err *err);
	/* Begin a transaction for migrations, with Rails' lock where it has
	 * one for this kind: -1 where somebody else has it. */
	int (*begin)(void *db, int lock_timeout_ms, struct err *err);
	/* A query that may find nothing before such a one is committed, or
	 * NULL. */
	const char *whole;
	/* Databases beside the one it is connected to, as their namesakes in
	 * copies.h, with full names; one of no size is not there.  Who changes
	 * some comes through `alone` first: nobody else has until the
	 * connection ends, nor is what such a one began still going on.  NULL:
	 * they are files, which take no library (file_copies.h). */
	const struct db_driver_copies *copies;
};

struct db_driver_copies {
	int (*alone)(void *db, const char *about, struct err *err);
	/* `whole`: `prefix` is all of the name. */
	int (*list)(void *db, const char *prefix, bool whole,
		struct arena *arena, struct db_copy_list *ret, struct err *err);
	int (*make)(
		void *db, const char *from, const char *to, struct err *err);
	int (*rename)(
		void *db, const char *from, const char *to, struct err *err);
	int (*drop)(void *db, const char *name, struct err *err);
};

#define DB_DRIVER_EXTERN(name, adapters, identity)                             \
	extern const struct db_driver db_driver_##name;
DB_DRIVERS(DB_DRIVER_EXTERN)

#endif
