/*
 * The repository: where it is, what HEAD is, what commits, trees and blobs
 * hold.  Paths and HEAD are read directly; objects through libgit2, which is
 * started at the first object that is asked for.
 */
#ifndef HOOKRUN_GIT_REPO_H
#define HOOKRUN_GIT_REPO_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct repo;

#define OID_HEX_MAX 64 /* SHA-256; 40 in a SHA-1 repository */
struct oid {
	char hex[OID_HEX_MAX + 1]; /* lower case; "" is "no object" */
};

bool oid_eq(const struct oid *a, const struct oid *b);
bool oid_is_null(const struct oid *oid); /* "", or all zeroes as git's null */
/* From text as git hands it to hooks; false where it is no object id. */
bool oid_parse(const char *text, struct oid *ret);
bool oid_parse_n(const char *text, size_t len, struct oid *ret);
/* From `len` bytes as objects and the index have them, and back: how many. */
void oid_set_bytes(struct oid *oid, const unsigned char *bytes, size_t len);
size_t oid_bytes(const struct oid *oid, unsigned char bytes[OID_HEX_MAX / 2]);

/* Open the repository of the directory `start` (NULL: the current one),
 * honouring GIT_DIR and GIT_WORK_TREE as git does for hooks.  -1 with
 * "not a git repository" in the message where there is none. */
int repo_open(const char *start, struct repo **ret, struct err *err);
void repo_free(struct repo *repo); /* NULL is fine */

/* Absolute paths without trailing slash, owned by the repo. */
const char *repo_worktree(const struct repo *repo);  /* NULL in a bare one */
const char *repo_gitdir(const struct repo *repo);    /* this work tree's own */
const char *repo_commondir(const struct repo *repo); /* shared by all */
bool repo_is_linked(const struct repo *repo);	     /* a linked worktree */

/* HEAD's commit.  1, or 0 on an unborn branch, or -1. */
int repo_head(struct repo *repo, struct oid *ret, struct err *err);
/* The same, as it was read last where this process has started no other yet
 * (child_spawned()): for those who ask one after the other. */
int repo_head_again(struct repo *repo, struct oid *ret, struct err *err);

/* The checked-out branch without refs/heads/, in `arena`; NULL when detached.
 */
const char *repo_branch(struct repo *repo, struct arena *arena);

enum repo_state {
	REPO_MERGE = 1 << 0,
	REPO_REBASE = 1 << 1, /* rebase-merge or rebase-apply */
	REPO_BISECT = 1 << 2,
	REPO_CHERRY_PICK = 1 << 3,
	REPO_REVERT = 1 << 4,
};
unsigned repo_state(const struct repo *repo); /* enum repo_state bits */
unsigned repo_state_again(struct repo *repo); /* as repo_head_again() */
bool repo_is_shallow(const struct repo *repo);
bool repo_head_is_merge(struct repo *repo); /* HEAD has several parents */

/* One line of a file in the git directory, without the line break, in
 * `arena`; NULL where it is absent ("BISECT_START", "ORIG_HEAD"). */
const char *repo_state_file(
	const struct repo *repo, const char *name, struct arena *arena);

/* A revision as the user may name it, to its commit.  1, 0 unknown, -1. */
int repo_resolve(
	struct repo *repo, const char *rev, struct oid *ret, struct err *err);

bool repo_has_object(struct repo *repo, const struct oid *oid);

/* The object at `path` in the tree of `commit` ("" or "." is the tree itself; a
 * slash at the end asks for a folder): 1 and its id, 0 where there is none, -1
 * (the commit cannot be read). */
int repo_path_oid(struct repo *repo, const struct oid *commit, const char *path,
	struct oid *ret, struct err *err);

/* Entries below the folder `path` of `commit`, recursively where asked.
 * `path` in the callback is relative to that folder; a non-zero result stops
 * the walk and is returned.  A missing folder has no entries. */
struct repo_entry {
	const char *path;
	struct oid oid;
	bool is_dir; /* only without `recursive` */
	bool is_link;
};
int repo_tree_each(struct repo *repo, const struct oid *commit,
	const char *path, bool recursive,
	int (*func)(const struct repo_entry *entry, void *data), void *data,
	struct err *err);
/* The same below a tree object instead of a commit. */
int repo_tree_oid_each(struct repo *repo, const struct oid *tree,
	bool recursive, int (*func)(const struct repo_entry *entry, void *data),
	void *data, struct err *err);

/* The paths of all files, links and submodules that two commits differ in, in
 * the order of their trees; a rename is a deletion and a new file.  `from` may
 * be NULL: all that `to` has.  Appended; what cannot be read is -1. */
struct commit_diff {
	struct strvec changed; /* in `to`, and not the same in `from` */
	struct strvec deleted; /* no longer in `to` */
};
int repo_commit_diff(struct repo *repo, const struct oid *from,
	const struct oid *to, struct commit_diff *ret, struct err *err);
void commit_diff_release(struct commit_diff *diff);

int repo_blob_read(struct repo *repo, const struct oid *blob,
	struct strbuf *out, struct err *err);

/* The id that a file's bytes would have as a blob (no filters). */
int repo_hash_file(
	struct repo *repo, const char *path, struct oid *ret, struct err *err);
/* The same of bytes in memory. */
int repo_hash_bytes(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err);

/* Best common ancestor: 1, 0 none, -1. */
int repo_merge_base(struct repo *repo, const struct oid *a, const struct oid *b,
	struct oid *ret, struct err *err);

/* Every commit reachable from `tips` (newest first by date), until `func`
 * returns non-zero, which is returned. */
int repo_walk(struct repo *repo, const struct oid *tips, size_t ntips,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err);

/* The ids that HEAD's reflog names, newest first (old and new ids, each once
 * in a row); `func` as above. */
int repo_reflog_each(struct repo *repo,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err);
/* Whether what happened to HEAD last, here, was a `git commit`. */
bool repo_head_was_committed(const struct repo *repo);
/* Where the last thing that happened to HEAD was a switch to `branch`, the
 * branch that it came from, in `arena`; else NULL.  What it left may have been
 * no branch, but a commit. */
const char *repo_branch_left(
	const struct repo *repo, const char *branch, struct arena *arena);
/* Size in bytes of this work tree's HEAD reflog, and the ids added beyond
 * byte `from`.  -1 where the log is shorter than `from` (rewritten). */
int64_t repo_reflog_size(const struct repo *repo);
int repo_reflog_since(struct repo *repo, int64_t from,
	int (*func)(const struct oid *commit, void *data), void *data);

/* The commits that refs point at: branches, remote branches, tags (peeled),
 * and every entry of the stash with the commit of its untracked files. */
int repo_refs_each(struct repo *repo,
	int (*func)(const char *name, const struct oid *commit, void *data),
	void *data, struct err *err);

/* The other work trees of this repository (absolute paths), the main one
 * included, this one not. */
int repo_worktrees(struct repo *repo, struct strvec *ret, struct err *err);
/* The main one, malloc'd; NULL where the repository is bare. */
int repo_main_worktree(struct repo *repo, char **ret, struct err *err);
/* What to call a work tree before the user: "../b" where it lies beside this
 * one, else its path.  In `arena`. */
const char *repo_worktree_name(
	const struct repo *repo, const char *path, struct arena *arena);

/* The object that a ref points at: 1, 0 no such ref, -1. */
int repo_ref_read(
	struct repo *repo, const char *name, struct oid *ret, struct err *err);

#endif
