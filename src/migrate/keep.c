/*
 * A migration that was applied from a branch that is amended, deleted and
 * collected by gc can only be rolled back if somebody held on to its text.  A
 * ref does that for nothing: most of its blobs are in the repository anyway,
 * every work tree shares it, and losing it costs only what the branches no
 * longer have.
 */
#include "migrate/keep.h"

#define KEEP_REF_MAX 512

static bool ref_name(const char *key, char *buf)
{
	int len = snprintf(
		buf, KEEP_REF_MAX, "refs/hookrun/migrations/%s", key);

	return len > 0 && len < KEEP_REF_MAX;
}

static int add_entry(const struct repo_entry *entry, void *data)
{
	struct migration item = { .name = entry->path, .blob = entry->oid };

	if (!entry->is_dir && migration_parse(entry->path, &item.version))
		migrations_add(data, &item);
	return 0;
}

void keep_read(struct repo *repo, const char *key, struct migrations *ret)
{
	struct err ignored = ERR_INIT;
	char name[KEEP_REF_MAX];
	struct oid tree;

	if (!ref_name(key, name) ||
		repo_ref_read(repo, name, &tree, &ignored) != 1)
		return;
	repo_tree_oid_each(repo, &tree, false, add_entry, ret, &ignored);
	migrations_sort(ret);
}

void keep_adopt(struct repo *repo, const char *former, const char *key)
{
	char from[KEEP_REF_MAX], to[KEEP_REF_MAX];
	struct err ignored = ERR_INIT;
	struct oid tree;

	if (ref_name(former, from) && ref_name(key, to) &&
		!repo_ref_read(repo, to, &tree, &ignored) &&
		repo_ref_read(repo, from, &tree, &ignored) == 1)
		repo_ref_write(repo, to, &tree, &ignored);
}

static bool is_kept(
	struct repo *repo, const char *key, const struct migrations *list)
{
	struct migrations old = { .arena = list->arena };

	keep_read(repo, key, &old);
	if (old.nr != list->nr)
		return false;
	for (size_t i = 0; i < old.nr; i++)
		if (strcmp(old.v[i].name, list->v[i].name) ||
			!oid_eq(&old.v[i].blob, &list->v[i].blob))
			return false;
	return true;
}

int keep_write(struct repo *repo, const char *key,
	const struct migrations *list, struct err *err)
{
	struct repo_tree_item *items;
	char name[KEEP_REF_MAX];
	struct oid tree;

	if (!ref_name(key, name) || is_kept(repo, key, list))
		return 0;
	items = arena_alloc(list->arena, (list->nr + 1) * sizeof(*items));
	for (size_t i = 0; i < list->nr; i++) {
		items[i].name = list->v[i].name;
		items[i].oid = list->v[i].blob;
	}
	if (repo_tree_write(repo, items, list->nr, &tree, err))
		return err_prefix(err, "cannot keep the applied migrations");
	return repo_ref_write(repo, name, &tree, err);
}
