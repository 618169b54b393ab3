/*
 * Which rules a file has, by its name: what the user has told git's attributes
 * to bring here is a schema, whatever it is called otherwise.
 */
#include "hookrun/schemafile/schemafile.h"

#include "schemafile/rules.h"

#include <string.h>

static bool ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);

	return len >= tail && !strcmp(path + len - tail, ending);
}

void schemafile_settle(const char *path, struct strbuf sides[TEXT_SIDES])
{
	if (ends_in(path, ".rb"))
		schema_rb_settle(sides);
	else if (ends_in(path, ".sql"))
		structure_sql_settle(sides);
}
