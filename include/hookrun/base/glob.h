/*
 * Glob patterns in lefthook's two dialects.
 *
 * gobwas (the default): no separator, so `*` crosses '/', `**` equals `*`,
 * `?` is one character, [abc] [a-z] [!a], {a,b} with nested patterns, '\'
 * escapes.  doublestar: `*` stops at '/', `**` as a whole component is zero or
 * more directories.
 */
#ifndef HOOKRUN_BASE_GLOB_H
#define HOOKRUN_BASE_GLOB_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct glob; /* compiled */

enum glob_flags {
	GLOB_DOUBLESTAR = 1 << 0, /* else gobwas */
	GLOB_ICASE = 1 << 1,
};

/* Compile into `arena`; a malformed pattern is an error that names the place.
 */
int glob_compile(struct arena *arena, const char *pattern, unsigned flags,
	struct glob **ret, struct err *err);

/* Several patterns as one glob, which matches what any of them does;
 * NULL-ended. What it learns about the texts it sees goes into `arena`, up to a
 * few megabytes, so that a match takes about the time of reading the text. */
int glob_compile_any(struct arena *arena, const char *const *patterns,
	unsigned flags, struct glob **ret, struct err *err);

/* Time is bounded by pattern length times text length. */
bool glob_match(const struct glob *glob, const char *text, size_t len);

#endif
