/*
 * Names of MIME types, as lefthook 2.2.2 knows them in `file_types`.
 */
#ifndef HOOKRUN_BASE_MIME_H
#define HOOKRUN_BASE_MIME_H

/* The type that `name` stands for, a static string: parameters (";charset=x")
 * and case do not count, and an alias stands for its type ("text/x-sh" for
 * "text/x-shellscript").  NULL: unknown. */
const char *mime_find(const char *name);

/* All names, separated by '|'. */
const char *mime_words(void);

#endif
