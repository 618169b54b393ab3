/* The rules of each kind of file; see schemafile_settle(). */
#ifndef SCHEMAFILE_RULES_H
#define SCHEMAFILE_RULES_H

#include "hookrun/git/textmerge.h"
#include "hookrun/base/strbuf.h"

void schema_rb_settle(struct strbuf sides[TEXT_SIDES]);
/* The version in digits alone; malloc'd, NULL where the text has none. */
char *schema_rb_version(const struct strbuf *text);
void structure_sql_settle(struct strbuf sides[TEXT_SIDES]);

#endif
