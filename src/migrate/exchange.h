/*
 * A copy is made, and where that is wanted takes the place of the database,
 * which becomes a copy itself; killed at any moment, the next one who comes
 * finishes it or undoes it.
 */
#ifndef MIGRATE_EXCHANGE_H
#define MIGRATE_EXCHANGE_H

#include "migrate/copies.h"

struct exchange {
	struct repo *repo;
	const struct db_target *target;
	struct copies *copies; /* changed and saved */
	struct arena *arena;
};

enum made_from {
	MADE_ALREADY,
	MADE_OF_LIVE,
	MADE_OF_COPY,	/* `source`, by name */
	MADE_IF_ABSENT, /* of what is live, if that has no more than
			   `max_bytes` */
};

struct exchange_plan {
	/* What `bring` is made of. */
	enum made_from made;
	const char *source;
	int64_t max_bytes;
	bool own_if_there; /* so is `live`, where nothing had to be made */
	struct copy bring; /* the copy, by its name */
	/* What the database becomes; its name NULL: it stays, and `bring` is
	 * only made.  Else `live` is whose the database is then; its label
	 * NULL: nobody's in particular. */
	struct copy aside, live;
	bool absent; /* there is no database to put aside, found out where it is
			MADE_IF_ABSENT */
};

/* The caller has copies_lock().  `plan` says afterwards what was done: made,
 * and in `aside` how large what was live is.  1: it is too large, or there is
 * neither that (`absent`) nor a copy, and nothing was done; -1: nothing has
 * changed, or what is where is in the message, and the next one settles it. */
int exchange_run(
	struct exchange *x, struct exchange_plan *plan, struct err *err);

/* Did one of any database begin and not come to its end?  Costs a look at a
 * folder. */
bool exchange_is_open(struct repo *repo);
/* Of this one? */
bool exchange_is_open_for(struct repo *repo, const char *key);

/* Bring what is open for this database to an end, one way or the other; lines
 * for the user, appended.  The caller has copies_lock().  -1: it cannot be; the
 * message says what is where. */
int exchange_settle(struct exchange *x, struct strbuf *told, struct err *err);

/* Drop a copy of ours with what is remembered of it. */
int exchange_drop(struct exchange *x, const struct copy *copy, struct err *err);

#endif
