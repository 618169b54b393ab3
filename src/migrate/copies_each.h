/*
 * Each database of the application with its copies, for those who do something
 * about them, and how copies are told of.
 */
#ifndef MIGRATE_COPIES_EACH_H
#define MIGRATE_COPIES_EACH_H

#include "migrate/exchange.h"
#include "migrate/migrate.h"

struct one {
	struct migrate *m;
	struct database *db;
	struct copies copies;
	struct exchange x; /* of `copies` */
};

/* Find the databases, and call `func` for each while nobody else of us is at
 * work on it, after what a kill has left there was brought to an end; a
 * non-zero result stops and is returned. */
int copies_each(struct step_ctx *ctx,
	int (*func)(struct one *one, void *data, struct err *err), void *data,
	struct strbuf *out, struct err *err);

/* The same for one database of `m`. */
int copies_with(struct migrate *m, struct database *db,
	int (*func)(struct one *one, void *data, struct err *err), void *data,
	struct strbuf *out, struct err *err);

/* "24.0 MB" */
void copies_add_size(int64_t bytes, struct strbuf *out);

#endif
