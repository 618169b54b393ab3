/* What kind of file a path is, for the `file_types` filter. */
#ifndef HOOKRUN_FILES_FILE_TYPE_H
#define HOOKRUN_FILES_FILE_TYPE_H

#include "hookrun/base/err.h"

/* Add the bit of the type `name` to `types`; -1 where there is none. */
int file_type_parse(const char *name, unsigned *types, struct err *err);

/* 1 where `name` below `worktree` is of all `types`, 0 where it is not or does
 * not exist, -1 where it cannot be read. */
int file_type_match(const char *worktree, const char *name, unsigned types,
	struct err *err);

#endif
