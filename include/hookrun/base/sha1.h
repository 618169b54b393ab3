/*
 * SHA-1 (RFC 3174): Rails writes it into a database that a schema file was
 * loaded into.  For comparing with that only.
 */
#ifndef HOOKRUN_BASE_SHA1_H
#define HOOKRUN_BASE_SHA1_H

#include <stddef.h>

#define SHA1_HEX_SIZE 41 /* with the NUL */

/* The digest of `len` bytes, in small hexadecimal digits. */
void sha1_hex(const void *data, size_t len, char ret[SHA1_HEX_SIZE]);

#endif
