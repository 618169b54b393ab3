/*
 * Optional libraries: loaded when they are first needed, called through a
 * table of functions.  A library is described once, as a list of its functions:
 *
 *	#define PQ_FUNCTIONS(F)                                        \
 *		F(int, PQstatus, (const struct pg_conn *))             \
 *		F(void, PQfinish, (struct pg_conn *))
 *	DL_TABLE(pq_table, PQ_FUNCTIONS);
 *	static struct pq_table pq;
 *	#define DL_STRUCT struct pq_table
 *	DL_SYMBOLS(pq_symbols, PQ_FUNCTIONS);
 *
 * and after dl_load() succeeded `pq.PQstatus(conn)` is a call.  The library's
 * own header is not needed where its types can be declared incomplete.
 */
#ifndef HOOKRUN_BASE_DL_H
#define HOOKRUN_BASE_DL_H

#include "hookrun/base/err.h"

#include <stddef.h>

struct dl_symbol {
	const char *name;
	size_t offset; /* of its pointer in the table */
};

#define DL_FIELD(ret, name, args) ret(*name) args;
#define DL_NAME(ret, name, args) { #name, offsetof(DL_STRUCT, name) },

/* Declares `struct table` with one function pointer for each function. */
#define DL_TABLE(table, functions)                                             \
	struct table {                                                         \
		functions(DL_FIELD)                                            \
	}

/* Defines the list that dl_load() wants, ended by a NULL name.  DL_STRUCT must
 * be defined as the table's type at that place. */
#define DL_SYMBOLS(list, functions)                                            \
	static const struct dl_symbol list[] = { functions(DL_NAME){ NULL, 0 } }

/*
 * Load the first of `sonames` (NULL-ended, "libpq.so.5", "libpq.5.dylib"; those
 * of other systems are passed over) that there is, and
 * fill `table`.  -1 where none can be loaded (the message names the first one
 * and the loader's reason) or where a function is missing: nothing is filled
 * in then.  The library stays loaded until the process ends; loading it again
 * costs next to nothing.
 */
int dl_load(const char *const *sonames, const struct dl_symbol *symbols,
	void *table, struct err *err);

#endif
