/*
 * Copies of a database that is a file; as their namesakes in
 * hookrun/db/copies.h, with paths for names.
 */
#ifndef DB_FILE_COPIES_H
#define DB_FILE_COPIES_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stdint.h>

int file_copies_size(const char *path, int64_t *ret_bytes, struct err *err);

/* `ret_unsettled`: a crash has left something beside `from` that only SQLite
 * itself can bring to an end; nothing was done. */
int file_copies_make(
	const char *from, const char *to, bool *ret_unsettled, struct err *err);
int file_copies_rename(
	const char *from, const char *to, bool *ret_unsettled, struct err *err);
int file_copies_drop(const char *path, struct err *err);

#endif
