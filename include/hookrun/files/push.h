/*
 * What a push sends, from the lines that git writes to pre-push:
 *
 *	<local ref> <local id> <remote ref> <remote id>
 *
 * (githooks(5)).  A deleted ref has "(delete)" and a null id on the left, a new
 * one a null id on the right.
 */
#ifndef HOOKRUN_FILES_PUSH_H
#define HOOKRUN_FILES_PUSH_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stddef.h>

/* One line of git's. */
struct push_ref {
	const char *local, *remote; /* the local one may be any revision */
	struct oid to, from;	    /* what the ref will be, what it is */
};

struct push_refs {
	struct push_ref *v;
	size_t nr;
};

/* Read all lines, into the arena.  -1 where one is none of git's. */
int push_refs_read(struct arena *arena, const char *text, size_t len,
	struct push_refs *ret, struct err *err);

/* What is known of a push besides the repository. */
struct push_opts {
	bool by_hand; /* not called by git: HEAD is what would be pushed */
	struct push_refs refs; /* else; borrowed */
	const char *remote; /* git's first argument, a name or URL; or NULL */
	const char *base;   /* what new branches are compared with; or NULL */
};

struct push_files {
	struct commit_diff diff; /* names may repeat and need not exist */
	struct strvec elsewhere; /* pushed refs whose files are not those of
				    HEAD, each once */
};

/* Every pushed ref is compared with the merge base that it has with the remote
 * side, a new one with that of `base` (the remote's default branch where
 * NULL), and where nothing is in common all of its files count.  Deleted and
 * unchanged refs and what is no commit have none.  -1 where that cannot be
 * told. */
int push_files(struct repo *repo, const struct push_opts *opts,
	struct push_files *ret, struct err *err);
void push_files_release(struct push_files *files);

#endif
