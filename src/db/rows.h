/* The rows that db_rows() has brought, one after the other. */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Point `fields` to the `nr` texts of the next row, at `pos` (first the
 * beginning of the text, which is cut up).  One that has another number of them
 * is passed over.  False at the end. */
bool rows_next(char **pos, const char **fields, size_t nr);

#endif
