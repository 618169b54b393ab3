/* The rules of each kind of file; see schemafile_settle(). */
#ifndef SCHEMAFILE_RULES_H
#define SCHEMAFILE_RULES_H

#include "schemafile/settled.h"

#include "hookrun/git/textmerge.h"
#include "hookrun/base/strbuf.h"

/* What is decided line by line, in the texts as they are.  False: the sides
 * cannot be merged by lines, which is a conflict now. */
bool schema_rb_prepare(struct strbuf sides[TEXT_SIDES]);
bool structure_sql_prepare(struct strbuf sides[TEXT_SIDES]);

/* Lay the parts of the texts side by side.  False: they are not understood. */
bool schema_rb_lay(const struct strbuf sides[TEXT_SIDES], struct settled *out);
bool structure_sql_lay(
	const struct strbuf sides[TEXT_SIDES], struct settled *out);

#endif
