/* Places in a text that was read, and messages that show them. */
#ifndef CONFIG_SOURCE_H
#define CONFIG_SOURCE_H

#include "hookrun/base/err.h"
#include "hookrun/config/node.h"

#include <stdarg.h>
#include <stddef.h>

/* A copy of a text in `arena`, without the byte order mark it may begin with.
 */
struct source *source_new(
	struct arena *arena, const char *path, const char *text, size_t len);

/* The length in bytes of the line break at `text`, 0 where there is none.
 * Breaks are those of YAML 1.1, which is how libyaml counts lines: LF, CR,
 * CR LF, NEL, LS, PS. */
size_t source_break(const char *text);

/* A byte of a text, its line and its column (in characters), both from 1. */
struct place {
	const char *at;
	int line, col;
};

/* From there on to the byte `at`, which is not before it. */
void source_advance(struct place *place, const char *at);

/* The same from the start of the text. */
void source_position(const struct source *source, size_t offset, int *ret_line,
	int *ret_col);

/* The text from that character on; its end where there is none. */
const char *source_at(const struct source *source, int line, int col);

/* Set `err` to "path:line:col: MESSAGE", the line itself and a caret under the
 * column; returns -1. */
int source_error(struct err *err, const struct source *source, int line,
	int col, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
int source_verror(struct err *err, const struct source *source, int line,
	int col, const char *fmt, va_list ap)
	__attribute__((format(printf, 5, 0)));

/* A text of a user's for a message: on one line, without control characters,
 * cut where it is long.  In `arena`. */
const char *source_brief(struct arena *arena, const char *text);

#endif
