/*
 * What git says of files in the work tree.  repo_status() is for the few who
 * must know about all of it: it looks at every tracked file and every folder.
 */
#ifndef HOOKRUN_GIT_WORKTREE_STATUS_H
#define HOOKRUN_GIT_WORKTREE_STATUS_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

#include <stddef.h>

/* Letters of git-status(1), ' ' for none; "??" is an untracked file. */
struct status_entry {
	const char *path; /* from the root of the work tree */
	char index, worktree;
};

struct worktree_status {
	struct status_entry *v; /* sorted by the bytes of the path */
	size_t nr;
};

/* Every file that differs between HEAD, index and work tree, and every
 * untracked one that is not ignored; no renames.  Memory from `arena`. */
int repo_status(struct repo *repo, struct arena *arena,
	struct worktree_status *ret, struct err *err);

/* NULL where `path` is not listed. */
const struct status_entry *status_find(
	const struct worktree_status *status, const char *path);

/* Push those of `paths` that are in the index to `ret`, sorted. */
int repo_tracked(struct repo *repo, const struct strvec *paths,
	struct strvec *ret, struct err *err);

/* `git diff` of `paths` appended to `out`: the work tree against the index. */
int repo_diff(struct repo *repo, const struct strvec *paths, bool colour,
	struct strbuf *out, struct err *err);

#endif
