/* What Bundler said of this machine, remembered in the step's state. */
#ifndef DEPS_BUNDLER_H
#define DEPS_BUNDLER_H

#include "hookrun/steps/state.h"

#include "deps/gems.h"

/* Whether all that `lock`, the text of `file` in `root`, wants here is
 * installed, without starting anything.  GEMS_MISSING: not as far as is known;
 * learning may help.  GEMS_DOUBT: only Bundler can tell. */
enum gems_are bundler_knows(const struct state *state, const char *root,
	const char *file, const struct strbuf *lock);

/* Remember what `bundle show --paths` has printed for this lock file. */
void bundler_learn(struct state *state, const char *root, const char *file,
	const struct strbuf *lock, const struct strbuf *paths);

/* Append "tinyone 2.0.0, tinytwo 1.1.0": the gems that `bundle show --paths`
 * has in `paths`, and that were installed at or after `since`. */
void bundler_name_news(const struct strbuf *lock, const struct strbuf *paths,
	const struct timespec *since, struct strbuf *out);

#endif
