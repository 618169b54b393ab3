/* What kind of file a path is, for the `file_types` filter. */
#ifndef HOOKRUN_FILES_FILE_TYPE_H
#define HOOKRUN_FILES_FILE_TYPE_H

#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define FILE_MIMES_MAX 64 /* types in one filter */

/* All of `is`, and one of the MIME types and languages if there are any. */
struct file_types {
	unsigned is;
	const char *mimes[FILE_MIMES_MAX], *languages[FILE_MIMES_MAX];
	size_t nmimes, nlanguages;
};

/* Whether there is such a type. */
bool file_type_is_known(const char *name);

/* Add the type `name`; -1 where there is none, or where the library that can
 * tell it cannot be loaded. */
int file_type_parse(
	const char *name, struct file_types *types, struct err *err);

/* 1 where `name` below `worktree` is of these types, 0 where it is not or does
 * not exist, -1 where it cannot be read. */
int file_type_match(const char *worktree, const char *name,
	const struct file_types *types, struct err *err);

#endif
