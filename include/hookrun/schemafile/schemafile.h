/*
 * The files that Rails dumps a schema into, db/schema.rb and structure.sql, in
 * three versions: a merge by what their lines mean.
 */
#ifndef HOOKRUN_SCHEMAFILE_SCHEMAFILE_H
#define HOOKRUN_SCHEMAFILE_SCHEMAFILE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/git/textmerge.h"

/* Decide what the rules of the file at `path` (its ending says which) decide,
 * and write that into all three texts, so that a merge of the texts finds only
 * what is left.  Without conflicts all three are the same then.  A file that
 * the rules do not understand stays as it is, or nearly: of a schema.rb, the
 * version is decided even so. */
void schemafile_settle(const char *path, struct strbuf sides[TEXT_SIDES]);

/* Merge what was settled, as text_merge() does. */
int schemafile_merge(const struct strbuf sides[TEXT_SIDES],
	const struct text_marks *marks, struct strbuf *out, struct err *err);

#endif
