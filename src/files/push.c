/*
 * What a push sends is in git's lines on stdin, one a ref.  lefthook ignores
 * them and looks at HEAD, so that pushing another branch or a tag checks the
 * wrong files, and deleting one checks files too.
 *
 * Each ref is compared with where the remote stands, by way of the merge base,
 * so that commits which others pushed meanwhile are not ours to check.  A ref
 * that is new there, or stands on a commit that we do not have, is compared
 * with the default branch; where none is known every file is new.  Whatever
 * goes wrong on the way is an error: an empty list would let everything pass.
 */
#include "hookrun/files/push.h"

#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <string.h>

#define SHOWN_BYTES 200 /* of a line that is not understood */

/* ---- git's lines --------------------------------------------------------- */

/* The last word before `*len`, which moves before it. */
static char *last_word(struct arena *arena, const char *line, size_t *len)
{
	size_t end = *len, start = end;

	while (start && line[start - 1] != ' ')
		start--;
	*len = start ? start - 1 : 0;
	return arena_strndup(arena, line + start, end - start);
}

/* The local side is what the user typed, and may have blanks in it ("@{1 day
 * ago}"), so the line is read from its end. */
static bool read_line(
	struct arena *arena, const char *line, size_t len, struct push_ref *ret)
{
	const char *from = last_word(arena, line, &len);
	const char *remote = last_word(arena, line, &len);
	const char *to = last_word(arena, line, &len);

	*ret = (struct push_ref){ .remote = remote,
		.local = arena_strndup(arena, line, len) };
	return len && *remote && oid_parse(from, &ret->from) &&
	       oid_parse(to, &ret->to);
}

int push_refs_read(struct arena *arena, const char *text, size_t len,
	struct push_refs *ret, struct err *err)
{
	const char *end = text + len;
	struct push_refs refs = { 0 };
	size_t room = 1;

	for (size_t i = 0; i < len; i++)
		room += text[i] == '\n';
	refs.v = arena_alloc(arena, room * sizeof(*refs.v));
	for (const char *line = text, *stop; line < end; line = stop + 1) {
		size_t line_len;

		stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		line_len = (size_t)(stop - line);
		if (line_len &&
			!read_line(arena, line, line_len, &refs.v[refs.nr++]))
			return err_set(err,
				"stdin has a line that git does not write to "
				"pre-push: '%.*s'",
				(int)(line_len < SHOWN_BYTES ? line_len
							     : SHOWN_BYTES),
				line);
	}
	*ret = refs;
	return 0;
}

/* ---- what a new ref is compared with ------------------------------------- */

struct push {
	struct repo *repo;
	const struct push_opts *opts;
	struct push_files *ret;
	bool looked; /* for the base */
	bool known;
	struct oid base;
	struct oid head_tree; /* "": no HEAD */
	bool has_head_tree;
};

/* `what` of the remote-tracking refs of `remote`: 1, 0, or -1. */
static int tracking(struct push *push, const char *remote, const char *what,
	struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addf(&name, "refs/remotes/%s/%s", remote, what);
	return repo_resolve(push->repo, name.buf, &push->base, err);
}

/* The branch that the configuration names, on the remote or else here. */
static int find_configured(struct push *push, struct err *err)
{
	const char *base = push->opts->base;
	int found = 0;

	if (push->opts->remote)
		found = tracking(push, push->opts->remote, base, err);
	if (!found)
		found = repo_resolve(push->repo, base, &push->base, err);
	if (found)
		return found;
	return err_set(err,
		"base '%s' is neither a branch of the remote nor any other "
		"commit here (fetch it, or correct 'base')",
		base);
}

/* The first of `names` that the remote has. */
static int find_of_remote(struct push *push, const char *remote,
	const char *const *names, struct err *err)
{
	int found = 0;

	for (; !found && *names; names++)
		found = tracking(push, remote, *names, err);
	return found;
}

/* The first ref of any remote that ends in one of `names`, best first. */
static int find_anywhere(
	struct push *push, const char *const *names, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRVEC refs = STRVEC_INIT;
	int found = 0;

	if (gitcmd(push->repo,
		    GIT_ARGS("for-each-ref", "--format=%(refname)",
			    "refs/remotes"),
		    NULL, &out, err))
		return -1;
	strvec_split(&refs, out.buf, out.len, '\n');
	for (; *names; names++)
		for (size_t i = 0; !found && i < refs.nr; i++)
			if (!strcmp(fs_basename(refs.v[i]), *names))
				found = repo_resolve(push->repo, refs.v[i],
					&push->base, err);
	return found;
}

/* Run by hand, main and master are not looked for, as in lefthook. */
static int find_default(struct push *push, struct err *err)
{
	static const char *const names[] = { "HEAD", "main", "master", NULL };
	static const char *const only_head[] = { "HEAD", NULL };
	const char *const *wanted = push->opts->by_hand ? only_head : names;
	const char *remote = push->opts->remote;
	int found = 0;

	if (push->opts->base)
		return find_configured(push, err);
	if (remote)
		found = find_of_remote(push, remote, wanted, err);
	if (!found && !(remote && !strcmp(remote, "origin")))
		found = find_of_remote(push, "origin", wanted, err);
	return found ? found : find_anywhere(push, wanted, err);
}

/* The commit to compare with into push->base: 1, 0 unknown, -1. */
static int find_base(struct push *push, struct err *err)
{
	int found;

	if (push->looked)
		return push->known;
	found = find_default(push, err);
	if (found < 0)
		return -1;
	push->looked = true;
	push->known = found;
	return found;
}

/* ---- ranges -------------------------------------------------------------- */

/* The files of `tip` that are not in what it has in common with `known`. */
static int since(struct push *push, const struct oid *known,
	const struct oid *tip, struct err *err)
{
	struct oid from;
	int found = repo_merge_base(push->repo, known, tip, &from, err);

	if (found < 0)
		return -1;
	return repo_commit_diff(
		push->repo, found ? &from : NULL, tip, &push->ret->diff, err);
}

static int since_default(
	struct push *push, const struct oid *tip, struct err *err)
{
	int found = find_base(push, err);

	if (found < 0)
		return -1;
	if (!found)
		return repo_commit_diff(
			push->repo, NULL, tip, &push->ret->diff, err);
	return since(push, &push->base, tip, err);
}

/* Whether the remote has the commit already, on any of its branches.  A tag on
 * the default branch costs no process. */
static int is_there_already(
	struct push *push, const struct oid *tip, bool *ret, struct err *err)
{
	AUTO_STRBUF where = STRBUF_INIT, out = STRBUF_INIT;
	struct oid common;
	int found = find_base(push, err);

	if (found > 0)
		found = repo_merge_base(
			push->repo, &push->base, tip, &common, err);
	if (found < 0)
		return -1;
	*ret = found && oid_eq(&common, tip);
	if (*ret || !push->opts->remote)
		return 0;
	strbuf_addf(&where, "refs/remotes/%s/", push->opts->remote);
	if (gitcmd(push->repo,
		    GIT_ARGS("for-each-ref", "--count=1", "--contains",
			    tip->hex, where.buf),
		    NULL, &out, err))
		return -1;
	*ret = out.len != 0;
	return 0;
}

/* The range of a ref that the remote does not have.  A new tag of an old
 * commit brings nothing; asking that of branches would hide the files of a
 * branch that was pushed under another name, unchecked maybe. */
static int new_ref(struct push *push, const struct push_ref *ref,
	const struct oid *tip, struct err *err)
{
	bool there = false;

	if (!strncmp(ref->remote, "refs/tags/", 10) &&
		is_there_already(push, tip, &there, err))
		return -1;
	return there ? 0 : since_default(push, tip, err);
}

/* The names that jobs will look for in the work tree are those of `tip`; say
 * so where the work tree is of something else. */
static int note_elsewhere(struct push *push, const struct push_ref *ref,
	const struct oid *tip, struct err *err)
{
	struct oid head, tree;
	int found;

	if (!push->has_head_tree) {
		found = repo_head(push->repo, &head, err);
		if (found > 0)
			found = repo_path_oid(
				push->repo, &head, "", &push->head_tree, err);
		if (found < 0)
			return -1;
		push->has_head_tree = true;
	}
	found = repo_path_oid(push->repo, tip, "", &tree, err);
	if (found < 0)
		return -1;
	if (!oid_eq(&tree, &push->head_tree) &&
		!strvec_has(&push->ret->elsewhere, ref->remote))
		strvec_push(&push->ret->elsewhere, ref->remote);
	return 0;
}

static size_t count(const struct push *push)
{
	return push->ret->diff.changed.nr + push->ret->diff.deleted.nr;
}

/* The old commit of the remote: 1, 0 where it is new or not here, or -1. */
static int remote_side(struct push *push, const struct push_ref *ref,
	struct oid *ret, struct err *err)
{
	if (oid_is_null(&ref->from) || !repo_has_object(push->repo, &ref->from))
		return 0;
	return repo_resolve(push->repo, ref->from.hex, ret, err);
}

static int push_one(
	struct push *push, const struct push_ref *ref, struct err *err)
{
	size_t before = count(push);
	struct oid tip, known;
	int found, failed;

	if (oid_is_null(&ref->to) || oid_eq(&ref->to, &ref->from))
		return 0;
	if (!repo_has_object(push->repo, &ref->to))
		return err_set(err, "object '%s' is not here", ref->to.hex);
	found = repo_resolve(push->repo, ref->to.hex, &tip, err);
	if (found <= 0)
		return found; /* 0: a tag of something that is no commit */
	found = remote_side(push, ref, &known, err);
	if (found < 0)
		return -1;
	failed = found ? since(push, &known, &tip, err)
		       : new_ref(push, ref, &tip, err);
	if (failed || count(push) == before)
		return failed;
	return note_elsewhere(push, ref, &tip, err);
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

int push_files(struct repo *repo, const struct push_opts *opts,
	struct push_files *ret, struct err *err)
{
	struct push push = { .repo = repo, .opts = opts, .ret = ret };

	if (opts->by_hand)
		return push_by_hand(&push, err);
	for (size_t i = 0; i < opts->refs.nr; i++) {
		const struct push_ref *ref = &opts->refs.v[i];

		if (push_one(&push, ref, err))
			return err_prefix(err,
				"cannot tell which files the push of '%s' "
				"sends",
				ref->remote);
	}
	return 0;
}

void push_files_release(struct push_files *files)
{
	commit_diff_release(&files->diff);
	strvec_release(&files->elsewhere);
}
