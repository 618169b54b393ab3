/*
 * Where the versions of an entry lie: in a slot of the staging folder, at its
 * path in the work tree, or for a moment beside that.  All are made from the
 * entry's number and the journal's id, so that whoever finds the journal after
 * a kill finds the files too.
 */
#include "guard/guard_impl.h"

void guard_slot(const struct guard *guard, size_t nr, const char *suffix,
	struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/%zu%s", guard->staging, nr + 1, suffix);
}

void guard_target(const struct guard *guard, size_t nr, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/%s", repo_worktree(guard->repo),
		guard->journal.v[nr].path);
}

void guard_beside(const struct guard *guard, size_t nr, struct strbuf *out)
{
	const char *path = guard->journal.v[nr].path;
	size_t folder = (size_t)(fs_basename(path) - path);

	strbuf_reset(out);
	strbuf_addf(out, "%s/%.*s.hookrun-%s-%zu", repo_worktree(guard->repo),
		(int)folder, path, guard->journal.id, nr + 1);
}
