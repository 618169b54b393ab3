/* The line of db/schema.rb that defines a schema. */
#ifndef SCHEMAFILE_DEFINE_H
#define SCHEMAFILE_DEFINE_H

#include "schemafile/pieces.h"

/* The first of a text, with its break; NULL: none. */
struct span define_line(const struct strbuf *text);
/* The version in digits alone; malloc'd, NULL where the text has none. */
char *define_version(const struct strbuf *text);
/* Which Rails it is of; 0: one before 7.0, whose line does not say. */
int define_rails(struct span line);
#define DEFINE_RAILS(major, minor) ((major)*100 + (minor))

#endif
