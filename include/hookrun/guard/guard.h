/*
 * The guard: partly staged files are shown to jobs as they are staged, and
 * what the user has beyond that comes back afterwards, whatever happens in
 * between.
 */
#ifndef HOOKRUN_GUARD_GUARD_H
#define HOOKRUN_GUARD_GUARD_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct guard;

struct guard_opts {
	const char *hook; /* for the journal */
	bool staged;	  /* hide what is not staged of staged files */
	bool tracked;	  /* and of files that are not staged at all */
	bool untracked;	  /* hide untracked files that are not ignored */
};

/* Hide.  `ret` is NULL where there was nothing to hide, or where another
 * hookrun of this work tree hides files at this moment.  On failure all files
 * are as they were.  What the user must know of either (what stays visible,
 * another error on the way back) are lines in `notes`. */
int guard_enter(struct repo *repo, const struct guard_opts *opts,
	struct guard **ret, struct strbuf *notes, struct err *err);

/* Has a hidden file been saved by the user meanwhile, that is, does it have
 * lines now which only the hidden version has: 1, 0, -1.  Where it has, nothing
 * of it is given up for the hidden one on the way back.  `path` is relative to
 * the work tree; one that is not hidden is 0, as is `guard` NULL. */
int guard_was_saved(struct guard *guard, const char *path, struct err *err);

/* Put back, and free.  NULL is fine.  What the user must know are lines in
 * `notes`.  -1: not everything is back; nothing was deleted, and the message
 * says how to go on. */
int guard_leave(struct guard *guard, struct strbuf *notes, struct err *err);

/* Look for files that a dead hookrun left hidden in this work tree, and put
 * them back: 1 and lines in `notes`, 0 where there is nothing (one stat), -1.
 */
int guard_recover(struct repo *repo, struct strbuf *notes, struct err *err);

/* ---- backups: what was hidden once, kept as archives ---- */

#define BACKUPS_MAX 20
#define BACKUP_DAYS 14

struct backup {
	const char *id;
	time_t at;
	const char *hook;
	bool kept; /* could not be put back: only the user drops it */
	const char *const *files;
	size_t nr;
};

/* Of this work tree, newest first; the callback's non-zero result ends it. */
int backups_each(struct repo *repo,
	int (*func)(const struct backup *backup, void *data), void *data,
	struct err *err);
/* Put the user's files of a backup into the work tree.  What is there instead
 * becomes a backup itself, whose id is appended to `ret_undo`; that stays
 * empty where nothing had to be changed. */
int backup_restore(struct repo *repo, const char *id, struct strbuf *ret_undo,
	struct strbuf *notes, struct err *err);
int backup_drop(struct repo *repo, const char *id, struct err *err);
/* Drop what is too old or too many. */
void backups_prune(struct repo *repo);
/* Make archives of the refs in which versions up to 0.1 kept backups. */
void backups_take_over(struct repo *repo);

#endif
