/*
 * Copies of a database, beside it: other databases at its server, or files in a
 * folder.  They are made, renamed and dropped only while nobody is connected to
 * what that would change; who is in the way is named in the message
 * (ERR_ADVISED), by pid.
 *
 * A name is that of a copy; NULL is the database itself.  Of which of them it
 * is kept a list, and what they are for, is the caller's business.
 */
#ifndef HOOKRUN_DB_COPIES_H
#define HOOKRUN_DB_COPIES_H

#include "hookrun/db/target.h"

#include <stdint.h>

#define DB_COPY_NAME_MAX 63 /* bytes of a name, as PostgreSQL has it */

struct db_copies;

/* `folder` (absolute): where copies are, of a database that is a file; it is
 * made with the first one.  At a server, one at a time may open them to
 * `change` some: what was left running there by one who was killed has ended
 * then.  -1: adapters without a driver, no server, another one is at it. */
int db_copies_open(const struct db_target *target, const char *folder,
	bool change, struct db_copies **ret, struct err *err);
void db_copies_close(struct db_copies *copies); /* NULL is fine */

/* 1 and its size, 0: there is no such, -1. */
int db_copies_size(struct db_copies *copies, const char *name,
	int64_t *ret_bytes, struct err *err);

/* `to`, which there is none of, becomes what `from` is; there is all of it, or
 * nothing.  Nobody may be connected to `from`. */
int db_copies_make(struct db_copies *copies, const char *from, const char *to,
	struct err *err);

/* `from` is called `to`, which there is none of; in one step. */
int db_copies_rename(struct db_copies *copies, const char *from, const char *to,
	struct err *err);

/* One that is not there is no error. */
int db_copies_drop(struct db_copies *copies, const char *name, struct err *err);

struct db_copy {
	const char *name; /* in the arena */
	int64_t size_bytes;
};

struct db_copy_list {
	struct db_copy *v;
	size_t nr;
};

/* Whatever there is whose name begins with `prefix`, by name; made by whom is
 * not known. */
int db_copies_list(struct db_copies *copies, const char *prefix,
	struct arena *arena, struct db_copy_list *ret, struct err *err);

#endif
