/*
 * Hooks in git's configuration (from git 2.54): hook.NAME.event and
 * hook.NAME.command.  `install --config` writes its hook files into a folder of
 * its own, and has that configuration name them; the folder of git's own hook
 * files, and core.hooksPath, stay as they are.
 */
#ifndef INSTALL_CONFIGHOOK_H
#define INSTALL_CONFIGHOOK_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/git/repo.h"

/* The folder; malloc'd. */
char *confighook_folder(const struct repo *repo);

/* -1, saying so, where this git is too old to start any. */
int confighook_demand(struct repo *repo, struct err *err);

/* Have the clone's configuration name exactly the files of `dir`. */
int confighook_sync(struct repo *repo, const char *dir, struct err *err);

/* Of `hooks`, what keeps git from starting them, each a line in `problems`. */
int confighook_check(struct repo *repo, const char *dir, char *const *hooks,
	struct strbuf *problems, struct err *err);

/* Take all of that back, folder included. */
int confighook_forget(struct repo *repo, struct err *err);

#endif
