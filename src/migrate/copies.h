/*
 * Which copies of a database there are, and whose it is itself: in
 * GIT_COMMON_DIR/hookrun/db/copies/KEY, the file `ledger`; where the database
 * is a file, its copies lie beside that.
 *
 * Only what stands here and is called as hookrun calls its copies is ever
 * dropped.
 */
#ifndef MIGRATE_COPIES_H
#define MIGRATE_COPIES_H

#include "hookrun/base/arena.h"
#include "hookrun/db/target.h"
#include "hookrun/git/repo.h"
#include "hookrun/steps/state.h"

#include <stdint.h>

enum copy_kind {
	COPY_BRANCH,   /* of a branch that is not checked out */
	COPY_SNAPSHOT, /* that the user has asked for */
};
const char *copy_kind_word(enum copy_kind kind);

struct copy {
	const char *name; /* at the server, or of the file; NULL: the database
			     itself */
	enum copy_kind kind;
	const char *label;  /* the branch, or what the user calls it */
	const char *branch; /* whose rows these are, or "" */
	const char *commit; /* where HEAD was then, or "" */
	int64_t made_s;	    /* since 1970; of a branch, when it was left */
	int64_t size_bytes;
	bool own;  /* it was there before hookrun made any: not ours to drop */
	bool told; /* the user was told that it is going to be dropped */
};

struct copies {
	struct state state;
	struct arena *arena;
	struct copy *v; /* in the order of the file */
	size_t nr;
	const struct copy *live; /* whose the database is now, or NULL */
	/* The clone that has written it last, and where the database was then
	 * if it is a file; or NULL. */
	const char *clone, *path;
};

/* What is remembered of the database `key`; absent or damaged: nothing. */
void copies_load(struct repo *repo, const char *key, struct arena *arena,
	struct copies *ret);
/* The same, to be changed: with what clone and database it is of. */
void copies_open(struct repo *repo, const struct db_target *target,
	struct arena *arena, struct copies *ret);
void copies_release(struct copies *copies);
#define AUTO_COPIES __attribute__((cleanup(copies_release))) struct copies

/* NULL: there is none. */
const struct copy *copies_find(
	const struct copies *copies, enum copy_kind kind, const char *label);

/* Add or replace the one of that name, or what is live; and forget one.  Both
 * are in the file after copies_save(). */
void copies_set(struct copies *copies, const struct copy *copy);
void copies_forget(struct copies *copies, const char *name);
int copies_save(struct copies *copies, struct err *err);

/* One as text, without its name, and back; -1: it is none. */
void copy_format(const struct copy *copy, struct strbuf *out);
int copy_parse(const char *text, const char *name, struct arena *arena,
	struct copy *ret);

/* The folder for copies of files, absolute, in the arena. */
const char *copies_folder(
	struct repo *repo, const char *key, struct arena *arena);

/* `text` with '_' for whatever is no letter or digit, in the arena. */
const char *copies_plain(const char *text, struct arena *arena);

/* What a copy is to be called: the same for the same label in the same clone,
 * and another one everywhere else. */
const char *copies_name(struct repo *repo, const struct db_target *target,
	enum copy_kind kind, const char *label, struct arena *arena);
/* What all of a database begin with. */
const char *copies_prefix(const struct db_target *target, struct arena *arena);
/* Is it called as those are? */
bool copies_is_named_so(const char *name);

/* Nobody else is at work on the database while the descriptor is open; -1. */
int copies_lock(
	struct repo *repo, const struct db_target *target, struct err *err);

#endif
