/*
 * FNV-1a in 64 bits: for tables in memory and for noticing a change.  No
 * defence against somebody who wants two texts to collide.
 */
#ifndef HOOKRUN_BASE_HASH_H
#define HOOKRUN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(14695981039346656037)

/* The hash so far, with `len` bytes added. */
uint64_t hash_add(uint64_t hash, const void *data, size_t len);

/* With a string and its NUL, so that "a", "bc" is not "ab", "c". */
uint64_t hash_str(uint64_t hash, const char *str);

/* A string alone, its high bits folded in, for the slot of a table. */
uint64_t hash_slot(const char *str);

#endif
