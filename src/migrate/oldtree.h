/*
 * The tree that an old migration was written in, laid out for it to run in.
 */
#ifndef MIGRATE_OLDTREE_H
#define MIGRATE_OLDTREE_H

#include "migrate/migrate.h"

struct oldtree {
	char *root;	 /* stands for the application's folder */
	struct oid from; /* the commit it has */
};

/* Lay out the tree of `commit` at `root`, which is made: db, lib and the
 * folders of `dirs` as they were, everything else the application's own.
 * Nothing is written outside `root`. */
int oldtree_make(struct migrate *m, const struct oid *commit,
	const char *const *dirs, const char *root, struct oldtree *ret,
	struct err *err);
void oldtree_release(struct oldtree *tree);

/* Put the text of `item` where it was in the tree, or else in the first of
 * the folders of `db`; `ret_path` is the caller's. */
int oldtree_put(struct migrate *m, const struct oldtree *tree,
	const struct database *db, const struct item *item, char **ret_path,
	struct err *err);

/* Write a blob to `path`, making its folders. */
int oldtree_write(struct migrate *m, const struct oid *blob, const char *path,
	struct err *err);

#endif
