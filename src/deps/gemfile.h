/* A Gemfile as far as it can be read without Ruby. */
#ifndef DEPS_GEMFILE_H
#define DEPS_GEMFILE_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include "deps/gemfile_lock.h"

#include <stdint.h>

/* Whether `gem` lines in `text` ask for what the lock file has under
 * DEPENDENCIES, no less and no more.  False in doubt. */
bool gemfile_agrees(const struct strbuf *text, const struct gemfile_lock *lock);

/* A print of all but comments and the `gem` lines of gems other than `names`:
 * of what decides whether those are wanted here (groups, conditions, the Ruby
 * version). */
uint64_t gemfile_print(const struct strbuf *text, const struct strvec *names);

#endif
