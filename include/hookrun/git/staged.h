/*
 * What is staged: the index against HEAD's tree, path by path, with what the
 * index remembers of the file in the work tree.
 *
 * The index is the one that git uses: of this work tree, or GIT_INDEX_FILE
 * (`git commit -a` and `git commit FILE` hand their hooks a private one;
 * relative names count from the work tree, as they do for git).
 */
#ifndef HOOKRUN_GIT_STAGED_H
#define HOOKRUN_GIT_STAGED_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stat;

/* Letters as in `git diff --cached --raw --no-renames`, and one more. */
enum staged_status {
	STAGED_ADDED = 'A',
	STAGED_MODIFIED = 'M', /* the bytes, or only the mode's x bit */
	STAGED_DELETED = 'D',  /* also the old name of a renamed file */
	STAGED_TYPE = 'T',     /* file, link and submodule in exchange */
	STAGED_UNMERGED = 'U', /* a conflict; stages are not told apart */
	STAGED_INTENT = 'N',   /* only `git add -N`: nothing is staged of it,
				  git's own list does not have it */
};

/* The stat data of an index entry (gitformat-index(5)): the low 32 bits of
 * each value when git last saw the file equal to the entry. */
struct staged_stat {
	uint32_t ctime_sec, ctime_nsec, mtime_sec, mtime_nsec;
	uint32_t ino, uid, gid; /* the device is not kept */
	uint32_t size_bytes;
};

/* A commit may have very many of them, and each page of memory is paid for. */
struct staged_file {
	/* From the root of the work tree; any bytes.  Behind its NUL are the
	 * bytes of the id in the index, for staged_oid(). */
	const char *path;
	enum staged_status status : 8;
	bool intent_to_add; /* also with STAGED_DELETED: removed, then add -N */
	bool skip_worktree; /* sparse checkout: no file is expected */
	bool assume_valid;
	/* The entry is not older than the index file, so that its stat data
	 * proves nothing: the file may have been changed in the same tick. */
	bool racy;
	uint8_t id_len;		     /* 0: no id */
	uint16_t old_mode, new_mode; /* 0100644, ...; 0: not there */
	struct staged_stat stat; /* zeroes where there is no entry, and for U */
};

struct staged {
	struct staged_file *v; /* sorted by the bytes of the path */
	size_t nr;
	bool *unchanged; /* of each: the guard has seen that it is */
};

/* All that is staged; memory of `repo`, which keeps the list and gives it again
 * as long as the index file and HEAD are the same.  Submodules are listed (mode
 * 0160000), whatever the settings say about ignoring them; renames are a
 * deletion and an addition. */
int repo_staged(struct repo *repo, struct staged *ret, struct err *err);

/* HEAD's commit as it was when it was read last, by repo_staged() or for
 * another reason; "" where nobody has. */
void staged_head(const struct repo *repo, struct oid *ret);

/* The tree of that commit, where repo_staged() has needed it; else "". */
void staged_head_tree(const struct repo *repo, struct oid *ret);

/* The tree that the commit which git is about to make will have; "" where there
 * is none or it cannot be told.  Nearly always the index says it, git brings it
 * up to date before it runs pre-commit; git is asked where it does not (`git
 * commit FILE`), or where a job has changed it. */
void staged_tree(struct repo *repo, struct oid *ret);

/* Every path of the index once, in its order, as `git ls-files --cached` has
 * them; a non-zero result of `func` stops and is returned. */
int repo_index_each(struct repo *repo,
	int (*func)(const char *path, void *data), void *data, struct err *err);

/* The id in the index; "" where it is not there, and for U and N. */
void staged_oid(const struct staged_file *file, struct oid *ret);

/* Does lstat's `st` of the file prove that the work tree has exactly what the
 * index has?  False proves nothing: then the bytes have to be compared (an
 * entry is racy, was never refreshed, or another git wrote it). */
bool staged_is_unchanged(const struct staged_file *file, const struct stat *st);

/* Is file `nr`, or what it links to, a file in the work tree open as `root`?
 * One that the guard has just found unchanged is not looked at again. */
bool staged_is_there(const struct staged *staged, size_t nr, int root);

#endif
