/*
 * The folder of hook files, and what installing and removing share of it.
 */
#ifndef HOOKRUN_INSTALL_HOOKDIR_H
#define HOOKRUN_INSTALL_HOOKDIR_H

#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

/* The folder that git runs hooks from (`git rev-parse --git-path hooks`, hence
 * core.hooksPath); absolute, malloc'd. */
int hookdir_find(struct repo *repo, char **ret_path, struct err *err);

/* Where the hook that was at `path` is kept; malloc'd. */
char *hookdir_old(const char *path);

/* Two work trees may install at once, and share the folder.  The descriptor,
 * which closing unlocks, or -1. */
int hookdir_lock(struct repo *repo, struct err *err);

#endif
