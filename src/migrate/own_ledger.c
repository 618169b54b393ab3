/*
 * A work tree is known by the folder that git has for it, and by a word that is
 * written into that folder once: when a tree is removed and another one made
 * under its name, the folder is the same and the word is not.
 */
#include "migrate/own_ledger.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/steps/state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "db/trees"
#define TREE_STATE "worktree"
#define ID_KEY "id"
#define KEY_KEY "key"

static void load(struct repo *repo, const char *key, struct state *ret)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, FOLDER "/%s", key);
	state_load(repo_commondir(repo), name.buf, ret);
}

static bool says(const struct state *state, const char *key, const char *value)
{
	const char *have = state_get(state, key);

	return have && value && !strcmp(have, value);
}

/* The word of the work tree, NULL where it has none; in `arena`. */
static const char *id_of(const char *git_dir, struct arena *arena)
{
	AUTO_STATE state = { .dirty = false };
	const char *id;

	state_load(git_dir, TREE_STATE, &state);
	id = state_get(&state, ID_KEY);
	return id ? arena_strdup(arena, id) : NULL;
}

static int ensure_id(struct repo *repo, struct arena *arena, const char **ret,
	struct err *err)
{
	AUTO_STATE state = { .dirty = false };

	*ret = id_of(repo_gitdir(repo), arena);
	if (*ret)
		return 0;
	state_load(repo_gitdir(repo), TREE_STATE, &state);
	*ret = arena_printf(
		arena, "%lld-%ld", (long long)clock_date_ms(), (long)getpid());
	state_set(&state, ID_KEY, *ret);
	return state_save(&state, err);
}

/* The folder that git has for the tree of `state`, in this repository, which
 * may have been moved since; malloc'd, NULL: it is no linked one. */
static char *folder_here(struct repo *repo, const struct state *state)
{
	AUTO_FREE char *trees = fs_join(repo_commondir(repo), "worktrees");
	const char *tree = state_get(state, "tree");

	return tree ? fs_join(trees, fs_basename(tree)) : NULL;
}

enum own_ledger_owner own_ledger_owner(struct repo *repo, const char *key)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STATE state;
	AUTO_FREE char *here = NULL;
	const char *tree;

	load(repo, key, &state);
	tree = state_get(&state, "tree");
	if (!tree)
		return OWN_LEDGER_NOBODY;
	here = folder_here(repo, &state);
	if (!says(&state, ID_KEY, id_of(repo_gitdir(repo), &arena)) ||
		strcmp(fs_basename(here), fs_basename(repo_gitdir(repo))) != 0)
		return OWN_LEDGER_OTHER;
	/* Of a clone that was copied, the first one has it. */
	if (strcmp(tree, repo_gitdir(repo)) != 0 &&
		says(&state, ID_KEY, id_of(tree, &arena)))
		return OWN_LEDGER_OTHER;
	return OWN_LEDGER_US;
}

int own_ledger_claim(
	struct repo *repo, const struct db_target *target, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STATE state = { .dirty = false };
	const char *id;

	if (ensure_id(repo, &arena, &id, err))
		return -1;
	load(repo, target->key, &state);
	state_set(&state, "tree", repo_gitdir(repo));
	state_set(&state, ID_KEY, id);
	state_set(&state, KEY_KEY, target->key);
	state_set(&state, "adapter", target->adapter);
	state_set(&state, "database", target->database);
	state_set(&state, "path", target->path);
	return state_save_surely(&state, err);
}

int own_ledger_forget(struct repo *repo, const char *key, struct err *err)
{
	AUTO_STATE state;

	load(repo, key, &state);
	if (unlink(state.path))
		return err_errno(err, "cannot remove '%s'", state.path);
	return 0;
}

/* What a kill left of a file that was being written has another name. */
static bool is_gone(
	struct repo *repo, const struct state *state, const char *name)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_FREE char *here = folder_here(repo, state);
	const char *tree = state_get(state, "tree");

	return tree && says(state, KEY_KEY, name) &&
	       !says(state, ID_KEY, id_of(tree, &arena)) &&
	       !says(state, ID_KEY, id_of(here, &arena));
}

static const char *copy_of(
	const struct state *state, const char *key, struct arena *arena)
{
	const char *value = state_get(state, key);

	return value ? arena_strdup(arena, value) : NULL;
}

int own_ledger_gone(struct repo *repo, struct arena *arena,
	struct own_gone_list *ret, struct err *err)
{
	AUTO_FREE char *folder = fs_join(
		repo_commondir(repo), "hookrun/" FOLDER);
	AUTO_STRVEC names = STRVEC_INIT;

	if (fs_list(folder, &names, err))
		return -1;
	strvec_sort(&names);
	*ret = (struct own_gone_list){
		arena_alloc(arena, (names.nr + 1) * sizeof(*ret->v)), 0
	};
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_STATE state;

		load(repo, names.v[i], &state);
		if (!is_gone(repo, &state, names.v[i]) ||
			!state_get(&state, "database"))
			continue;
		ret->v[ret->nr++] = (struct own_gone){
			.key = arena_strdup(arena, names.v[i]),
			.adapter = copy_of(&state, "adapter", arena),
			.database = copy_of(&state, "database", arena),
			.path = copy_of(&state, "path", arena),
			.tree = fs_basename(copy_of(&state, "tree", arena)),
		};
	}
	return 0;
}
