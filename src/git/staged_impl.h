/*
 * The parts of the staged list: what is collected, and the two ways to it.
 */
#ifndef GIT_STAGED_IMPL_H
#define GIT_STAGED_IMPL_H

#include "hookrun/git/staged.h"

#include <time.h>

/* A list that grows; its paths are in `arena`. */
struct staged_list {
	struct arena *arena;
	struct staged_file *v; /* malloc'd; the caller's */
	size_t nr, cap;
	struct timespec index_mtime; /* of the index file; 0: unknown */
	struct oid head;	     /* HEAD's commit; "": there is none yet */
	struct oid tree;      /* that the index says it is; "": it does not */
	struct oid head_tree; /* of `head`; "": none, or not known */
};

/* ---- staged_list.c ---- */
/* A new element, zeroed but for its path and its id of `id_len` bytes. */
struct staged_file *staged_add(struct staged_list *list, const char *path,
	size_t len, const unsigned char *id, size_t id_len);
/* By the bytes of the path. */
void staged_sort(struct staged_list *list);
/* Take over an entry's stat data, and judge it. */
void staged_set_stat(const struct staged_list *list, struct staged_file *file,
	const struct staged_stat *stat);

/* ---- staged.c ---- */
/* Free what repo_staged() keeps. */
void staged_forget(struct repo *repo);

/* Name of the index file in use; malloc'd. */
char *index_path(const struct repo *repo);

/* ---- staged_cmd.c: from the git command, whatever the formats are ---- */
int staged_from_command(
	struct repo *repo, struct staged_list *list, struct err *err);

/* ---- staged_index.c: the index as it lies on the disk ---- */
struct index_file;
/* Against `list->head`: 1, or 0 where HEAD's trees or the index have what it
 * does not know; the list is worthless then. */
int staged_from_index(
	struct repo *repo, struct index_file *index, struct staged_list *list);

#endif
