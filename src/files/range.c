/*
 * A wrong answer here is a green check of files that nobody looked at, so that
 * whatever a clone lacks is an error.  That is common: services fetch one
 * commit, and neither the target branch nor what both have in common is there.
 */
#include "hookrun/files/range.h"

#include <string.h>

static int find_commit(
	struct repo *repo, const char *rev, struct oid *ret, struct err *err)
{
	int found = repo_resolve(repo, rev, ret, err);

	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, "'%s' is no commit that this clone has%s",
			rev,
			repo_is_shallow(repo)
				? " (it is shallow: 'git fetch --unshallow' "
				  "brings the rest)"
				: " (fetch it first)");
	return 0;
}

/* Where the histories part; without one `from` itself, as git does. */
static int find_start(struct repo *repo, const struct oid *from,
	const struct oid *to, struct oid *ret, struct err *err)
{
	int found = repo_merge_base(repo, from, to, ret, err);

	if (found < 0)
		return -1;
	if (!found && repo_is_shallow(repo))
		return err_set(err,
			"what '%.12s' and '%.12s' have in common is not in "
			"this clone (it is shallow: 'git fetch --unshallow' "
			"brings the rest)",
			from->hex, to->hex);
	if (!found)
		*ret = *from;
	return 0;
}

static int look_elsewhere(
	struct repo *repo, const struct oid *to, bool *ret, struct err *err)
{
	struct oid head, here, there;
	int found = repo_head(repo, &head, err);

	if (found > 0)
		found = repo_path_oid(repo, &head, "", &here, err);
	if (found < 0 || repo_path_oid(repo, to, "", &there, err) < 0)
		return -1;
	*ret = !found || !oid_eq(&here, &there);
	return 0;
}

int range_read(struct repo *repo, const char *from, const char *to,
	struct range *ret, struct err *err)
{
	struct oid start, end, null;
	bool whole = oid_parse(from, &null) && oid_is_null(&null);

	if (find_commit(repo, to, &end, err) ||
		look_elsewhere(repo, &end, &ret->elsewhere, err))
		return -1;
	if (!whole && (find_commit(repo, from, &start, err) ||
			      find_start(repo, &start, &end, &start, err)))
		return -1;
	return repo_commit_diff(
		repo, whole ? NULL : &start, &end, &ret->diff, err);
}

void range_release(struct range *range)
{
	commit_diff_release(&range->diff);
}
