/*
 * The part of libpq that is used here, declared by hand, so that building needs
 * none of its headers.  The signatures and numbers are libpq's public ABI
 * (soname 5), which has kept them since PostgreSQL 9.1.
 */
#ifndef HOOKRUN_DB_PQ_H
#define HOOKRUN_DB_PQ_H

#include "hookrun/base/dl.h"

struct pg_conn;	  /* PGconn */
struct pg_result; /* PGresult */

struct pq_option { /* PQconninfoOption */
	char *keyword, *envvar, *compiled, *val, *label, *dispchar;
	int dispsize;
};

enum { PQ_CONNECTION_OK = 0, PQ_CONNECTION_BAD = 1 };
enum {
	PQ_POLL_FAILED = 0,
	PQ_POLL_READING = 1,
	PQ_POLL_WRITING = 2,
	PQ_POLL_OK = 3
};
enum { PQ_COMMAND_OK = 1, PQ_TUPLES_OK = 2 };
enum { PQ_PING_NO_RESPONSE = 2 };
enum { PQ_ERRORS_VERBOSE = 2 };
enum {
	PQ_DIAG_MESSAGE = 'M',
	PQ_DIAG_DETAIL = 'D',
	PQ_DIAG_HINT = 'H',
};

#define PQ_FUNCTIONS(F)                                                        \
	F(struct pg_conn *, PQconnectStartParams,                              \
		(const char *const *, const char *const *, int))               \
	F(int, PQconnectPoll, (struct pg_conn *))                              \
	F(int, PQpingParams, (const char *const *, const char *const *, int))  \
	F(struct pq_option *, PQconndefaults, (void))                          \
	F(void, PQconninfoFree, (struct pq_option *))                          \
	F(void, PQfinish, (struct pg_conn *))                                  \
	F(int, PQstatus, (const struct pg_conn *))                             \
	F(int, PQsocket, (const struct pg_conn *))                             \
	F(char *, PQerrorMessage, (const struct pg_conn *))                    \
	F(int, PQsetErrorVerbosity, (struct pg_conn *, int))                   \
	F(void *, PQsetNoticeProcessor,                                        \
		(struct pg_conn *, void (*)(void *, const char *), void *))    \
	F(char *, PQdb, (const struct pg_conn *))                              \
	F(char *, PQuser, (const struct pg_conn *))                            \
	F(char *, PQhost, (const struct pg_conn *))                            \
	F(char *, PQport, (const struct pg_conn *))                            \
	F(int, PQsendQueryParams,                                              \
		(struct pg_conn *, const char *, int, const unsigned *,        \
			const char *const *, const int *, const int *, int))   \
	F(int, PQflush, (struct pg_conn *))                                    \
	F(int, PQconsumeInput, (struct pg_conn *))                             \
	F(int, PQisBusy, (struct pg_conn *))                                   \
	F(struct pg_result *, PQgetResult, (struct pg_conn *))                 \
	F(int, PQresultStatus, (const struct pg_result *))                     \
	F(char *, PQresultErrorField, (const struct pg_result *, int))         \
	F(int, PQntuples, (const struct pg_result *))                          \
	F(int, PQnfields, (const struct pg_result *))                          \
	F(char *, PQgetvalue, (const struct pg_result *, int, int))            \
	F(int, PQgetisnull, (const struct pg_result *, int, int))              \
	F(void, PQclear, (struct pg_result *))

DL_TABLE(pq_table, PQ_FUNCTIONS);

extern struct pq_table pq; /* empty until pq_load() */

/* At the first call load the library; -1 where there is none. */
int pq_load(struct err *err);

#endif
