/*
 * Between the texts stand separators that no name has; what people have written
 * (a query, the name of a program) the query itself has cleaned of them.  A row
 * that has another number of texts even so is nobody's.
 */
#include "db/rows.h"

#include <string.h>

#define FIELD_END '\x1f'
#define ROW_END '\x1e'

static size_t cut(char *row, const char **fields, size_t nr)
{
	size_t n = 0;
	char *end;

	while ((end = strchr(row, FIELD_END))) {
		*end = '\0';
		if (n < nr)
			fields[n] = row;
		n++;
		row = end + 1;
	}
	return n;
}

bool rows_next(char **pos, const char **fields, size_t nr)
{
	for (;;) {
		char *row = *pos, *end = strchr(row, ROW_END);

		if (!end)
			return false;
		*end = '\0';
		*pos = end + 1;
		if (cut(row, fields, nr) == nr)
			return true;
	}
}
