/*
 * The environment that children get: ours without git's local variables
 * (GIT_DIR, GIT_INDEX_FILE, ...; the list of `git rev-parse
 * --local-env-vars`), so that what a job does with git reaches the repository
 * it stands in and no other.
 */
#ifndef HOOKRUN_PROC_ENV_H
#define HOOKRUN_PROC_ENV_H

#include "hookrun/base/strvec.h"

#include <stdbool.h>

/* Fill the empty `env` with the "NAME=value" strings of our own environment,
 * not copies of them, without git's local variables.  `keep_index`: leave
 * GIT_INDEX_FILE, for a commit that uses a private index. */
void env_clean(struct strvec *env, bool keep_index);

/* Add the settings of `git -c KEY=VALUE` and of GIT_CONFIG_COUNT, which
 * env_clean() leaves out: for git commands of our own, that answer the one
 * which the user has given them to. */
void env_keep_config(struct strvec *env);

/* Set or replace; a NULL value removes. */
void env_set(struct strvec *env, const char *name, const char *value);
/* Set or replace with `entry`, "NAME=value", itself; it must outlive `env`. */
void env_borrow(struct strvec *env, const char *entry);
const char *env_get(const struct strvec *env, const char *name);

/* HOOKRUN_`suffix`, else LEFTHOOK_`suffix` (with suffix "": HOOKRUN, else
 * LEFTHOOK) of our own environment; NULL where neither is set. */
const char *env_ours(const char *suffix);

#endif
