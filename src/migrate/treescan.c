/*
 * A repository of a hundred thousand commits has a few hundred states of
 * db/migrate.  Asking a commit for the tree id of one folder costs
 * microseconds, reading the folder a hundred times that: so the set of tree
 * ids that were seen is what makes a search of the whole history bearable in
 * front of a waiting prompt.
 */
#include "migrate/treescan.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

static size_t slot_of(const struct treescan *scan, const struct oid *oid)
{
	size_t hash = 5381;

	for (const char *c = oid->hex; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	for (hash &= scan->cap - 1; *scan->seen[hash].hex;
		hash = (hash + 1) & (scan->cap - 1))
		if (oid_eq(&scan->seen[hash], oid))
			break;
	return hash;
}

static void grow(struct treescan *scan)
{
	struct oid *old = scan->seen;
	size_t old_cap = scan->cap;

	scan->cap = old_cap ? old_cap * 2 : 64;
	scan->seen = xcalloc(scan->cap, sizeof(*scan->seen));
	for (size_t i = 0; i < old_cap; i++)
		if (*old[i].hex)
			scan->seen[slot_of(scan, &old[i])] = old[i];
	free(old);
}

/* True the first time. */
static bool remember(struct treescan *scan, const struct oid *tree)
{
	size_t slot;

	if (scan->nseen * 2 >= scan->cap)
		grow(scan);
	slot = slot_of(scan, tree);
	if (*scan->seen[slot].hex)
		return false;
	scan->seen[slot] = *tree;
	scan->nseen++;
	return true;
}

void treescan_release(struct treescan *scan)
{
	free(scan->seen);
	scan->seen = NULL;
	scan->nseen = scan->cap = 0;
}

struct visit {
	struct treescan *scan;
	const struct oid *commit;
	const char *dir;
};

static int visit_entry(const struct repo_entry *entry, void *data)
{
	struct visit *visit = data;
	AUTO_FREE char *full = fs_join(visit->dir, entry->path);
	AUTO_FREE char *folder = fs_dirname(full);
	struct migration file = { .blob = entry->oid,
		.name = fs_basename(entry->path),
		.dir = folder };

	if (entry->is_dir || !migration_parse(entry->path, &file.version))
		return 0;
	return visit->scan->found(&file, visit->commit, visit->scan->data);
}

int treescan_commit(
	struct treescan *scan, const struct oid *commit, struct err *err)
{
	for (size_t i = 0; scan->dirs[i]; i++) {
		AUTO_FREE char *folder = migrations_tree_path(
			scan->app_rel, scan->dirs[i]);
		AUTO_FREE char *path = fs_join(
			folder ? folder : "", ""); /* no link */
		struct visit visit = { scan, commit, scan->dirs[i] };
		struct err gone = ERR_INIT;
		struct oid tree;
		int ret;

		if (!folder ||
			repo_path_oid(scan->repo, commit, path, &tree, &gone) <
				1 ||
			!remember(scan, &tree))
			continue;
		ret = repo_tree_oid_each(
			scan->repo, &tree, true, visit_entry, &visit, err);
		if (ret)
			return ret;
	}
	return 0;
}

struct history {
	struct treescan *scan;
	struct err *err;
};

static int visit_commit(const struct oid *commit, void *data)
{
	struct history *history = data;

	return treescan_commit(history->scan, commit, history->err);
}

int treescan_history(struct treescan *scan, const struct oid *tips,
	size_t ntips, struct err *err)
{
	struct history history = { scan, err };

	if (!ntips)
		return 0;
	return repo_walk(scan->repo, tips, ntips, visit_commit, &history, err);
}

int treescan_state(struct repo *repo, const struct oid *commit,
	const char *app_rel, const char *const *dirs, struct strbuf *out,
	struct err *err)
{
	for (size_t i = 0; dirs[i]; i++) {
		AUTO_FREE char *path = migrations_tree_path(app_rel, dirs[i]);
		struct oid tree = { "" };
		int found = path ? repo_path_oid(repo, commit, path, &tree, err)
				 : 0;

		if (found < 0)
			return -1;
		strbuf_addf(out, "%s%s", i ? "," : "", found ? tree.hex : "-");
	}
	return 0;
}
