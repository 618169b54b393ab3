/*
 * One connection to PostgreSQL: opened with a deadline, queried with a
 * deadline.  pg.c says how it is made, pg_facts.c what is asked.  All of it
 * runs in the library host.
 */
#ifndef HOOKRUN_DB_PG_H
#define HOOKRUN_DB_PG_H

#include "db/facts.h"
#include "db/pq.h"
#include "hookrun/base/err.h"
#include "hookrun/db/db.h"

#define PG_QUERY_MS 10000 /* for one query, on both sides */
#define PG_MAX_PARAMS 64  /* of one connection */
#define PG_MAX_ROWS FACTS_MAX_VERSIONS

struct pg {
	struct pg_conn *conn;
	int query_ms; /* PG_QUERY_MS, until pg_be_patient() */
};

int pg_open(const struct db_target *target, int timeout_ms, struct pg **ret,
	struct err *err);
void pg_close(struct pg *pg);

/* Run one statement with text parameters; the caller clears `ret` with
 * pq.PQclear().  -1 with the first line of what the server said. */
int pg_query(struct pg *pg, const char *sql, const char *const *params,
	int nparams, struct pg_result **ret, struct err *err);

/* Let each query take so long from now on. */
int pg_be_patient(struct pg *pg, int query_ms, struct err *err);

/* Explain a connection that failed: `conn` is in the failed state and about to
 * be finished, `keywords` and `values` are what it was made with. */
int pg_explain(struct pg_conn *conn, const char *const *keywords,
	const char *const *values, struct err *err);

#endif
