/*
 * The TREE extension: for each folder whose entries are as they were when a
 * tree was last made of them, the id of that tree and the number of entries.
 * When the id is also what HEAD has, nothing below can be staged.  It is a
 * cache: whatever looks wrong is thrown away as a whole, and then every entry
 * is compared, which is slower and right.
 */
#include "git/index.h"

#include "hookrun/base/alloc.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_TREE_MAX ((size_t)256 << 20) /* bytes */

/* Digits, perhaps after a minus, up to the byte `stop`. */
static bool number(const unsigned char **pos, const unsigned char *end,
	char stop, int32_t *ret)
{
	bool negative = *pos < end && **pos == '-';
	int64_t value = 0;

	for (*pos += negative; *pos < end; (*pos)++) {
		if (**pos == stop) {
			(*pos)++;
			*ret = (int32_t)(negative ? -value : value);
			return true;
		}
		if (**pos < '0' || **pos > '9')
			return false;
		value = value * 10 + (**pos - '0');
		if (value > INT32_MAX)
			return false;
	}
	return false;
}

/* "NAME" NUL "ENTRIES SUBTREES" LF, and the id of a valid one. */
static bool read_node(const unsigned char **pos, const unsigned char *end,
	struct cache_node *ret)
{
	const unsigned char *nul =
		*pos < end ? memchr(*pos, '\0', (size_t)(end - *pos)) : NULL;

	*ret = (struct cache_node){ .name = (const char *)*pos };
	if (!nul || nul - *pos > PATH_MAX)
		return false;
	ret->len = (size_t)(nul - *pos);
	*pos = nul + 1;
	if (!number(pos, end, ' ', &ret->entries) ||
		!number(pos, end, '\n', &ret->subtrees) || ret->subtrees < 0)
		return false;
	if (ret->entries >= 0) {
		if (end - *pos < INDEX_OID_SIZE)
			return false;
		ret->oid = *pos;
		*pos += INDEX_OID_SIZE;
	}
	ret->below = *pos;
	return true;
}

/* To behind the node at `*pos` and all below it. */
static bool skip_below(const unsigned char **pos, const unsigned char *end,
	const struct cache_node *node)
{
	int64_t open = node->subtrees;

	while (open--) {
		struct cache_node next;

		if (!read_node(pos, end, &next))
			return false;
		open += next.subtrees;
	}
	return true;
}

void cache_tree_read(struct cache_tree *ret, struct index_file *index)
{
	const unsigned char *pos;

	*ret = (struct cache_tree){ 0 };
	if (!index->tree_len || index->tree_len > CACHE_TREE_MAX)
		return;
	ret->data = index_read(index, index->tree, index->tree_len);
	if (!ret->data)
		return;
	pos = ret->data;
	ret->end = ret->data + index->tree_len;
	if (read_node(&pos, ret->end, &ret->root) && !ret->root.len &&
		(!ret->root.oid || (uint32_t)ret->root.entries == index->nr) &&
		skip_below(&pos, ret->end, &ret->root) && pos == ret->end)
		return;
	cache_tree_release(ret);
}

void cache_tree_release(struct cache_tree *tree)
{
	free(tree->data);
	*tree = (struct cache_tree){ 0 };
}

struct cache_node *cache_tree_children(const struct cache_tree *tree,
	const struct cache_node *node, size_t *ret_nr)
{
	const unsigned char *pos = node ? node->below : NULL;
	struct cache_node *children = NULL, child;
	size_t nr = 0, cap = 0;

	for (int32_t i = 0; node && i < node->subtrees; i++) {
		if (!read_node(&pos, tree->end, &child))
			break;
		xgrow(&children, &cap, nr + 1, sizeof(*children));
		children[nr++] = child;
		if (!skip_below(&pos, tree->end, &child))
			break;
	}
	*ret_nr = nr;
	return children;
}

/* Git keeps them sorted by length first (cache-tree.c).  Where another program
 * did not, some are not found, and their folders are compared. */
static int by_name(const void *left, const void *right)
{
	const struct cache_node *a = left, *b = right;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->name, b->name, a->len);
}

const struct cache_node *cache_tree_find(const struct cache_node *children,
	size_t nr, const char *name, size_t len)
{
	const struct cache_node key = { .name = name, .len = len };

	return nr ? bsearch(&key, children, nr, sizeof(key), by_name) : NULL;
}
