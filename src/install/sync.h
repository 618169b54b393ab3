/*
 * What install wrote last, for each work tree: the id of its configuration, the
 * folder, and the names of its hooks.
 */
#ifndef INSTALL_SYNC_H
#define INSTALL_SYNC_H

#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

struct sync {
	char *id, *dir; /* NULL: not known */
	bool only;	/* the hooks are those that a user named */
	struct strvec hooks;
	struct strvec added; /* by `add`, whatever the configuration says */
	struct strvec watch; /* not configured, to notice what becomes so */
};

void sync_release(struct sync *sync);
#define AUTO_SYNC __attribute__((cleanup(sync_release))) struct sync

/* That of this work tree; all empty where install never ran in it. */
void sync_read(struct repo *repo, struct sync *ret);
int sync_write(struct repo *repo, const struct sync *sync, struct err *err);

/* The folder that the hooks were written to, else the repository's own;
 * malloc'd. */
char *sync_dir(struct repo *repo);

/* Did install ever run in this work tree? */
bool sync_exists(const struct repo *repo);

/* The hooks that the other work trees of this repository installed. */
void sync_elsewhere(struct repo *repo, struct strvec *hooks);

/* Forget it, in every work tree: they share the hook files.  That they were
 * removed on purpose is remembered. */
int sync_forget(struct repo *repo, struct err *err);

#endif
