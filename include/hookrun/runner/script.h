/* The files of script jobs. */
#ifndef HOOKRUN_RUNNER_SCRIPT_H
#define HOOKRUN_RUNNER_SCRIPT_H

#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"

/* Push the path of every copy of `script` that `hook` would run, in their
 * order: of the work tree's folders, then of the remotes'.  Absolute where
 * `worktree` is; what is no regular file is among them. */
void script_files(const struct config *config, const char *worktree,
	const char *hook, const char *script, struct strvec *ret);

#endif
