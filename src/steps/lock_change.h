/* What a program did to a lock file, as far as a better remedy hangs on it. */
#ifndef STEPS_LOCK_CHANGE_H
#define STEPS_LOCK_CHANGE_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>

/* Where all that `after` has more than `before` are platforms of a
 * Gemfile.lock: true, and the command that adds them, appended. */
bool lock_change_platforms(const struct strbuf *before,
	const struct strbuf *after, struct strbuf *out);

#endif
