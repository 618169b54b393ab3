/* The sections of what pg_dump writes: "-- Name: users; Type: TABLE; ...". */
#ifndef SCHEMAFILE_SQL_SECTIONS_H
#define SCHEMAFILE_SQL_SECTIONS_H

#include "hookrun/base/strbuf.h"
#include "hookrun/git/textmerge.h"

/* Settle those that are in one version only, and the columns of tables that
 * both sides have changed.  A text without sections stays as it is. */
void sql_sections_settle(struct strbuf sides[TEXT_SIDES]);

#endif
