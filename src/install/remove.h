/* Taking hook files away. */
#ifndef INSTALL_REMOVE_H
#define INSTALL_REMOVE_H

#include "hookrun/install/install.h"

/* Remove our shims from `dir` but those in `hooks` and those of other work
 * trees. */
int install_drop(struct repo *repo, const char *dir, const struct strvec *hooks,
	struct strbuf *notes, struct err *err);

/* The same of those that are not in `hooks`, for the reason `why`, which
 * follows the name of each in `notes`. */
int remove_shims(const char *dir, const struct strvec *hooks, const char *why,
	struct strbuf *notes, struct err *err);

#endif
