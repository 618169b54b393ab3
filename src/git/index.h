/*
 * The index file (gitformat-index(5)), read where it lies: versions 2 to 4 of
 * SHA-1 repositories.  Nothing here fails loudly: what is damaged, and what
 * is of a kind that is not known, is for the git command, which has the words
 * for it.
 */
#ifndef GIT_INDEX_H
#define GIT_INDEX_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define INDEX_OID_SIZE 20 /* bytes of an id in a SHA-1 repository */

struct index_mark;
struct index_file {
	int fd;		       /* -1: there is no file, and no entry */
	size_t len;	       /* bytes of entries and extensions */
	unsigned char *window; /* `have` bytes of the file, from `start` */
	size_t room;	       /* what is malloc'd of it */
	size_t start, have;
	bool broken;		  /* it could not be read to its end */
	uint32_t version;	  /* 2, 3 or 4 */
	uint32_t nr;		  /* entries */
	struct index_mark *marks; /* where each 512th entry is */
	size_t tree, tree_len;	  /* where the TREE extension is; 0, 0: none */
	struct timespec mtime;	  /* of the file; 0 where there is none */
};

/* Take the index in a file; a missing one is empty, as for git.  False: not for
 * us. */
bool index_open(struct index_file *ret, const char *path);
void index_close(struct index_file *index);

/* `len` bytes at `offset`, malloc'd; NULL where they cannot be read. */
unsigned char *index_read(struct index_file *index, size_t offset, size_t len);

#define INDEX_ASSUME_VALID 0x8000U
#define INDEX_EXTENDED 0x4000U
#define INDEX_STAGE 0x3000U
#define INDEX_NAME_MASK 0x0fffU
#define INDEX_SKIP_WORKTREE (0x4000U << 16) /* the second word of flags */
#define INDEX_INTENT_TO_ADD (0x2000U << 16)

struct index_entry {
	const unsigned char *stat; /* nine numbers with the mode among them */
	const unsigned char *oid;
	const char *name; /* until the next entry; not NUL-terminated */
	size_t len;
	uint32_t mode;
	uint32_t flags;
};

/* One number of the file, most significant byte first. */
static inline uint32_t index_be32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Going through the entries; one cursor at a time. */
struct index_cursor {
	struct index_file *index;
	uint32_t pos;	    /* number of the next entry */
	size_t offset;	    /* of the next entry */
	struct strbuf name; /* of the last one, in version 4 */
};
void index_first(struct index_cursor *cursor, struct index_file *index);
void index_cursor_release(struct index_cursor *cursor);
/* The next entry; false at the end, which is too early where the index is
 * `broken` then. */
bool index_next(struct index_cursor *cursor, struct index_entry *ret);
/* So that entry number `pos`, not before the next one, is the next one. */
void index_seek(struct index_cursor *cursor, uint32_t pos);

/* ---- cache_tree.c: what the index knows of trees (TREE extension) ---- */

struct cache_node {
	const char *name; /* one folder's; not NUL-terminated */
	size_t len;
	int32_t entries;	    /* in the index below; -1: not valid */
	int32_t subtrees;	    /* folders directly in it */
	const unsigned char *oid;   /* of the tree; NULL: not valid */
	const unsigned char *below; /* where its subtrees begin */
};
struct cache_tree {
	unsigned char *data; /* malloc'd; NULL: there is none */
	const unsigned char *end;
	struct cache_node root;
};

/* Nothing, where the index has none or it makes no sense. */
void cache_tree_read(struct cache_tree *ret, struct index_file *index);
void cache_tree_release(struct cache_tree *tree);

/* The folders directly in `node` (may be NULL), malloc'd; NULL: none. */
struct cache_node *cache_tree_children(const struct cache_tree *tree,
	const struct cache_node *node, size_t *ret_nr);
/* One of them by its name; NULL: not among them. */
const struct cache_node *cache_tree_find(const struct cache_node *children,
	size_t nr, const char *name, size_t len);

#endif
