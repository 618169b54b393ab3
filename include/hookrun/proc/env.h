/*
 * The environment that children get: ours without the variables that bind git
 * to one repository (GIT_DIR, GIT_INDEX_FILE, ...), so that what they do with
 * git reaches the repository they stand in and no other.  The list is that of
 * `git rev-parse --local-env-vars` without the settings in the environment
 * (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS), which children keep.
 */
#ifndef HOOKRUN_PROC_ENV_H
#define HOOKRUN_PROC_ENV_H

#include "hookrun/base/strvec.h"

#include <stdbool.h>

/* Fill the empty `env` with the "NAME=value" strings of our own environment,
 * not copies of them, without those variables. */
void env_clean(struct strvec *env);

/* Set or replace; a NULL value removes. */
void env_set(struct strvec *env, const char *name, const char *value);
/* Set or replace with `entry`, "NAME=value", itself; it must outlive `env`. */
void env_borrow(struct strvec *env, const char *entry);
const char *env_get(const struct strvec *env, const char *name);

/* HOOKRUN_`suffix`, else LEFTHOOK_`suffix` (with suffix "": HOOKRUN, else
 * LEFTHOOK) of our own environment; NULL where neither is set. */
const char *env_ours(const char *suffix);

#endif
