/*
 * What two commits differ in, as names.  Both trees are walked side by side in
 * git's order, and a folder that is the same in both is never opened: a push
 * of three files costs the folders above them, however large the rest is.
 *
 * Names are all that is wanted, so renames are not looked for: the old name is
 * gone, the new one is there.  What libgit2 cannot read is asked of the git
 * command, which can fetch what a partial clone lacks; the names found until
 * then are thrown away, so that none comes twice.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"

#include <git2.h>

struct tree_diff {
	struct repo *repo;
	struct strbuf path;
	struct commit_diff found;
};

static int diff_trees(struct tree_diff *diff, const git_oid *from,
	const git_oid *to, int depth);

static bool is_tree(const git_tree_entry *entry)
{
	return entry && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

static bool same(const git_tree_entry *a, const git_tree_entry *b)
{
	return a && b &&
	       git_oid_equal(git_tree_entry_id(a), git_tree_entry_id(b)) &&
	       git_tree_entry_filemode_raw(a) == git_tree_entry_filemode_raw(b);
}

/* One name of either tree or of both; folders stand beside folders only. */
static int diff_entry(struct tree_diff *diff, const git_tree_entry *from,
	const git_tree_entry *to, int depth)
{
	const git_tree_entry *any = to ? to : from;
	size_t start = diff->path.len;
	int failed = 0;

	if (same(from, to))
		return 0;
	strbuf_addstr(&diff->path, git_tree_entry_name(any));
	if (is_tree(any)) {
		strbuf_addch(&diff->path, '/');
		failed = diff_trees(diff, from ? git_tree_entry_id(from) : NULL,
			to ? git_tree_entry_id(to) : NULL, depth + 1);
	} else {
		strvec_push(to ? &diff->found.changed : &diff->found.deleted,
			diff->path.buf);
	}
	strbuf_setlen(&diff->path, start);
	return failed;
}

/* In trees `a` sorts before `a.b`, but the folder `a` behind it. */
static int in_order(const git_tree_entry *a, const git_tree_entry *b)
{
	if (!a || !b)
		return a ? -1 : 1;
	return git_tree_entry_cmp(a, b);
}

static int diff_entries(
	struct tree_diff *diff, git_tree *from, git_tree *to, int depth)
{
	size_t i = 0, k = 0;

	for (;;) {
		const git_tree_entry *a = from ? git_tree_entry_byindex(from, i)
					       : NULL;
		const git_tree_entry *b = to ? git_tree_entry_byindex(to, k)
					     : NULL;
		int order;

		if (!a && !b)
			return 0;
		order = in_order(a, b);
		if (order <= 0)
			i++;
		if (order >= 0)
			k++;
		if (diff_entry(diff, order <= 0 ? a : NULL,
			    order >= 0 ? b : NULL, depth))
			return -1;
	}
}

static int open_tree(struct tree_diff *diff, const git_oid *id, git_tree **ret)
{
	return id ? git_tree_lookup(ret, diff->repo->git2, id) : 0;
}

static int diff_trees(struct tree_diff *diff, const git_oid *from,
	const git_oid *to, int depth)
{
	git_tree *a = NULL, *b = NULL;
	int failed = -1;

	if (depth <= TREE_DEPTH_MAX && !open_tree(diff, from, &a) &&
		!open_tree(diff, to, &b))
		failed = diff_entries(diff, a, b, depth);
	git_tree_free(a);
	git_tree_free(b);
	return failed;
}

/* The id of a commit's tree; false where libgit2 cannot tell. */
static bool tree_of(struct repo *repo, const struct oid *commit, git_oid *ret)
{
	struct err ignored = ERR_INIT;
	struct oid tree;

	return repo_path_oid(repo, commit, "", &tree, &ignored) == 1 &&
	       !git_oid_fromstr(ret, tree.hex);
}

static void move_all(struct strvec *from, struct strvec *to)
{
	strvec_push_all(to, from->v);
	strvec_release(from);
}

static int read_directly(
	struct tree_diff *diff, const struct oid *from, const struct oid *to)
{
	git_oid a, b;

	if (!objects_open(diff->repo) ||
		(from && !tree_of(diff->repo, from, &a)) ||
		!tree_of(diff->repo, to, &b))
		return -1;
	return diff_trees(diff, from ? &a : NULL, &b, 0);
}

int repo_commit_diff(struct repo *repo, const struct oid *from,
	const struct oid *to, struct commit_diff *ret, struct err *err)
{
	struct tree_diff diff = { .repo = repo, .path = STRBUF_INIT };
	int failed = read_directly(&diff, from, to);

	if (failed) {
		commit_diff_release(&diff.found);
		failed = fallback_diff(repo, from, to, &diff.found, err);
	}
	if (!failed) {
		move_all(&diff.found.changed, &ret->changed);
		move_all(&diff.found.deleted, &ret->deleted);
	}
	commit_diff_release(&diff.found);
	strbuf_release(&diff.path);
	return failed;
}

void commit_diff_release(struct commit_diff *diff)
{
	strvec_release(&diff->changed);
	strvec_release(&diff->deleted);
}
