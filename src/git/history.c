/*
 * Commits in relation to each other: revisions, merge bases, walks.
 *
 * Plain names and full ids are looked up here; the rest of gitrevisions(7)
 * ("HEAD~3", "@{-1}", abbreviated ids) is git's own to parse.  libgit2 1.5
 * knows neither shallow boundaries nor grafts and stumbles over the parents
 * that a shallow clone lacks, so there every walk is git's.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"

#include <git2.h>
#include <string.h>

/* Could `rev` be a ref's name (git-check-ref-format(1))? "-x" is an option,
 * "@" and "@{1}" are syntax, ".." leads out of the folder. */
static bool is_ref_name(const char *rev)
{
	if (!*rev || *rev == '-' || *rev == '/' || *rev == '.' || *rev == '@')
		return false;
	if (strstr(rev, "..") || strstr(rev, "@{") || strstr(rev, "//"))
		return false;
	return !rev[strcspn(rev, "~^:?*[\\ \t\n")] &&
	       rev[strlen(rev) - 1] != '/';
}

/* Directly in the git directory only HEAD, ORIG_HEAD and their like are refs;
 * "config" is not. */
static bool is_pseudo_ref(const char *rev)
{
	return !rev[strspn(rev, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")];
}

static int find_ref(struct repo *repo, const char *rev, struct oid *ret)
{
	static const char *const forms[] = { "refs/", "refs/tags/",
		"refs/heads/", "refs/remotes/" };
	struct err ignored = ERR_INIT;

	if (is_pseudo_ref(rev) || !strncmp(rev, "refs/", 5))
		if (ref_read(repo, rev, ret, NULL, &ignored) == 1)
			return 1;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		AUTO_STRBUF name = STRBUF_INIT;

		strbuf_addf(&name, "%s%s", forms[i], rev);
		if (ref_read(repo, name.buf, ret, NULL, &ignored) == 1)
			return 1;
	}
	return 0;
}

int repo_resolve(
	struct repo *repo, const char *rev, struct oid *ret, struct err *err)
{
	struct oid oid;

	if (!*rev || *rev == '-')
		return 0;
	if (oid_parse(rev, &oid))
		return objects_peel(repo, &oid, ret, err);
	if (!repo->reftable && is_ref_name(rev) && find_ref(repo, rev, &oid))
		return objects_peel(repo, &oid, ret, err);
	return fallback_resolve(repo, rev, "commit", ret, err);
}

static int to_commit(struct repo *repo, const struct oid *oid, git_oid *ret)
{
	struct err ignored = ERR_INIT;
	struct oid commit;

	if (objects_peel(repo, oid, &commit, &ignored) != 1)
		return -1;
	return git_oid_fromstr(ret, commit.hex) ? -1 : 0;
}

int repo_merge_base(struct repo *repo, const struct oid *a, const struct oid *b,
	struct oid *ret, struct err *err)
{
	git_oid one, two, base;
	int code;

	if (!objects_open(repo) || repo_is_shallow(repo))
		return fallback_merge_base(repo, a, b, ret, err);
	if (to_commit(repo, a, &one) || to_commit(repo, b, &two))
		return err_set(err, "no merge base of '%s' and '%s': %s",
			a->hex, b->hex, "one of them is not a commit here");
	code = git_merge_base(&base, repo->git2, &one, &two);
	if (code == GIT_ENOTFOUND)
		return 0;
	if (code)
		return fallback_merge_base(repo, a, b, ret, err);
	objects_id(&base, ret);
	return 1;
}

static int walk_from(git_revwalk *walk,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err)
{
	git_oid id;
	int code;

	while (!(code = git_revwalk_next(&id, walk))) {
		struct oid commit;
		int result;

		objects_id(&id, &commit);
		result = func(&commit, data);
		if (result)
			return result;
	}
	if (code == GIT_ITEROVER)
		return 0;
	return err_set(err, "cannot walk the history: %s", objects_why());
}

int repo_walk(struct repo *repo, const struct oid *tips, size_t ntips,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err)
{
	git_revwalk *walk;
	int result;

	if (!objects_open(repo) || repo_is_shallow(repo) ||
		git_revwalk_new(&walk, repo->git2))
		return fallback_walk(repo, tips, ntips, func, data, err);
	git_revwalk_sorting(walk, GIT_SORT_TIME);
	/* A reflog outlives what it names: ids that are gone are no tips. */
	for (size_t i = 0; i < ntips; i++) {
		git_oid id;

		if (!to_commit(repo, &tips[i], &id))
			git_revwalk_push(walk, &id);
	}
	result = walk_from(walk, func, data, err);
	git_revwalk_free(walk);
	return result;
}
