/* Where a reader of JSON or TOML stands in its text. */
#ifndef CONFIG_CURSOR_H
#define CONFIG_CURSOR_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "config/source.h"
#include "hookrun/config/node.h"

struct cursor {
	struct arena *arena;
	const struct source *source;
	const char *s;	 /* the next byte */
	const char *end; /* of the text, where a NUL is */
	struct err *err;
	size_t nodes;	    /* made so far */
	struct place place; /* that was last asked for */
};

/* Stand at the start of a copy of `text`; -1 where it is too long, holds a NUL
 * or is not UTF-8. */
int cursor_open(struct cursor *c, struct arena *arena, const char *path,
	const char *text, size_t len, struct err *err);

/* A node that was written at `at`; NULL, with the error set, where there are
 * too many.  `size`: of the struct that begins with the node. */
struct node *cursor_node(
	struct cursor *c, enum node_kind kind, const char *at, size_t size);

/* Line and column of a byte.  Cheap where it is not before the place that was
 * last asked for. */
void cursor_place(
	struct cursor *c, const char *at, int *ret_line, int *ret_col);

/* Set the error at a place; returns -1. */
int cursor_fail(struct cursor *c, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The error for what stands at the cursor: "expected WHAT, not 'x'". */
int cursor_expected(struct cursor *c, const char *what);

/* Skip `c` where it is next. */
bool cursor_take(struct cursor *c, char wanted);

/* The `digits` hexadecimal digits at the cursor as a character; `at` is where
 * the escape began.  -1 where they are none, or NUL.  With `low` half of
 * a surrogate pair is fine. */
int cursor_hex(
	struct cursor *c, const char *at, int digits, bool low, uint32_t *ret);

#endif
