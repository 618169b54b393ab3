/* The output of a `files` command, as names. */
#ifndef HOOKRUN_FILES_FILES_COMMAND_H
#define HOOKRUN_FILES_FILES_COMMAND_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* Run `command` by sh in `cwd` and push the names it prints, which may repeat
 * and need not exist in the work tree. */
int files_command(struct repo *repo, const char *command, const char *cwd,
	struct strvec *ret, struct err *err);

#endif
