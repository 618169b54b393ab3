/* A look at what a PostgreSQL database has applied, without libpq. */
#ifndef HOOKRUN_DB_PG_GLANCE_H
#define HOOKRUN_DB_PG_GLANCE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/db/target.h"

/* Where `target` is on this machine, one line, appended; false where it is not
 * on a socket, or where more than a name decides what is seen there. */
bool pg_glance_place(const struct db_target *target, struct strbuf *out);

/* A word for the applied versions at that place, appended; false where the
 * server does not give them at once. */
bool pg_glance(const char *place, struct strbuf *out);

/* The same over the socket `fd`, which is connected to a server and stays the
 * caller's. */
struct pg_who {
	const char *user, *database, *search_path; /* "" for the default path */
};
bool pg_glance_over(int fd, const struct pg_who *who, struct strbuf *out);

#endif
