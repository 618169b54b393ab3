/*
 * What the files of the guard know of each other.  The design is told in
 * guard.c.
 */
#ifndef GUARD_GUARD_IMPL_H
#define GUARD_GUARD_IMPL_H

#include "hookrun/base/alloc.h"
#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/guard/guard.h"
#include "hookrun/git/repo.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define GUARD_JOURNAL_MAX (64 * 1024 * 1024) /* bytes */

/* ---- guard_glance.c: what the stat data says ---- */

struct staged;
/* Fill in `staged->unchanged`; `root` is the work tree, open. */
void guard_glance(const struct staged *staged, int root);

/* ---- guard_journal.c: what is hidden, and by what, as text ---- */

enum guard_kind {
	GUARD_NONE, /* nothing is there */
	GUARD_FILE,
	GUARD_LINK,
	GUARD_FOLDER,
	GUARD_OTHER, /* a socket, a device: never touched */
};

/* What stands, stood or shall stand at a path. */
struct guard_state {
	enum guard_kind kind;
	mode_t mode;	       /* GUARD_FILE: permission bits */
	struct oid oid;	       /* GUARD_FILE: of its bytes as they are */
	const char *target;    /* GUARD_LINK */
	uint64_t inode;	       /* GUARD_FOLDER: it moves, it is never copied */
	struct timespec mtime; /* not of GUARD_NONE */
};

struct guard_entry {
	const char *path; /* from the root of the work tree */
	struct guard_state user, shown;
	struct oid index; /* the blob that is staged; "" for untracked files */
	struct stat seen; /* of the user's file; not in the journal */
	bool exec;	  /* staged as executable; not in the journal */
	bool saved; /* by the user while it was hidden; not in the journal */
};

struct guard_journal {
	struct arena arena;   /* all that is below */
	const char *id;	      /* DATE-TIME-PID: also names the backup */
	const char *hook;     /* which one hid them */
	const char *worktree; /* where */
	const char **dirs;    /* folders made for shown files */
	size_t ndirs, cdirs;
	struct guard_entry *v;
	size_t nr, cap;
	bool has_blockers; /* folders where files are staged, or the other way
			      round; not in the journal */
};

void guard_journal_release(struct guard_journal *journal);
struct guard_entry *guard_journal_add(
	struct guard_journal *journal, const char *path);
void guard_journal_add_dir(struct guard_journal *journal, const char *dir);
void guard_journal_write(
	const struct guard_journal *journal, struct strbuf *out);
/* `ret` is to be released only where it succeeded. */
int guard_journal_parse(
	const char *text, struct guard_journal *ret, struct err *err);
/* The names in a backup: "3.user". */
void guard_item_name(struct strbuf *out, size_t nr, const char *what);

/* ---- guard_path.c: one path of the work tree ---- */

/* What is at `path`; strings from `arena`. */
int guard_look(struct repo *repo, struct arena *arena, const char *path,
	struct guard_state *ret, struct stat *ret_st, struct err *err);
/* Equal as git sees it: kind, bytes or target, the executable bit. */
bool guard_same(const struct guard_state *a, const struct guard_state *b);
/* Lead all folders of `path` there without a link?  Where not, `ret` (may be
 * NULL) is how much of `path` names the first that is none. */
bool guard_is_plain(const char *worktree, const char *path, size_t *ret_len);

/* Put `source` (NULL: nothing) where `path` is, in one step that is complete
 * or did not happen; what was there is then at `source`, or at `spare` where
 * there is no source.  `seen` is the lstat of what is expected at `path`, NULL:
 * nothing.  `beside` is a free name in the folder of `path`, used where
 * `source` is in another file system.  1: something else was there, and still
 * is. */
int guard_put(const char *source, const char *spare, const char *path,
	const char *beside, const struct stat *seen, struct err *err);
/* Finish or undo what a killed guard_put() left behind. */
void guard_put_settle(const char *source, const char *path, const char *beside);
/* A new file with these bytes, mode and time (NULL: now). */
int guard_write(const char *path, const struct strbuf *bytes, mode_t mode,
	const struct timespec *mtime, struct err *err);

struct guard {
	struct repo *repo;
	char *dir;     /* GIT_DIR/hookrun/guard */
	char *staging; /* its folder named by the id */
	char *backup;  /* the archive of the same id */
	int lock_fd;
	struct guard_journal journal;
};

/* ---- guard_place.c: where the versions of an entry lie ---- */
void guard_slot(const struct guard *guard, size_t nr, const char *suffix,
	struct strbuf *out);
void guard_beside(const struct guard *guard, size_t nr, struct strbuf *out);
void guard_target(const struct guard *guard, size_t nr, struct strbuf *out);

/* ---- guard_sync.c: to the disk ---- */
int guard_sync(const char *path); /* a file or a folder */
/* Every file of the journal that is the user's or shown; `seen` of its entries
 * is known. */
int guard_sync_files(struct guard *guard, struct err *err);

/* ---- guard_store.c: copies that outlive everything ---- */
/* The staged versions, through git's filters, into slots; entries that turn
 * out to be equal to what the user has are dropped. */
int guard_store_shown(struct guard *guard, struct err *err);
/* Remember the folders that `path` lacks. */
void guard_store_note_dirs(struct guard *guard, const char *path);
/* The journal into the staging folder, and everything into the backup; synced.
 * 1: a file was changed meanwhile. */
int guard_store_backup(struct guard *guard, struct err *err);

/* ---- guard_scan.c ---- */
/* Add what may have to be hidden; costs no more than the lstat of what is
 * staged where nothing is. */
int guard_scan(struct repo *repo, const struct guard_opts *opts,
	struct guard_journal *journal, struct err *err);

/* ---- guard_merge.c ---- */
enum guard_merge {
	MERGE_FAILED,	/* and the error says why */
	MERGE_NOT_TEXT, /* nobody can merge it: no result */
	MERGE_CLEAN,
	MERGE_PART, /* where both changed the same lines the user's are taken */
};
/* Three texts in files; the result in `out`. */
enum guard_merge guard_merge_text(struct repo *repo, const char *user,
	const char *base, const char *jobs, struct strbuf *out,
	struct err *err);

/* ---- guard_lines.c ---- */
/* Has `now` lines of the user's version that the shown one has not? */
bool guard_lines_hidden(const struct strbuf *user, const struct strbuf *shown,
	const struct strbuf *now);

/* ---- guard_restore.c ---- */
/* All entries back.  `alive`: by the process that hid them.  The number of
 * files that could not be decided in `ret_open`. */
int guard_restore(struct guard *guard, bool alive, struct strbuf *notes,
	size_t *ret_open, struct err *err);

/* ---- guard.c ---- */
/* The lock of this work tree: 1 it is ours, and a journal that was there has
 * been dealt with; 0 a living process has it; -1. */
int guard_begin(struct repo *repo, struct guard **ret, struct strbuf *notes,
	struct err *err);
/* A new id, its folder, the name of its backup. */
int guard_name(struct guard *guard, const char *hook, struct err *err);
/* Journal, then files; undone where it fails. */
int guard_hide(struct guard *guard, struct strbuf *notes, struct err *err);
/* All is done: no journal any more. */
int guard_forget(struct guard *guard, struct err *err);
void guard_end(struct guard *guard); /* unlock and free */

/* ---- guard_backup.c: archives that outlive everything ---- */

/* Of the id, for this work tree; malloc'd. */
char *backup_path(const struct repo *repo, const char *id);
/* All versions of all entries, and the text of the journal; synced.  1: one is
 * not the version that the journal names. */
int backup_write(
	struct guard *guard, const struct strbuf *journal, struct err *err);
/* One more version of an entry, the bytes of the file `path`. */
int backup_add(struct guard *guard, size_t nr, const char *what,
	const char *path, struct err *err);
/* A version ("user", "shown") of entry `nr`, which is `state`, into a new file
 * `path`, from the archive `backup`. */
int backup_extract(struct guard *guard, const char *backup, size_t nr,
	const char *what, const struct guard_state *state, const char *path,
	struct err *err);
/* It shall stay until the user drops it. */
int backup_keep(struct guard *guard, struct err *err);
/* The archive of an id as the user gives it, kept or not; malloc'd. */
int backup_find(struct repo *repo, const char *id, char **ret, struct err *err);
/* The journal in an archive; `ret` is to be released where it succeeded. */
int backup_journal(
	const char *path, struct guard_journal *ret, struct err *err);

#endif
