/* What git's configuration has for hookrun: settings of its own, and hooks.
 * Those of a user or a machine, which no branch can bring along. */
#ifndef HOOKRUN_GIT_SETTING_H
#define HOOKRUN_GIT_SETTING_H

#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

/* The value of `hookrun.KEY` as `git config` has it, of whichever scope: 1 and
 * the malloc'd text, 0 where nobody set it, -1.  git is started only where
 * one of its files, or a variable, has something for us. */
int setting_get(
	struct repo *repo, const char *key, char **ret, struct err *err);

/* Whether git's configuration may have hooks (`hook.NAME.command`), looked for
 * in the same way. */
bool setting_has_hooks(struct repo *repo);

#endif
