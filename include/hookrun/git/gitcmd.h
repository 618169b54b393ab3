/*
 * The git command, for what is not read directly.  LEFTHOOK=0 and HOOKRUN=0
 * are set, so that hooks of these commands do nothing.
 */
#ifndef HOOKRUN_GIT_GITCMD_H
#define HOOKRUN_GIT_GITCMD_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* The words after `git`, where their number is known; else strvec_words(). */
#define GIT_ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* `git ARGS...` into the empty `argv`, for who has an environment of its own or
 * no repository yet. */
void git_argv(struct strvec *argv, const char *const *args);

/* `git ARGS...` (NULL-terminated) in the work tree, on this repository's git
 * directory and index (GIT_INDEX_FILE of a running commit is kept).  Its output
 * is appended to `out` (may be NULL).  -1 where git could not be run and,
 * unless `ret_status` gets the exit status, where that is not 0: its stderr is
 * in `err` then. */
int gitcmd(struct repo *repo, const char *const *args, int *ret_status,
	struct strbuf *out, struct err *err);

/* As gitcmd(), a non-zero status is -1, and the NUL-separated output is pushed
 * to `ret`. */
int gitcmd_list(struct repo *repo, const char *const *args, struct strvec *ret,
	struct err *err);

/* As gitcmd(), with bytes for git's stdin. */
int gitcmd_in(struct repo *repo, const char *const *args, const void *in,
	size_t in_len, int *ret_status, struct strbuf *out, struct err *err);
/* The same on another index file (absolute); NULL: as always. */
int gitcmd_on_index(struct repo *repo, const char *index,
	const char *const *args, const void *in, size_t in_len, int *ret_status,
	struct strbuf *out, struct err *err);
/* Its stdout goes to the file `fd`; a status that is not 0 is -1. */
int gitcmd_to(
	struct repo *repo, const char *const *args, int fd, struct err *err);

#endif
