/*
 * Which index file a commit that is running uses, and adding files to it.
 *
 * `git commit -a` and `git commit -i FILE` hand their hooks the new index of
 * the work tree under its lock's name (index.lock); `git commit FILE` makes
 * one of HEAD and the files alone (next-index-PID.lock) and prepares the new
 * index of the work tree, with the files too, as index.lock.  See
 * builtin/commit.c of git.
 */
#ifndef HOOKRUN_GIT_INDEX_FILE_H
#define HOOKRUN_GIT_INDEX_FILE_H

#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

/* The index that GIT_INDEX_FILE names, absolute, malloc'd; NULL where that is
 * not set or names the work tree's own. */
char *index_private(const struct repo *repo);

/* Make the index have `paths` (relative to the work tree, all of them in it
 * already) as they are in the work tree, or not have them where they are gone.
 * One write for all; on `git commit FILE` a second, so that the work tree's
 * index is right after the commit too.  A lock of another git is waited for, a
 * second or core.filesRefLockTimeout.  -1 with git's words where it is locked
 * still or a file cannot be added; then none was. */
int index_add(struct repo *repo, const struct strvec *paths, struct err *err);

#endif
