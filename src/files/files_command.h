/* The output of a `files` command, as names. */
#ifndef HOOKRUN_FILES_FILES_COMMAND_H
#define HOOKRUN_FILES_FILES_COMMAND_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"

/* Run `command` by sh in `cwd` and push the names it prints, which may repeat
 * and need not exist below `worktree`. */
int files_command(const char *command, const char *cwd, const char *worktree,
	struct strvec *ret, struct err *err);

#endif
