/*
 * `checkout: pushed`.  What is pushed need not be what is checked out, nor
 * clean, so a job may ask for the commit itself.  Every pushed commit is one
 * that others will get, so each is looked at, once, however many refs lead to
 * it; one for all would let the others pass unseen.
 *
 * Such a job is planned by a planner of its own, whose repository is the
 * checkout: lists, filters and folders are then those of the commit. Conditions
 * are still asked of the user's work tree.  The work tree is made when the
 * first of its jobs has its turn, and is there until the run is over.
 */
#include "runner/checkouts.h"

#include "hookrun/base/alloc.h"

/* The place of `commit` among all, where it is put if it is not there yet. */
static size_t place_of(
	struct planner *outer, const struct oid *commit, struct checkouts *all)
{
	struct pushed_commit *one;
	size_t i = 0;

	while (i < all->nr && !oid_eq(&all->v[i].commit, commit))
		i++;
	if (i < all->nr)
		return i;
	one = &all->v[all->nr++];
	one->commit = *commit;
	one->opts = *outer->opts;
	one->planner = *outer;
	one->planner.opts = &one->opts;
	one->planner.commit = one;
	return i;
}

/* What a planner of the commit knows of the push: its own refs. */
static void narrow(struct pushed_commit *one, const struct push_opts *push)
{
	struct planner *planner = &one->planner;

	planner->pushed.opts = *push;
	planner->pushed.opts.refs = one->refs;
	planner->pushed.known = true;
	planner->push_told = false;
	planner->conditions.pushed = &planner->pushed;
}

/* `of` gets for each ref the place of its commit, -1 where it is none. */
static int find_all(struct planner *planner, const struct push_opts *push,
	struct checkouts *all, ssize_t *of, struct err *err)
{
	struct repo *repo = planner->opts->repo;
	struct oid commit;
	int found = 0;

	if (push->by_hand) {
		found = repo_head(repo, &commit, err);
		if (found > 0)
			place_of(planner, &commit, all);
	}
	for (size_t i = 0; found >= 0 && i < push->refs.nr; i++) {
		const struct push_ref *ref = &push->refs.v[i];

		of[i] = -1;
		if (oid_is_null(&ref->to))
			continue;
		found = repo_resolve(repo, ref->to.hex, &commit, err);
		if (found > 0)
			of[i] = (ssize_t)place_of(planner, &commit, all);
	}
	return found < 0 ? -1 : 0;
}

static void share_out(struct arena *arena, const struct push_opts *push,
	const ssize_t *of, struct checkouts *all)
{
	for (size_t i = 0; i < push->refs.nr; i++)
		if (of[i] >= 0)
			all->v[of[i]].refs.nr++;
	for (size_t i = 0; i < all->nr; i++) {
		struct push_refs *refs = &all->v[i].refs;

		refs->v = arena_alloc(arena, (refs->nr + 1) * sizeof(*refs->v));
		refs->nr = 0;
	}
	for (size_t i = 0; i < push->refs.nr; i++) {
		struct push_refs *refs = of[i] < 0 ? NULL : &all->v[of[i]].refs;

		if (refs)
			refs->v[refs->nr++] = push->refs.v[i];
	}
}

int checkouts_get(
	struct planner *planner, const struct checkouts **ret, struct err *err)
{
	struct checkouts *all = planner->checkouts;
	struct arena *arena = planner->arena;
	const struct push_opts *push;
	ssize_t *of;

	*ret = all;
	if (all->known)
		return 0;
	if (pushed_get(&planner->pushed, arena, &push, err))
		return -1;
	of = arena_alloc(arena, (push->refs.nr + 1) * sizeof(*of));
	all->v = arena_alloc(arena, (push->refs.nr + 1) * sizeof(*all->v));
	all->nr = 0;
	if (find_all(planner, push, all, of, err))
		return -1;
	share_out(arena, push, of, all);
	for (size_t i = 0; i < all->nr; i++)
		narrow(&all->v[i], push);
	all->known = true;
	return 0;
}

int checkouts_make(struct planner *planner, struct err *err)
{
	struct pushed_commit *one = planner->commit;

	if (one->checkout)
		return 0;
	if (checkout_new(one->opts.repo, &one->commit, &one->checkout, err))
		return -1;
	one->opts.repo = checkout_repo(one->checkout);
	one->opts.lists = lists_new(one->opts.repo);
	return 0;
}

void checkouts_release(struct checkouts *all)
{
	for (size_t i = 0; all && i < all->nr; i++) {
		if (!all->v[i].checkout)
			continue;
		lists_free(all->v[i].opts.lists);
		checkout_free(all->v[i].checkout);
		all->v[i].checkout = NULL;
	}
}
