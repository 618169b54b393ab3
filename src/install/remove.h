/* What installing and removing hook files share. */
#ifndef INSTALL_REMOVE_H
#define INSTALL_REMOVE_H

#include "hookrun/install/install.h"

/* Where the hook that was at `path` is kept; malloc'd. */
char *install_old(const char *path);

/* Two work trees may install at once, and share the folder.  The descriptor,
 * which closing unlocks, or -1. */
int install_lock(struct repo *repo, struct err *err);

/* Remove our shims from `dir` but those in `hooks`, in `added`, and those of
 * other work trees. */
int install_drop(struct repo *repo, const char *dir, char *const *hooks,
	const struct strvec *added, struct strbuf *notes, struct err *err);

#endif
