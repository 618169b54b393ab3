/*
 * The environment of what is the user's: jobs, `files` commands, conditions.
 *
 * Git's variables are taken away from them (proc/env.c), with three exceptions,
 * where a job's git would otherwise not see what the hook is about: a commit
 * that has an index of its own, a repository that cannot be found from its work
 * tree (dotfiles in a bare repository, core.worktree), and the quarantine in
 * which a server keeps a push until its hooks have passed.
 */
#include "hookrun/git/job_env.h"

#include "git/repo_impl.h"
#include "hookrun/base/alloc.h"
#include "hookrun/git/index_file.h"
#include "hookrun/proc/env.h"

#include <stdlib.h>
#include <string.h>

/* Would git in the work tree's top folder come to this repository by itself? */
static bool is_found_from_worktree(const struct repo *repo)
{
	AUTO_FREE char *found = NULL;
	struct err err;

	if (!repo->named || !repo->worktree)
		return true;
	return gitdir_of(repo->worktree, &found, &err) == 1 &&
	       !strcmp(found, repo->gitdir);
}

static void keep_quarantine(struct strvec *kept)
{
	static const char *const names[] = { "GIT_OBJECT_DIRECTORY",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES" };

	if (!getenv("GIT_QUARANTINE_PATH"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (getenv(names[i]))
			env_set(kept, names[i], getenv(names[i]));
}

static struct strvec *find_kept(struct repo *repo)
{
	struct strvec *kept = xcalloc(1, sizeof(*kept));
	AUTO_FREE char *index = index_private(repo);

	if (index)
		env_set(kept, "GIT_INDEX_FILE", index);
	if (!is_found_from_worktree(repo)) {
		env_set(kept, "GIT_DIR", repo->gitdir);
		env_set(kept, "GIT_WORK_TREE", repo->worktree);
		if (getenv("GIT_COMMON_DIR"))
			env_set(kept, "GIT_COMMON_DIR", repo->commondir);
	}
	keep_quarantine(kept);
	return kept;
}

void job_env_fill(struct repo *repo, struct strvec *env)
{
	env_clean(env);
	if (!repo->job_env)
		repo->job_env = find_kept(repo);
	for (size_t i = 0; i < repo->job_env->nr; i++)
		strvec_borrow(env, repo->job_env->v[i]);
}
