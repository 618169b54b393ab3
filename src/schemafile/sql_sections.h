/* The sections of what pg_dump writes: "-- Name: users; Type: TABLE; ...". */
#ifndef SCHEMAFILE_SQL_SECTIONS_H
#define SCHEMAFILE_SQL_SECTIONS_H

#include "schemafile/settled.h"

/* Settle those that are in one version only, and the columns of tables that
 * both sides have changed.  False: the versions do not have them in one order,
 * or not each once. */
bool sql_sections_lay(
	const struct strbuf sides[TEXT_SIDES], struct settled *out);

/* What the line that begins a section says; false: it is none. */
bool sql_section_name(struct span line, struct span *ret_type,
	struct span *ret_schema, struct span *ret_name);

#endif
