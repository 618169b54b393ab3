/*
 * What a schema file says that there is: tables, their columns in order, their
 * indexes, the version.  Names only: what a type is in a database, Rails knows.
 */
#ifndef HOOKRUN_SCHEMAFILE_LISTING_H
#define HOOKRUN_SCHEMAFILE_LISTING_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>

struct listed_table {
	char *schema, *name; /* `schema` NULL: the search path's */
	char *key;	     /* the column that Rails makes unasked, or NULL */
	struct strvec columns, indexes;
	struct strvec maybe_indexes; /* one side may leave them out */
	bool unknown;		     /* all that is known is that it is there */
	bool maybe;		     /* one side may leave it out */
};

struct listing {
	struct listed_table *v; /* in the order of the file; malloc'd */
	size_t nr, cap;
	char *version; /* the greatest, in digits; NULL: none */
};

#define LISTING_INIT                                                           \
	{                                                                      \
		.nr = 0                                                        \
	}
#define AUTO_LISTING __attribute__((cleanup(listing_release))) struct listing

/* From the text of a file at `path`, whose ending says what it is.  Tables of
 * Rails' own are left out.  False where it is no such file. */
bool listing_read(
	const char *path, const struct strbuf *text, struct listing *ret);

/* The table of that name, made where there is none. */
struct listed_table *listing_table(
	struct listing *listing, const char *schema, const char *name);
void listing_release(struct listing *listing);

#endif
