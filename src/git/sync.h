/*
 * What install wrote last, for each work tree: the id of its configuration and
 * the names of its hooks.
 */
#ifndef GIT_SYNC_H
#define GIT_SYNC_H

#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

int sync_write(struct repo *repo, const char *config_id, char *const *hooks,
	struct err *err);

/* Did install ever run in this work tree? */
bool sync_exists(const struct repo *repo);

/* The hooks that the other work trees of this repository installed. */
void sync_elsewhere(struct repo *repo, struct strvec *hooks);

/* Forget it, in every work tree: they share the hook files. */
void sync_forget(struct repo *repo);

#endif
