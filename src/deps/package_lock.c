/*
 * package-lock.json, versions 1 to 3, and npm's own record of an installation.
 *
 * Versions 2 and 3 list every folder of the installed tree ("packages"),
 * version 1 a tree of dependencies.  Since npm 7
 * node_modules/.package-lock.json holds the same list for what is installed,
 * which answers "is npm ci needed" in milliseconds instead of half a second.
 * Optional packages for other platforms are rightly absent there.
 */
#include "deps/packages.h"

#include "hookrun/config/node.h"

#include <string.h>

#define PACKAGE_LOCK_MAX (8 << 20) /* bytes; larger ones are not compared */

static const char *const dependency_kinds[] = { "dependencies",
	"devDependencies", "optionalDependencies", NULL };

static struct node *read_map(
	struct arena *arena, const char *text, size_t len, struct err *err)
{
	struct node *root;

	if (len > PACKAGE_LOCK_MAX) {
		err_set(err, "larger than %d bytes", PACKAGE_LOCK_MAX);
		return NULL;
	}
	if (node_read_json(
		    arena, "package-lock.json", text, len, false, &root, err))
		return NULL;
	if (root->kind != NODE_MAP) {
		err_set(err, "not a lock file of npm");
		return NULL;
	}
	return root;
}

/* The package's name in the path of its folder; NULL for a folder of the
 * project itself. */
static const char *name_in_path(const char *path)
{
	static const char folder[] = "node_modules/";
	const char *name = NULL, *found = path;

	while ((found = strstr(found, folder))) {
		found += sizeof(folder) - 1;
		name = found;
	}
	return name;
}

static int add_direct(
	const struct node *project, struct packages *ret, struct err *err)
{
	for (const char *const *kind = dependency_kinds; *kind; kind++)
		node_each (entry, node_get(project, *kind))
			if (entry->key && packages_add_direct(ret, entry->key,
						  strlen(entry->key), err))
				return -1;
	return 0;
}

static bool is_true(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node && node->kind == NODE_BOOL && node->boolean;
}

/* The version of a link is that of the folder it leads to. */
static const char *version_of(
	const struct node *packages, const struct node *entry)
{
	const char *target =
		is_true(entry, "link") ? node_str(entry, "resolved") : NULL;

	return node_str(target ? node_get(packages, target) : entry, "version");
}

static int add_package(const struct node *packages, const struct node *entry,
	struct packages *ret, struct err *err)
{
	const char *name = entry->key ? name_in_path(entry->key) : NULL;
	const char *version = version_of(packages, entry);

	if (entry->key && !*entry->key)
		return add_direct(entry, ret, err);
	if (!name)
		return 0;
	return packages_add(ret, name, strlen(name), version ? version : "",
		version ? strlen(version) : 0, err);
}

/* Version 1; the reader bounds the depth. */
static int add_tree(
	const struct node *dependencies, struct packages *ret, struct err *err)
{
	node_each (entry, dependencies) {
		const char *version = node_str(entry, "version");

		if (!entry->key)
			continue;
		if (packages_add(ret, entry->key, strlen(entry->key),
			    version ? version : "",
			    version ? strlen(version) : 0, err) ||
			add_tree(node_get(entry, "dependencies"), ret, err))
			return -1;
	}
	return 0;
}

int package_lock_parse(
	const char *text, size_t len, struct packages *ret, struct err *err)
{
	struct node *root = read_map(ret->arena, text, len, err), *packages;

	if (!root)
		return -1;
	packages = node_get(root, "packages");
	if (!packages && add_tree(node_get(root, "dependencies"), ret, err))
		return -1;
	node_each (entry, packages)
		if (add_package(packages, entry, ret, err))
			return -1;
	packages_finish(ret);
	return 0;
}

void package_json_direct(const char *text, size_t len, struct packages *ret)
{
	struct err ignored = ERR_INIT;
	struct node *root = read_map(ret->arena, text, len, &ignored);

	if (root)
		add_direct(root, ret, &ignored);
}

static bool same_text(
	const struct node *a, const struct node *b, const char *key)
{
	const char *one = node_str(a, key), *other = node_str(b, key);

	if (!one || !other)
		return one == other;
	return !strcmp(one, other);
}

static bool same_package(const struct node *a, const struct node *b)
{
	return same_text(a, b, "version") && same_text(a, b, "resolved") &&
	       same_text(a, b, "integrity");
}

/* The project itself, and what npm leaves out on another platform. */
static bool may_be_absent(const struct node *entry)
{
	bool optional = is_true(entry, "optional") ||
			is_true(entry, "devOptional");

	return !*entry->key ||
	       (optional && (node_get(entry, "os") || node_get(entry, "cpu")));
}

/* npm writes both lists sorted, so that one walk compares them. */
static bool same_packages(const struct node *lock, const struct node *installed)
{
	const struct node *have = installed->first;

	node_each (want, lock) {
		bool same = have && want->key && have->key &&
			    !strcmp(have->key, want->key);

		if (same && !same_package(have, want))
			return false;
		if (same)
			have = have->next;
		else if (!want->key || !may_be_absent(want))
			return false;
	}
	return !have;
}

bool package_lock_matches(const char *lock, size_t lock_len,
	const char *installed, size_t installed_len)
{
	struct arena arena = ARENA_INIT;
	struct err ignored = ERR_INIT;
	struct node *one = read_map(&arena, lock, lock_len, &ignored);
	struct node *other = read_map(
		&arena, installed, installed_len, &ignored);
	const struct node *want = one ? node_get(one, "packages") : NULL;
	const struct node *have = other ? node_get(other, "packages") : NULL;
	bool same = want && have && want->kind == NODE_MAP &&
		    have->kind == NODE_MAP && same_packages(want, have);

	arena_release(&arena);
	return same;
}
