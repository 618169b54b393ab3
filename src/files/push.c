/*
 * What a push sends is in git's lines on stdin, one a ref.  lefthook ignores
 * them and looks at HEAD, so that pushing another branch or a tag checks the
 * wrong files, and deleting one checks files too.
 *
 * Each ref is compared with where the remote stands, by way of the merge base,
 * so that commits which others pushed meanwhile are not ours to check.  A ref
 * that is new there, or stands on a commit that we do not have, is compared
 * with the default branch; where none is known every file is new.
 */
#include "files/push.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/gitcmd.h"

#include <string.h>

/* Where the default branch is looked for, best first. */
static const char *const bases[] = {
	"refs/remotes/origin/HEAD",
	"refs/remotes/origin/main",
	"refs/remotes/origin/master",
};

/* The last component of a remote's ref, best first. */
static const char *const base_names[] = { "/HEAD", "/main", "/master" };

struct push {
	struct repo *repo;
	struct strvec *ret;
	bool looked; /* for the default branch */
	bool known;
	struct oid base;
};

/* A remote that is not called origin: 1, 0, or -1. */
static int find_other_remote(struct push *push, struct err *err)
{
	char *const args[] = { (char[]){ "for-each-ref" },
		(char[]){ "--format=%(refname)" }, (char[]){ "refs/remotes" },
		NULL };
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	if (gitcmd(push->repo, args, &status, &out, err) || status)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(base_names); i++) {
		size_t want = strlen(base_names[i]);

		for (const char *line = out.buf; *line;) {
			size_t len = strcspn(line, "\n");
			AUTO_FREE char *ref = xstrndup(line, len);
			int found = 0;

			if (len > want &&
				!strcmp(ref + len - want, base_names[i]))
				found = repo_resolve(
					push->repo, ref, &push->base, err);
			if (found)
				return found;
			line += len + (line[len] == '\n');
		}
	}
	return 0;
}

/* The tip of the default branch into push->base: 1, 0 unknown, -1. */
static int find_base(struct push *push, struct err *err)
{
	int found = 0;

	if (push->looked)
		return push->known;
	for (size_t i = 0; !found && i < ARRAY_SIZE(bases); i++)
		found = repo_resolve(push->repo, bases[i], &push->base, err);
	if (!found)
		found = find_other_remote(push, err);
	if (found < 0)
		return -1;
	push->looked = true;
	push->known = found;
	return found;
}

static int all_files(struct push *push, struct oid *tip, struct err *err)
{
	char *const args[] = { (char[]){ "ls-tree" }, (char[]){ "-r" },
		(char[]){ "-z" }, (char[]){ "--full-tree" },
		(char[]){ "--name-only" }, tip->hex, NULL };

	return gitcmd_list(push->repo, args, push->ret, err);
}

static int changed_files(
	struct push *push, struct oid *from, struct oid *to, struct err *err)
{
	char *const args[] = { (char[]){ "diff" }, (char[]){ "--name-only" },
		(char[]){ "-z" }, (char[]){ "--no-ext-diff" },
		(char[]){ "--no-relative" }, (char[]){ "--diff-filter=ACMR" },
		from->hex, to->hex, (char[]){ "--" }, NULL };

	return gitcmd_list(push->repo, args, push->ret, err);
}

/* The files of `tip` that are not in what it has in common with `known`. */
static int since(struct push *push, const struct oid *known, struct oid *tip,
	struct err *err)
{
	struct oid from;
	int found = repo_merge_base(push->repo, known, tip, &from, err);

	if (found < 0)
		return -1;
	if (!found)
		return all_files(push, tip, err);
	return changed_files(push, &from, tip, err);
}

static int since_default(struct push *push, struct oid *tip, struct err *err)
{
	int found = find_base(push, err);

	if (found < 0)
		return -1;
	if (!found)
		return all_files(push, tip, err);
	return since(push, &push->base, tip, err);
}

/* One of git's lines. */
struct ref_update {
	struct oid local, remote;
};

/* "<local ref> <local id> <remote ref> <remote id>" at *pos, which moves to
 * the next line; false where it is anything else. */
static bool read_line(const char **pos, struct ref_update *ret)
{
	const char *line = *pos;
	size_t len = strcspn(line, "\n"), used = 0, nr = 0;
	struct oid *ids[] = { NULL, &ret->local, NULL, &ret->remote };
	bool good = true;

	*pos += len + (line[len] == '\n');
	if (len && line[len - 1] == '\r')
		len--;
	while (used < len) {
		size_t word = strcspn(line + used, " \r\n");
		AUTO_FREE char *text = xstrndup(line + used, word);

		if (nr == ARRAY_SIZE(ids) ||
			(ids[nr] && !oid_parse(text, ids[nr])))
			good = false;
		if (!good)
			break;
		nr++;
		used += word + 1;
	}
	return good && nr == ARRAY_SIZE(ids);
}

static int push_ref(
	struct push *push, const struct ref_update *update, struct err *err)
{
	struct oid tip;
	int found;

	if (oid_is_null(&update->local))
		return 0;
	found = repo_resolve(push->repo, update->local.hex, &tip, err);
	if (found <= 0)
		return found; /* 0: a tag of something that is no commit */
	if (!oid_is_null(&update->remote) &&
		repo_has_object(push->repo, &update->remote)) {
		struct oid known;

		found = repo_resolve(
			push->repo, update->remote.hex, &known, err);
		if (found < 0)
			return -1;
		if (found)
			return since(push, &known, &tip, err);
	}
	return since_default(push, &tip, err);
}

static int push_by_hand(struct push *push, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct oid head, known;
	int found = repo_head(push->repo, &head, err);

	if (found <= 0)
		return found;
	/* Without an upstream, git calls @{push} an error. */
	if (repo_resolve(push->repo, "@{push}", &known, &ignored) == 1)
		return since(push, &known, &head, err);
	return since_default(push, &head, err);
}

int push_files(struct repo *repo, const char *stdin_text, struct strvec *ret,
	struct err *err)
{
	struct push push = { .repo = repo, .ret = ret };
	bool any = false;

	for (const char *pos = stdin_text ? stdin_text : ""; *pos;) {
		struct ref_update update;

		if (!read_line(&pos, &update))
			continue;
		any = true;
		if (push_ref(&push, &update, err))
			return -1;
	}
	return any ? 0 : push_by_hand(&push, err);
}
