/*
 * The staged list by our own comparison of the index with HEAD's trees.
 *
 * Both are sorted the same way (a folder sorts as its name and a slash), so
 * they are gone through side by side, folder by folder.  A folder whose tree
 * the cache-tree extension knows, and which is HEAD's tree too, is passed over
 * with all that is below it: of a repository with 300,000 files and one change
 * only the trees on the way to that change are read.  Git brings the extension
 * up to date before it runs pre-commit, so that is how it usually is.
 *
 * The results are those of git's diff-lib.c; tests/unit/staged_random.c
 * compares the two on random states.
 */
#include "git/staged_impl.h"

#include "hookrun/base/alloc.h"

#include "git/index.h"
#include "hookrun/git/mode.h"
#include "git/repo_impl.h"
#include "git/tree_reader.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Stat data within an entry, in numbers of 32 bits; the mode comes between. */
enum { CTIME, CTIME_NS, MTIME, MTIME_NS, DEV, INO, MODE, UID, GID, SIZE };

struct comparison {
	struct repo *repo;
	struct staged_list *list;
	struct index_cursor cursor;
	struct index_entry entry; /* the next one, where `more` */
	bool more;
	struct cache_tree cached;
	struct strbuf dir; /* where we are: "" or with a slash at the end */
};

static void advance(struct comparison *cmp)
{
	cmp->more = index_next(&cmp->cursor, &cmp->entry);
}

/* ---- results ---- */

static void take_stat(const struct staged_list *list, struct staged_file *file,
	const unsigned char *bytes)
{
#define NUMBER(nr) index_be32(bytes + 4 * (nr))
	struct staged_stat stat = {
		.ctime_sec = NUMBER(CTIME),
		.ctime_nsec = NUMBER(CTIME_NS),
		.mtime_sec = NUMBER(MTIME),
		.mtime_nsec = NUMBER(MTIME_NS),
		.ino = NUMBER(INO),
		.uid = NUMBER(UID),
		.gid = NUMBER(GID),
		.size_bytes = NUMBER(SIZE),
	};
#undef NUMBER

	staged_set_stat(list, file, &stat);
}

static struct staged_file *add_entry(
	struct comparison *cmp, enum staged_status status)
{
	const struct index_entry *entry = &cmp->entry;
	bool has_id = status != STAGED_UNMERGED && status != STAGED_INTENT &&
		      status != STAGED_DELETED;
	struct staged_file *file = staged_add(cmp->list, entry->name,
		entry->len, entry->oid, has_id ? INDEX_OID_SIZE : 0);

	file->status = status;
	if (status == STAGED_UNMERGED)
		return file;
	file->intent_to_add = entry->flags & INDEX_INTENT_TO_ADD;
	file->skip_worktree = entry->flags & INDEX_SKIP_WORKTREE;
	file->assume_valid = entry->flags & INDEX_ASSUME_VALID;
	take_stat(cmp->list, file, entry->stat);
	if (status != STAGED_DELETED)
		file->new_mode = (uint16_t)entry->mode;
	return file;
}

/* The current entry of the index, which the tree has as well, or (NULL) has
 * not; to the next one behind it. */
static int take_entry(struct comparison *cmp, const struct tree_reader *tree)
{
	const struct index_entry *entry = &cmp->entry;
	uint32_t kind = entry->mode & MODE_KIND;
	struct staged_file *file = NULL;

	/* a folder: a sparse index, which should have said so */
	if (kind != MODE_FILE && kind != MODE_LINK && kind != MODE_SUBMODULE)
		return -1;
	if (entry->flags & INDEX_STAGE)
		file = add_entry(cmp, STAGED_UNMERGED);
	else if (entry->flags & INDEX_INTENT_TO_ADD)
		file = add_entry(cmp, tree ? STAGED_DELETED : STAGED_INTENT);
	else if (!tree)
		file = add_entry(cmp, STAGED_ADDED);
	else if ((entry->mode & MODE_KIND) != (tree->mode & MODE_KIND))
		file = add_entry(cmp, STAGED_TYPE);
	else if (entry->mode != tree->mode ||
		 memcmp(entry->oid, tree->oid, INDEX_OID_SIZE))
		file = add_entry(cmp, STAGED_MODIFIED);
	if (file && tree)
		file->old_mode = (uint16_t)tree->mode;
	do
		advance(cmp);
	while (cmp->more && file && file->status == STAGED_UNMERGED &&
		cmp->entry.len == strlen(file->path) &&
		!memcmp(cmp->entry.name, file->path, cmp->entry.len));
	return 0;
}

/* ---- side by side ---- */

/* All that the tree has at its current entry is gone. */
static int take_deleted(
	struct comparison *cmp, const struct tree_reader *tree, int depth)
{
	size_t start = cmp->dir.len;
	struct tree_reader below;
	struct oid oid;
	int failed = depth > TREE_DEPTH_MAX ? -1 : 0;

	strbuf_add(&cmp->dir, tree->name, tree->len);
	if (tree->mode != MODE_FOLDER) {
		struct staged_file *file = staged_add(
			cmp->list, cmp->dir.buf, cmp->dir.len, NULL, 0);

		file->status = STAGED_DELETED;
		file->old_mode = (uint16_t)tree->mode;
	} else if (!failed) {
		strbuf_addch(&cmp->dir, '/');
		oid_set_bytes(&oid, tree->oid, TREE_OID_SIZE);
		failed = tree_reader_open(cmp->repo, &below, &oid);
		while (!failed && below.mode) {
			failed = take_deleted(cmp, &below, depth + 1);
			if (!failed)
				failed = tree_reader_next(&below);
		}
		tree_reader_release(&below);
	}
	strbuf_setlen(&cmp->dir, start);
	return failed;
}

static bool is_below(const struct comparison *cmp)
{
	return cmp->more && cmp->entry.len > cmp->dir.len &&
	       !memcmp(cmp->entry.name, cmp->dir.buf, cmp->dir.len);
}

/* The order of the index's next name in this folder (`*ret_len` bytes, a
 * folder if `*ret_folder`) and the tree's; 0 only where both are of a kind. */
static int order(const struct comparison *cmp, const struct tree_reader *tree,
	size_t *ret_len, bool *ret_folder)
{
	const char *name = cmp->entry.name + cmp->dir.len;
	size_t left = cmp->entry.len - cmp->dir.len, len, common;
	const char *slash = memchr(name, '/', left);
	int ours, theirs, result;

	*ret_folder = slash != NULL;
	*ret_len = len = slash ? (size_t)(slash - name) : left;
	common = len < tree->len ? len : tree->len;
	result = memcmp(name, tree->name, common);
	if (result)
		return result;
	ours = len > common ? (unsigned char)name[common] : slash ? '/' : 0;
	theirs = tree->len > common	     ? (unsigned char)tree->name[common]
		 : tree->mode == MODE_FOLDER ? '/'
					     : 0;
	return ours - theirs;
}

static int compare_folder(struct comparison *cmp, const struct oid *oid,
	const struct cache_node *node, int depth);

struct folder {
	struct tree_reader tree;
	struct cache_node *children; /* what the cache knows of those in it */
	size_t nr_children;
	int depth;
};

/* Pass over the entries of the folder cmp->dir, so many as the cache says.  -1
 * where that cannot be. */
static int pass_over(struct comparison *cmp, const struct cache_node *node)
{
	uint32_t current = cmp->cursor.pos - 1;
	uint32_t last = current + (uint32_t)node->entries - 1;
	bool inside;

	if (node->entries <= 0 || last >= cmp->cursor.index->nr)
		return -1;
	if (last > current) {
		index_seek(&cmp->cursor, last);
		advance(cmp);
	}
	inside = is_below(cmp);
	advance(cmp);
	return inside && !is_below(cmp) ? 0 : -1;
}

/* Both have the folder that is next.  Pass over it, or go down. */
static int take_folder(
	struct comparison *cmp, const struct folder *folder, size_t len)
{
	const struct tree_reader *tree = &folder->tree;
	const struct cache_node *child = cache_tree_find(
		folder->children, folder->nr_children, tree->name, len);
	size_t start = cmp->dir.len;
	struct oid oid;
	int failed;

	strbuf_add(&cmp->dir, tree->name, len);
	strbuf_addch(&cmp->dir, '/');
	if (child && child->oid &&
		!memcmp(child->oid, tree->oid, INDEX_OID_SIZE)) {
		failed = pass_over(cmp, child);
	} else {
		oid_set_bytes(&oid, tree->oid, TREE_OID_SIZE);
		failed = compare_folder(cmp, &oid, child, folder->depth + 1);
	}
	strbuf_setlen(&cmp->dir, start);
	return failed;
}

static int compare_step(struct comparison *cmp, struct folder *folder)
{
	struct tree_reader *tree = &folder->tree;
	bool is_folder = false;
	size_t len = 0;
	int which;

	if (!is_below(cmp))
		which = 1;
	else if (!tree->mode)
		which = -1;
	else
		which = order(cmp, tree, &len, &is_folder);
	if (which < 0)
		return take_entry(cmp, NULL);
	if (which > 0	    ? take_deleted(cmp, tree, folder->depth)
		: is_folder ? take_folder(cmp, folder, len)
			    : take_entry(cmp, tree))
		return -1;
	return tree_reader_next(tree);
}

/* The folder cmp->dir, which is the tree `oid` in HEAD (NULL: an empty one)
 * and perhaps `node` in the cache. */
static int compare_folder(struct comparison *cmp, const struct oid *oid,
	const struct cache_node *node, int depth)
{
	struct folder folder = { .depth = depth };
	int failed = depth > TREE_DEPTH_MAX ||
		     tree_reader_open(cmp->repo, &folder.tree, oid);

	if (failed) {
		tree_reader_release(&folder.tree);
		return -1;
	}
	folder.children = cache_tree_children(
		&cmp->cached, node, &folder.nr_children);
	while (!failed && (folder.tree.mode || is_below(cmp)))
		failed = compare_step(cmp, &folder);
	free(folder.children);
	tree_reader_release(&folder.tree);
	return failed ? -1 : 0;
}

/* Nothing is staged where the tree of the whole index is HEAD's. */
static bool is_whole(const struct comparison *cmp, const struct oid *tree)
{
	struct oid whole;

	if (!cmp->cached.data || !cmp->cached.root.oid)
		return false;
	oid_set_bytes(&whole, cmp->cached.root.oid, INDEX_OID_SIZE);
	return oid_eq(&whole, tree);
}

int staged_from_index(
	struct repo *repo, struct index_file *index, struct staged_list *list)
{
	struct comparison cmp = {
		.repo = repo, .list = list, .dir = STRBUF_INIT
	};
	bool born = *list->head.hex;
	struct oid tree;
	int failed = 0;

	if (born && tree_of_commit(repo, &list->head, &tree))
		return 0;
	if (born)
		list->head_tree = tree;
	cache_tree_read(&cmp.cached, index);
	if (cmp.cached.data && cmp.cached.root.oid)
		oid_set_bytes(&list->tree, cmp.cached.root.oid, INDEX_OID_SIZE);
	index_first(&cmp.cursor, index);
	if (!born || !is_whole(&cmp, &tree)) {
		advance(&cmp);
		failed = compare_folder(&cmp, born ? &tree : NULL,
			cmp.cached.data ? &cmp.cached.root : NULL, 0);
	}
	index_cursor_release(&cmp.cursor);
	cache_tree_release(&cmp.cached);
	strbuf_release(&cmp.dir);
	return failed || index->broken ? 0 : 1;
}
