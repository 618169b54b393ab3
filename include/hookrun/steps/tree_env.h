/*
 * What a linked work tree has of its own: the variables by which the
 * application finds the databases that were made for it.
 */
#ifndef HOOKRUN_STEPS_TREE_ENV_H
#define HOOKRUN_STEPS_TREE_ENV_H

#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>

/* Set them in our own environment, for all that hookrun does and starts here. A
 * variable that says something else than the tree's value and what it replaced
 * is the user's own wish, and stays. */
void tree_env_apply(const struct repo *repo);

/* The environment as it would be in the tree `other`, into the empty `env`:
 * ours without what is of the tree `here`, with what is of the other. */
void tree_env_fill(
	const struct repo *here, const struct repo *other, struct strvec *env);

/* The value of the tree whose git directory that is, or NULL; in `arena`. */
const char *tree_env_get(
	const char *git_dir, const char *name, struct arena *arena);

/* What `name` said before there was a value of the tree's own ("": it was not
 * set), or NULL: there is none of its own. */
const char *tree_env_base(
	const char *git_dir, const char *name, struct arena *arena);

/* What `value` has replaced ("": nothing) where it is the value of a linked
 * work tree of this repository: a shell may carry it into another one.  NULL:
 * it is nobody's; in `arena`. */
const char *tree_env_replaced(const struct repo *repo, const char *name,
	const char *value, struct arena *arena);

struct tree_env {
	const char *name, *value;
	const char *base; /* as tree_env_base() */
	const char *was;  /* what it says now, in our environment, or "" */
};

/* From now on this tree has `env` (NULL: nothing more), and what `mark` names
 * has been done: tree_env_has_mark().  Both are written in one step. */
int tree_env_set(const struct repo *repo, const struct tree_env *env,
	const char *mark, struct err *err);
bool tree_env_has_mark(const struct repo *repo, const char *mark);

#endif
