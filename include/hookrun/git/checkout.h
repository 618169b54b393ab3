/*
 * The files of a commit in a folder of their own, with a git directory that
 * makes git work there: for who wants to try what is not checked out.
 */
#ifndef HOOKRUN_GIT_CHECKOUT_H
#define HOOKRUN_GIT_CHECKOUT_H

#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

struct checkout;

/* Check out `commit` below hookrun/checkout in the shared git directory, and
 * remove what dead processes have left there.  -1: nothing is left behind. */
int checkout_new(struct repo *repo, const struct oid *commit,
	struct checkout **ret, struct err *err);

/* The repository as it is seen from there: its work tree is the folder, its
 * HEAD the commit, all else is shared.  Owned by `checkout`. */
struct repo *checkout_repo(const struct checkout *checkout);

/* Remove the folder with all that was done in it.  What cannot be removed is
 * left to the next checkout_new().  NULL is fine. */
void checkout_free(struct checkout *checkout);

#endif
