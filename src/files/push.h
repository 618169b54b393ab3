/* The files that a push would send. */
#ifndef HOOKRUN_FILES_PUSH_H
#define HOOKRUN_FILES_PUSH_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* Push the paths that differ, which may repeat and need not exist.
 * `stdin_text` is what git wrote to pre-push; NULL or without any of git's
 * lines: run by hand, HEAD is what would be pushed. */
int push_files(struct repo *repo, const char *stdin_text, struct strvec *ret,
	struct err *err);

#endif
