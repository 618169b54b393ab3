/*
 * A cheap sign of what a database has applied, read without a library and
 * without a process: where it is what it was, so are the migrations.
 */
#ifndef HOOKRUN_DB_SIGN_H
#define HOOKRUN_DB_SIGN_H

#include "hookrun/base/strbuf.h"
#include "hookrun/db/target.h"

/* Where the sign of `target` is, one line for db_sign_read(), appended to
 * `out`.  False where there is none: the server is not on this machine, or the
 * database is one that only Rails can ask. */
bool db_sign_place(const struct db_target *target, struct strbuf *out);

/* The sign at `place`, a word, appended to `out`.  False where it cannot be
 * told: no server answers, or it wants a password. */
bool db_sign_read(const char *place, struct strbuf *out);

#endif
