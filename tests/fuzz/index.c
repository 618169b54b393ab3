/*
 * An index comes from whatever wrote it last, or from a disk that lost half of
 * it: the reader must survive every file, and give each entry once, whether it
 * goes through them or jumps.
 */
#include "hookrun/base/alloc.h"

#include "git/index.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_tree(
	const struct cache_tree *tree, const struct cache_node *node, int depth)
{
	size_t nr;
	struct cache_node *children = cache_tree_children(tree, node, &nr);

	for (size_t i = 0; i < nr && i < 64; i++) {
		cache_tree_find(
			children, nr, children[i].name, children[i].len);
		if (depth < 4)
			walk_tree(tree, &children[i], depth + 1);
	}
	free(children);
}

/* The entry after a jump is the one that is found step by step. */
static void jump(
	struct index_file *index, uint32_t to, const char *name, size_t len)
{
	struct index_cursor cursor;
	struct index_entry entry;

	index_first(&cursor, index);
	index_seek(&cursor, to);
	if (!index_next(&cursor, &entry) || entry.len != len ||
		memcmp(entry.name, name, len) != 0)
		abort();
	index_cursor_release(&cursor);
}

static void walk_entries(struct index_file *index)
{
	struct index_cursor cursor;
	struct index_entry entry;
	uint32_t nr = 0;

	index_first(&cursor, index);
	for (; index_next(&cursor, &entry); nr++) {
		AUTO_FREE char *name = xstrndup(entry.name, entry.len);

		if (!entry.len || entry.oid[INDEX_OID_SIZE - 1] + 1U > 256)
			abort();
		if (nr % 251 == 0)
			jump(index, nr, entry.name, entry.len);
	}
	if (nr != index->nr || index->broken)
		abort();
	index_cursor_release(&cursor);
}

/* The bytes as a file: the name that opens it. */
static const char *as_file(const uint8_t *data, size_t size)
{
	static char path[32];
	static int fd;

	if (!fd) {
		fd = memfd_create("index", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) ||
		pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct index_file index;
	struct cache_tree tree;

	if (!index_open(&index, as_file(data, size)))
		return 0;
	walk_entries(&index);
	cache_tree_read(&tree, &index);
	if (tree.data)
		walk_tree(&tree, &tree.root, 0);
	cache_tree_release(&tree);
	index_close(&index);
	return 0;
}
