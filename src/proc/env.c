/*
 * The environment of children.
 *
 * Git runs hooks with GIT_DIR, GIT_INDEX_FILE and more of the kind set, and
 * every git command below obeys them wherever it stands: a test suite that
 * makes scratch repositories then commits into the user's own.  Git calls
 * these variables local to one repository and clears them itself before it
 * enters a submodule; children get the environment as it would look there.
 * The list is kept here, since asking git for it costs a process.  Two of git's
 * own are not on it: the settings of `git -c` and of GIT_CONFIG_COUNT.  They
 * name no repository, and containers, CI and editors hand tokens,
 * safe.directory and insteadOf to git by them, without which a job's git fails.
 */
#include "hookrun/proc/env.h"

#include "hookrun/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const local_names[] = {
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_COMMON_DIR",
	"GIT_CONFIG",
	"GIT_DIR",
	"GIT_GRAFT_FILE",
	"GIT_IMPLICIT_WORK_TREE",
	"GIT_INDEX_FILE",
	"GIT_INTERNAL_SUPER_PREFIX",
	"GIT_NO_REPLACE_OBJECTS",
	"GIT_OBJECT_DIRECTORY",
	"GIT_PREFIX",
	"GIT_REPLACE_REF_BASE",
	"GIT_SHALLOW_FILE",
	"GIT_WORK_TREE",
};

static bool has_name(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(entry, name, len) && entry[len] == '=';
}

static bool is_local(const char *entry)
{
	if (strncmp(entry, "GIT_", 4) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(local_names); i++)
		if (has_name(entry, local_names[i]))
			return true;
	return false;
}

void env_clean(struct strvec *env)
{
	for (char **entry = environ; entry && *entry; entry++)
		if (!is_local(*entry))
			strvec_borrow(env, *entry);
}

static void drop(struct strvec *env, const char *name, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < env->nr; i++) {
		char *entry = env->v[i];

		if (*entry != *name || strncmp(entry, name, len) != 0 ||
			entry[len] != '=')
			env->v[kept++] = entry;
		else if (!env->borrows)
			free(entry);
	}
	env->nr = kept;
	if (env->v)
		env->v[kept] = NULL;
}

void env_borrow(struct strvec *env, const char *entry)
{
	drop(env, entry, strcspn(entry, "="));
	strvec_borrow(env, entry);
}

void env_set(struct strvec *env, const char *name, const char *value)
{
	drop(env, name, strlen(name));
	if (value)
		strvec_pushf(env, "%s=%s", name, value);
}

const char *env_get(const struct strvec *env, const char *name)
{
	for (size_t i = 0; i < env->nr; i++)
		if (has_name(env->v[i], name))
			return env->v[i] + strlen(name) + 1;
	return NULL;
}

/* The value of `prefix`_`suffix`, or of `prefix` alone. */
static const char *value_of(const char *prefix, const char *suffix)
{
	size_t len = strlen(prefix), more = strlen(suffix);

	for (char **entry = environ; entry && *entry; entry++) {
		const char *rest = *entry + len;

		if (**entry != *prefix || strncmp(*entry, prefix, len) != 0)
			continue;
		if (more && *rest++ != '_')
			continue;
		if (!strncmp(rest, suffix, more) && rest[more] == '=')
			return rest + more + 1;
	}
	return NULL;
}

const char *env_ours(const char *suffix)
{
	const char *value = value_of("HOOKRUN", suffix);

	return value ? value : value_of("LEFTHOOK", suffix);
}
