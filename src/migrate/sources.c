/*
 * The searches go from cheap to dear and stop as soon as nothing is missing:
 * nearly every switch is served by the previous head alone.  A version that
 * was applied from a commit that is amended, stashed, reset away or on a
 * deleted branch is in the private ref; the rest is for databases that were
 * migrated before hookrun came.
 *
 * Squashed migrations are why HEAD's history is asked: there a version is
 * missing because its effect lives on in another file, and rolling it back
 * would take the database apart.
 */
#include "migrate/sources.h"

#include "migrate/treescan.h"

#include "hookrun/base/fs.h"

struct search {
	const struct sources *in;
	struct items *items;
	size_t missing;
	const char *label; /* of the place that is being looked at */
	struct treescan scan;
	struct err *err;
};

static struct item *wanted(struct items *items, int64_t version)
{
	for (size_t i = 0; i < items->nr; i++)
		if (items->v[i].kind == ITEM_DOWN &&
			items->v[i].version == version)
			return &items->v[i];
	return NULL;
}

static int take(
	const struct migration *file, const struct oid *commit, void *data)
{
	struct search *search = data;
	struct item *item = wanted(search->items, file->version);
	struct arena *arena = search->in->arena;

	if (!item || *item->blob.hex)
		return 0;
	item->blob = file->blob;
	item->name = arena_strdup(arena, file->name);
	item->commit = *commit;
	item->origin = arena_printf(
		arena, "%s%.7s", search->label, commit->hex);
	return --search->missing == 0;
}

/* The branch whose tip the previous head is, for people. */
struct naming {
	const struct oid *oid;
	struct arena *arena;
	const char *name;
};

static int name_ref(const char *name, const struct oid *commit, void *data)
{
	struct naming *naming = data;

	if (!oid_eq(commit, naming->oid) || strncmp(name, "refs/heads/", 11))
		return 0;
	naming->name = arena_strdup(naming->arena, name + 11);
	return 1;
}

static const char *branch_at(const struct sources *in, const struct oid *oid)
{
	struct naming naming = { .oid = oid, .arena = in->arena };
	struct err ignored = ERR_INIT;

	repo_refs_each(in->repo, name_ref, &naming, &ignored);
	return naming.name;
}

static int take_prev(
	const struct migration *file, const struct oid *commit, void *data)
{
	struct search *search = data;
	const struct sources *in = search->in;
	struct item *item = wanted(search->items, file->version);

	if (!item || *item->blob.hex)
		return 0;
	if (in->prev_differs &&
		in->prev_differs(file->version, &file->blob, in->data) &&
		migrations_find(in->kept, file->version))
		return 0;
	take(file, commit, data);
	item->origin = arena_printf(
		in->arena, "%s%.7s, previous head", search->label, commit->hex);
	return search->missing == 0;
}

static int look_in_prev(struct search *search)
{
	const struct sources *in = search->in;
	const char *branch;
	int ret;

	if (!in->has_prev)
		return 0;
	branch = branch_at(in, &in->prev);
	search->label = branch ? arena_printf(in->arena, "%s ", branch) : "";
	search->scan.found = take_prev;
	ret = treescan_commit(&search->scan, &in->prev, search->err);
	search->scan.found = take;
	return ret;
}

static int look_in_kept(struct search *search)
{
	for (size_t i = 0; i < search->items->nr && search->missing; i++) {
		struct item *item = &search->items->v[i];
		const struct migration *file;

		if (item->kind != ITEM_DOWN || *item->blob.hex)
			continue;
		file = migrations_find(search->in->kept, item->version);
		if (!file)
			continue;
		item->blob = file->blob;
		item->name = file->name;
		item->origin = "kept by hookrun";
		search->missing--;
	}
	return search->missing == 0;
}

static int visit_reflog(const struct oid *commit, void *data)
{
	struct search *search = data;

	return treescan_commit(&search->scan, commit, search->err);
}

static int look_in_reflog(struct search *search)
{
	search->label = "HEAD's reflog ";
	return repo_reflog_each(
		search->in->repo, visit_reflog, search, search->err);
}

static const char *plain_ref(const char *name)
{
	static const char *const prefixes[] = { "refs/heads/", "refs/remotes/",
		"refs/tags/", "refs/" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return name + strlen(prefixes[i]);
	return name;
}

static int visit_ref(const char *name, const struct oid *commit, void *data)
{
	struct search *search = data;

	search->label = arena_printf(search->in->arena, "%s ", plain_ref(name));
	return treescan_commit(&search->scan, commit, search->err);
}

static int look_in_refs(struct search *search)
{
	return repo_refs_each(search->in->repo, visit_ref, search, search->err);
}

#define TIPS_MAX 4096

struct tips {
	struct oid *v;
	size_t nr;
	struct repo *repo;
};

static int add_tip(const struct oid *commit, void *data)
{
	struct tips *tips = data;

	if (tips->nr == TIPS_MAX)
		return 1;
	if (!oid_is_null(commit) && repo_has_object(tips->repo, commit))
		tips->v[tips->nr++] = *commit;
	return 0;
}

static int add_ref_tip(const char *name, const struct oid *commit, void *data)
{
	(void)name;
	return add_tip(commit, data);
}

static int look_in_history(struct search *search)
{
	const struct sources *in = search->in;
	struct tips tips = { .repo = in->repo };

	tips.v = arena_alloc(in->arena, (TIPS_MAX + 2) * sizeof(*tips.v));
	add_tip(&in->head, &tips);
	if (in->has_prev)
		add_tip(&in->prev, &tips);
	if (repo_refs_each(in->repo, add_ref_tip, &tips, search->err) < 0 ||
		repo_reflog_each(in->repo, add_tip, &tips, search->err) < 0)
		return -1;
	search->label = "history ";
	return treescan_history(&search->scan, tips.v, tips.nr, search->err);
}

static size_t count_missing(const struct items *items)
{
	size_t missing = 0;

	for (size_t i = 0; i < items->nr; i++)
		missing += items->v[i].kind == ITEM_DOWN &&
			   !*items->v[i].blob.hex;
	return missing;
}

int sources_find(const struct sources *in, struct items *items, struct err *err)
{
	static int (*const places[])(struct search *) = { look_in_prev,
		look_in_kept, look_in_reflog, look_in_refs, look_in_history };
	struct search search = { .in = in, .items = items, .err = err };
	int ret = 0;

	search.missing = count_missing(items);
	search.scan = (struct treescan){ .repo = in->repo,
		.app_rel = in->app_rel,
		.dirs = in->dirs,
		.found = take,
		.data = &search };
	for (size_t i = 0;
		search.missing && !ret && i < sizeof(places) / sizeof(*places);
		i++)
		ret = places[i](&search);
	treescan_release(&search.scan);
	return ret < 0 ? -1 : 0;
}

struct removal {
	struct items *items;
	size_t open; /* not found to be removed yet */
};

static int mark(
	const struct migration *file, const struct oid *commit, void *data)
{
	struct removal *removal = data;
	struct item *item = wanted(removal->items, file->version);

	(void)commit;
	if (!item || item->removed_here)
		return 0;
	item->removed_here = true;
	return --removal->open == 0;
}

int sources_mark_removed(const struct sources *in, struct items *items,
	bool *ret_unsure, struct err *err)
{
	struct removal removal = { .items = items,
		.open = items_count(items, ITEM_DOWN) };
	struct treescan scan = { .repo = in->repo,
		.app_rel = in->app_rel,
		.dirs = in->dirs,
		.found = mark,
		.data = &removal };
	struct err ignored = ERR_INIT;
	struct oid base;
	int ret = 0;

	*ret_unsure = false;
	if (!removal.open)
		return 0;
	if (in->has_prev && repo_merge_base(in->repo, &in->prev, &in->head,
				    &base, &ignored) == 1)
		ret = treescan_commit(&scan, &base, err);
	if (!ret)
		ret = treescan_history(&scan, &in->head, 1, err);
	treescan_release(&scan);
	if (ret < 0)
		return -1;
	*ret_unsure = removal.open && repo_is_shallow(in->repo);
	return 0;
}
