/*
 * UTF-8, character by character (RFC 3629): no overlong forms, no surrogates,
 * nothing beyond U+10FFFF.
 */
#ifndef HOOKRUN_BASE_UTF8_H
#define HOOKRUN_BASE_UTF8_H

#include "hookrun/base/strbuf.h"

#include <stddef.h>
#include <stdint.h>

/* The length in bytes of the well-formed character at `s`, of which `left`
 * bytes are there; 0 where there is none.  `ret_code` may be NULL. */
size_t utf8_decode(const char *s, size_t left, uint32_t *ret_code);

/* Append the character `code`, which must be one. */
void utf8_add(struct strbuf *out, uint32_t code);

#endif
