/*
 * Names of languages and formats, as pre-commit's `types` have them, told by a
 * file's name.
 */
#ifndef HOOKRUN_BASE_LANGUAGE_H
#define HOOKRUN_BASE_LANGUAGE_H

#include <stdbool.h>

/* The name as a static string; NULL: there is no such language. */
const char *language_find(const char *name);

/* All of them, separated by '|'. */
const char *language_words(void);

/* Whether a file of that name (a path) is in `language`. */
bool language_has_name(const char *language, const char *path);
/* Whether its name tells of any. */
bool language_is_told(const char *path);

/* The MIME type that mime_find() has for its programs, or NULL. */
const char *language_mime(const char *language);

/* The name endings of `language`, without a dot, and whole names, each in one
 * string parted by blanks; either may be "". */
void language_names(
	const char *language, const char **ret_endings, const char **ret_names);

#endif
