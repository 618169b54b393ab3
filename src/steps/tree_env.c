/*
 * Jobs and steps find a tree's own database as the application does, by a
 * variable.  The application has it from a file or from the shell; git hooks
 * run in whatever shell git was typed in, which may be that of another tree:
 * what is set there is known, and overruled.
 */
#include "hookrun/steps/tree_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/env.h"
#include "hookrun/steps/state.h"

#include <stdlib.h>
#include <string.h>

#define TREE_STATE "worktree"
#define VALUE "env."
#define BASE "env-base."
#define WAS "env-was."
#define MARK "own."

static const char *get(
	const struct state *state, const char *prefix, const char *name)
{
	AUTO_STRBUF key = STRBUF_INIT;

	strbuf_addf(&key, "%s%s", prefix, name);
	return state_get(state, key.buf);
}

static void set(struct state *state, const char *prefix, const char *name,
	const char *value)
{
	AUTO_STRBUF key = STRBUF_INIT;

	strbuf_addf(&key, "%s%s", prefix, name);
	state_set(state, key.buf, value);
}

static bool is_known(
	const struct state *state, const char *name, const char *value)
{
	static const char *const prefixes[] = { BASE, WAS };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *known = get(state, prefixes[i], name);

		if (known && !strcmp(known, value))
			return true;
	}
	return false;
}

typedef void value_fn(const struct state *state, const char *name,
	const char *value, void *data);

static void each_value(const struct repo *repo, value_fn *func, void *data)
{
	AUTO_STATE state = { .dirty = false };

	if (!repo_is_linked(repo))
		return;
	state_load(repo_gitdir(repo), TREE_STATE, &state);
	for (size_t i = 0; i < state.keys.nr; i++)
		if (!strncmp(state.keys.v[i], VALUE, strlen(VALUE)))
			func(&state, state.keys.v[i] + strlen(VALUE),
				state.values.v[i], data);
}

static void apply(const struct state *state, const char *name,
	const char *value, void *data)
{
	const char *now = getenv(name);

	(void)data;
	if (!now || !*now || is_known(state, name, now))
		setenv(name, value, 1);
}

void tree_env_apply(const struct repo *repo)
{
	each_value(repo, apply, NULL);
}

static void put_back(const struct state *state, const char *name,
	const char *value, void *env)
{
	const char *base = get(state, BASE, name);

	(void)value;
	env_set(env, name, base && *base ? base : NULL);
}

static void put(const struct state *state, const char *name, const char *value,
	void *env)
{
	(void)state;
	env_set(env, name, value);
}

void tree_env_fill(
	const struct repo *here, const struct repo *other, struct strvec *env)
{
	env_clean(env);
	each_value(here, put_back, env);
	each_value(other, put, env);
}

static const char *look_up(const char *git_dir, const char *prefix,
	const char *name, struct arena *arena)
{
	AUTO_STATE state;
	const char *value;

	state_load(git_dir, TREE_STATE, &state);
	value = get(&state, prefix, name);
	return value ? arena_strdup(arena, value) : NULL;
}

const char *tree_env_get(
	const char *git_dir, const char *name, struct arena *arena)
{
	return look_up(git_dir, VALUE, name, arena);
}

const char *tree_env_base(
	const char *git_dir, const char *name, struct arena *arena)
{
	return look_up(git_dir, BASE, name, arena);
}

const char *tree_env_replaced(const struct repo *repo, const char *name,
	const char *value, struct arena *arena)
{
	AUTO_FREE char *folder = fs_join(repo_commondir(repo), "worktrees");
	AUTO_STRVEC trees = STRVEC_INIT;
	struct err ignored = ERR_INIT;

	if (fs_list(folder, &trees, &ignored))
		return NULL;
	for (size_t i = 0; i < trees.nr; i++) {
		AUTO_FREE char *git_dir = fs_join(folder, trees.v[i]);
		const char *theirs = tree_env_get(git_dir, name, arena);

		if (theirs && !strcmp(theirs, value))
			return tree_env_base(git_dir, name, arena);
	}
	return NULL;
}

int tree_env_set(const struct repo *repo, const struct tree_env *env,
	const char *mark, struct err *err)
{
	AUTO_STATE state;

	state_load(repo_gitdir(repo), TREE_STATE, &state);
	if (env) {
		set(&state, VALUE, env->name, env->value);
		set(&state, BASE, env->name, env->base);
		set(&state, WAS, env->name, env->was);
	}
	set(&state, MARK, mark, "done");
	return state_save(&state, err);
}

bool tree_env_has_mark(const struct repo *repo, const char *mark)
{
	AUTO_STATE state;

	state_load(repo_gitdir(repo), TREE_STATE, &state);
	return get(&state, MARK, mark) != NULL;
}
