/*
 * Loading libpq.  The program that does it is the library host: the database
 * step alone needs it, and only where it has to connect.
 */
#include "db/pq.h"

#define DL_STRUCT struct pq_table
DL_SYMBOLS(pq_symbols, PQ_FUNCTIONS);

struct pq_table pq;

int pq_load(struct err *err)
{
	static const char *const sonames[] = { "libpq.so.5", "libpq.so",
		"libpq.5.dylib", "libpq.dylib", NULL };

	if (pq.PQclear)
		return 0;
	if (dl_load(sonames, pq_symbols, &pq, err) < 0)
		return err_prefix(err, "PostgreSQL's client library is needed");
	return 0;
}
