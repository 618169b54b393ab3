/* The sessions of a PostgreSQL database; struct db_driver tells of each. */
#ifndef HOOKRUN_DB_PG_SESSIONS_H
#define HOOKRUN_DB_PG_SESSIONS_H

#include "hookrun/db/db.h"

int pg_sessions(void *db, const char *pid, struct arena *arena,
	struct db_sessions *ret, struct err *err);
int pg_end(void *db, const struct db_session *session, bool terminate,
	enum db_ended *ret, struct err *err);

#endif
