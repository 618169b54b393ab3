/* What changed between two states of a lock file, in one line for a user. */
#ifndef DEPS_LOCKDIFF_H
#define DEPS_LOCKDIFF_H

#include "hookrun/base/strbuf.h"

#include "deps/packages.h"

#define LOCKDIFF_NAMED 3 /* packages named in the line */

/* Append "rails 6.1.7 → 7.0.8 (major), +3 −1"; both lists are finished ones.
 * `ruby_old` and `ruby_new` (either may be NULL) stand for the Ruby version
 * where the lists name none. */
void lockdiff_describe(const struct packages *old, const struct packages *new,
	const char *ruby_old, const char *ruby_new, struct strbuf *out);

#endif
