/*
 * What a kind of database has to be able to do.  A driver is one static struct
 * of these; db.c picks it by the adapter's name.
 */
#ifndef HOOKRUN_DB_DRIVER_H
#define HOOKRUN_DB_DRIVER_H

#include "hookrun/db/db.h"

struct db_driver {
	const char *const *adapters; /* Rails' names for it, NULL-ended */
	/* The functions are those of db.h; `conn` is the driver's own. */
	int (*open)(const struct db_target *target, int timeout_ms,
		void **ret_conn, struct err *err);
	void (*close)(void *conn);
	int (*facts)(void *conn, struct arena *arena, struct db_facts *ret,
		struct err *err);
	int (*lock_holder)(void *conn, struct arena *arena,
		const char **ret_holder, struct err *err);
	int (*blockers)(void *conn, const char *application,
		struct arena *arena, const char **ret_lines, struct err *err);
};

extern const struct db_driver pg_driver;

#endif
