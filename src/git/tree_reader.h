/*
 * Going through one tree object: "MODE NAME" NUL ID, and again.
 */
#ifndef GIT_TREE_READER_H
#define GIT_TREE_READER_H

#include "git/repo_impl.h"
#include "hookrun/base/strbuf.h"

#include <stdint.h>

#define TREE_OID_SIZE 20

struct tree_reader {
	struct strbuf data;
	const char *pos, *end;
	uint32_t mode; /* of the current entry; 0: no more */
	const char *name;
	size_t len;
	const unsigned char *oid;
};

/* At the first entry; `oid` NULL is an empty tree.  -1 where it cannot be read
 * here or is damaged; to be released in either case. */
int tree_reader_open(
	struct repo *repo, struct tree_reader *tree, const struct oid *oid);
int tree_reader_next(struct tree_reader *tree); /* -1 where it is damaged */
void tree_reader_release(struct tree_reader *tree);
#define AUTO_TREE_READER                                                       \
	__attribute__((cleanup(tree_reader_release))) struct tree_reader

/* The id of a commit's tree; -1 where it cannot be read here. */
int tree_of_commit(
	struct repo *repo, const struct oid *commit, struct oid *ret);

#endif
