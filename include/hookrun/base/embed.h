/*
 * The files of hooks/, embedded at build time byte for byte.
 */
#ifndef HOOKRUN_BASE_EMBED_H
#define HOOKRUN_BASE_EMBED_H

#include <stddef.h>

/* The text of hooks/`name` (static, NUL-terminated), its length in bytes in
 * `ret_len` unless that is NULL; NULL where there is no such file. */
const char *embed_get(const char *name, size_t *ret_len);

#endif
