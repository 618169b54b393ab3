/* Which processes hold an SQLite database's locks. */
#ifndef HOOKRUN_DB_SQLITE_LOCKS_H
#define HOOKRUN_DB_SQLITE_LOCKS_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>

#define SQLITE_LOCKS_ALL (-2)

/* Who keeps `writer` (0: anybody; SQLITE_LOCKS_ALL:
 * anybody, and who reads is named as well) from writing to the file `path`, in
 * `out`: "pid 123 (ruby bin/rails console)", one a line; nothing where nobody
 * does, or where this system does not tell.  `wal`: its journal is a
 * write-ahead log. */
void sqlite_locks(const char *path, bool wal, long writer, struct strbuf *out);

#endif
