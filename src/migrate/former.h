/*
 * What branches were called before `git branch -m`.
 */
#ifndef MIGRATE_FORMER_H
#define MIGRATE_FORMER_H

#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* The former names of `branch` (NULL: of all that there are), the latest first;
 * a branch without a reflog has none. */
void former_names(struct repo *repo, const char *branch, struct strvec *ret);

#endif
