/*
 * From a commit to what a path names in it: a tree for each folder on the way
 * and nothing else, read by tree_reader.c, so that the usual question ("which
 * lock file does HEAD have?") does not start libgit2 where git has just written
 * those trees.  What cannot be read here the git command is asked for.
 */
#include "git/tree_reader.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/mode.h"

#include <string.h>

/* `path` as git's trees have it: no "./" in front, no slash at the end. */
static char *tree_path(const char *path)
{
	size_t len;

	while (path[0] == '/' || (path[0] == '.' && path[1] == '/'))
		path++;
	if (!strcmp(path, "."))
		path++;
	for (len = strlen(path); len && path[len - 1] == '/'; len--)
		;
	return xstrndup(path, len);
}

/* One name of `len` bytes in the tree `oid`, which becomes that entry's: 1, 0
 * where there is no such entry, or no folder though `is_dir`, -1 where the tree
 * cannot be read here. */
static int step_down(struct repo *repo, struct oid *oid, const char *name,
	size_t len, bool is_dir)
{
	AUTO_TREE_READER tree = { .data = STRBUF_INIT };

	if (tree_reader_open(repo, &tree, oid))
		return -1;
	while (tree.mode &&
		(tree.len != len || memcmp(tree.name, name, len) != 0))
		if (tree_reader_next(&tree))
			return -1;
	if (!tree.mode || (is_dir && tree.mode != MODE_FOLDER))
		return 0;
	oid_set_bytes(oid, tree.oid, TREE_OID_SIZE);
	return 1;
}

/* From the tree `oid` down to what `path` names, instead of that. */
static int find_entry(struct repo *repo, const char *path, struct oid *oid)
{
	int found = 1;

	while (found == 1 && *path) {
		size_t len = strcspn(path, "/");

		found = step_down(repo, oid, path, len, path[len]);
		path += len + strspn(path + len, "/");
	}
	return found;
}

/* `is_dir`: something else of that name is none. */
static int find_path(struct repo *repo, const struct oid *commit,
	const char *path, bool is_dir, struct oid *ret, struct err *err)
{
	AUTO_FREE char *clean = tree_path(path);
	AUTO_STRBUF wanted = STRBUF_INIT;
	struct oid oid;
	int found = tree_of_commit(repo, commit, &oid);

	strbuf_addf(&wanted, "%s%s", clean, is_dir && *clean ? "/" : "");
	if (!found)
		found = find_entry(repo, wanted.buf, &oid);
	if (found < 0)
		return fallback_path_oid(repo, commit, clean, ret, err);
	if (found)
		*ret = oid;
	return found;
}

int repo_path_oid(struct repo *repo, const struct oid *commit, const char *path,
	struct oid *ret, struct err *err)
{
	size_t len = strlen(path);
	bool is_dir = len && path[len - 1] == '/';

	return find_path(repo, commit, path, is_dir, ret, err);
}

int repo_tree_each(struct repo *repo, const struct oid *commit,
	const char *path, bool recursive,
	int (*func)(const struct repo_entry *entry, void *data), void *data,
	struct err *err)
{
	struct oid tree;
	int found = find_path(repo, commit, path, true, &tree, err);

	if (found <= 0)
		return found;
	return repo_tree_oid_each(repo, &tree, recursive, func, data, err);
}
