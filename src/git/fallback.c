/*
 * The questions of repo.h put to the git command, for the repositories and
 * objects that libgit2 cannot read: SHA-256, reftable, shallow history, and
 * blobs that a partial clone must fetch first.  Slow and rare, hence plain: one
 * process a question, the whole answer read, then given out.
 */
#include "git/repo_impl.h"
#include "hookrun/git/gitcmd.h"

#include "hookrun/base/alloc.h"

#include <string.h>

/* One id on a line: 1, or -1. */
static int read_id(struct strbuf *out, struct oid *ret, struct err *err)
{
	strbuf_rtrim(out);
	if (!oid_parse(out->buf, ret))
		return err_set(err, "git printed no object id: '%s'", out->buf);
	return 1;
}

/* The id that `git words...` prints, with `in` for stdin: 1, 0 where git says
 * there is none, -1. */
static int ask_id(struct repo *repo, const char *const *words, const void *in,
	size_t in_len, struct oid *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	if (gitcmd_in(repo, words, in, in_len, &status, &out, err))
		return -1;
	return status ? 0 : read_id(&out, ret, err);
}

/* The same where there must be one. */
static int one_id(struct repo *repo, const char *const *words, const void *in,
	size_t in_len, struct oid *ret, struct err *err)
{
	return ask_id(repo, words, in, in_len, ret, err) == 1 ? 0 : -1;
}

int fallback_resolve(struct repo *repo, const char *rev, const char *type,
	struct oid *ret, struct err *err)
{
	AUTO_STRBUF name = STRBUF_INIT;

	strbuf_addstr(&name, rev);
	if (type)
		strbuf_addf(&name, "^{%s}", type);
	return ask_id(repo, GIT_ARGS("rev-parse", "-q", "--verify", name.buf),
		NULL, 0, ret, err);
}

int fallback_has_object(struct repo *repo, const struct oid *oid)
{
	struct err ignored = ERR_INIT;
	int status;

	if (gitcmd(repo, GIT_ARGS("cat-file", "-e", oid->hex), &status, NULL,
		    &ignored))
		return -1;
	return status ? 0 : 1;
}

/* "mode type id\tpath" of `git ls-tree`, NUL-terminated. */
static bool parse_entry(char *line, struct repo_entry *ret, bool *ret_commit)
{
	char *type = strchr(line, ' '), *id, *path;

	id = type ? strchr(type + 1, ' ') : NULL;
	path = id ? strchr(id + 1, '\t') : NULL;
	if (!path)
		return false;
	*path++ = '\0';
	*id++ = '\0';
	*ret_commit = !strcmp(type + 1, "commit");
	ret->path = path;
	ret->is_dir = !strcmp(type + 1, "tree");
	ret->is_link = !strncmp(line, "120000", 6);
	return oid_parse(id, &ret->oid);
}

int fallback_path_oid(struct repo *repo, const struct oid *commit,
	const char *path, struct oid *ret, struct err *err)
{
	struct repo_entry entry;
	AUTO_STRBUF out = STRBUF_INIT;
	bool is_commit;

	if (!*path) {
		int found = fallback_resolve(
			repo, commit->hex, "tree", ret, err);

		return found ? found
			     : err_set(err, "cannot read '%s'", commit->hex);
	}
	if (gitcmd(repo,
		    GIT_ARGS("--literal-pathspecs", "ls-tree", "-z",
			    "--full-tree", commit->hex, "--", path),
		    NULL, &out, err))
		return -1;
	if (!out.len || !parse_entry(out.buf, &entry, &is_commit))
		return 0;
	*ret = entry.oid;
	return 1;
}

int fallback_tree_each(struct repo *repo, const struct oid *tree,
	bool recursive, int (*func)(const struct repo_entry *entry, void *data),
	void *data, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	char *pos, *end;

	if (gitcmd(repo,
		    GIT_ARGS("ls-tree", "-z", "--full-tree",
			    recursive ? "-r" : tree->hex,
			    recursive ? tree->hex : NULL),
		    NULL, &out, err))
		return -1;
	end = out.buf + out.len;
	for (pos = out.buf; pos < end;) {
		struct repo_entry entry;
		char *next = pos + strlen(pos) + 1;
		bool is_commit;
		int result;

		if (parse_entry(pos, &entry, &is_commit) && !is_commit) {
			result = func(&entry, data);
			if (result)
				return result;
		}
		pos = next;
	}
	return 0;
}

/* Pairs of a letter and a name. */
static void push_statuses(const struct strbuf *out, struct commit_diff *ret)
{
	const char *pos = out->buf, *end = out->buf + out->len;

	while (pos < end) {
		const char *name = pos + strlen(pos) + 1;

		if (name >= end)
			return;
		strvec_push(*pos == 'D' ? &ret->deleted : &ret->changed, name);
		pos = name + strlen(name) + 1;
	}
}

int fallback_diff(struct repo *repo, const struct oid *from,
	const struct oid *to, struct commit_diff *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int failed;

	if (from)
		failed = gitcmd(repo,
			GIT_ARGS("diff-tree", "-r", "-z", "--name-status",
				"--no-renames", from->hex, to->hex),
			NULL, &out, err);
	else
		failed = gitcmd_list(repo,
			GIT_ARGS("ls-tree", "-r", "-z", "--full-tree",
				"--name-only", to->hex),
			&ret->changed, err);
	if (failed)
		return err_prefix(
			err, "cannot read what commit '%s' changes", to->hex);
	push_statuses(&out, ret);
	return 0;
}

int fallback_blob_read(struct repo *repo, const struct oid *blob,
	struct strbuf *out, struct err *err)
{
	size_t start = out->len;

	if (gitcmd(repo, GIT_ARGS("cat-file", "blob", blob->hex), NULL, out,
		    err)) {
		strbuf_setlen(out, start);
		return err_prefix(err, "cannot read blob '%s'", blob->hex);
	}
	return 0;
}

int fallback_hash_file(
	struct repo *repo, const char *path, struct oid *ret, struct err *err)
{
	AUTO_FREE char *real = realpath(path, NULL);

	if (!real)
		return err_errno(err, "cannot read '%s'", path);
	return one_id(repo, GIT_ARGS("hash-object", "--no-filters", "--", real),
		NULL, 0, ret, err);
}

int fallback_merge_base(struct repo *repo, const struct oid *a,
	const struct oid *b, struct oid *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	if (gitcmd(repo, GIT_ARGS("merge-base", a->hex, b->hex), &status, &out,
		    err) ||
		status > 1)
		return -1;
	return status ? 0 : read_id(&out, ret, err);
}

/* Give out the ids of `out`, one a line. */
static int give_lines(struct strbuf *out,
	int (*func)(const struct oid *commit, void *data), void *data)
{
	char *line = out->buf, *end;

	while ((end = strchr(line, '\n'))) {
		struct oid oid;
		int result;

		*end = '\0';
		if (oid_parse(line, &oid)) {
			result = func(&oid, data);
			if (result)
				return result;
		}
		line = end + 1;
	}
	return 0;
}

int fallback_walk(struct repo *repo, const struct oid *tips, size_t ntips,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT, out = STRBUF_INIT;

	for (size_t i = 0; i < ntips; i++)
		if (!oid_is_null(&tips[i]))
			strbuf_addf(&in, "%s\n", tips[i].hex);
	if (!in.len)
		return 0;
	if (gitcmd_in(repo, GIT_ARGS("rev-list", "--ignore-missing", "--stdin"),
		    in.buf, in.len, NULL, &out, err))
		return -1;
	return give_lines(&out, func, data);
}

int fallback_branch(struct repo *repo, struct strbuf *name)
{
	struct err ignored = ERR_INIT;
	int status;

	if (gitcmd(repo, GIT_ARGS("symbolic-ref", "-q", "HEAD"), &status, name,
		    &ignored))
		return -1;
	strbuf_rtrim(name);
	return status ? 0 : 1;
}

int fallback_reflog(struct repo *repo, const char *ref,
	int (*func)(const struct oid *commit, void *data), void *data,
	struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct oid oid;
	int found = fallback_resolve(repo, ref, NULL, &oid, err);

	if (found <= 0)
		return found;
	if (gitcmd(repo, GIT_ARGS("rev-list", "-g", ref, "--"), NULL, &out,
		    err))
		return -1;
	return give_lines(&out, func, data);
}

/* "id name commit ", or "id name tagcommit peeled" of an annotated tag; what
 * does not lead to a commit is left out. */
static int give_ref(char *line,
	int (*func)(const char *name, const struct oid *oid, void *data),
	void *data)
{
	char *name = strchr(line, ' ');
	char *type = name ? strchr(name + 1, ' ') : NULL;
	char *peeled = type ? strchr(type + 1, ' ') : NULL;
	struct oid oid;

	if (!peeled)
		return 0;
	*name++ = *type++ = *peeled++ = '\0';
	if (strcmp(type, "commit") && strcmp(type, "tagcommit"))
		return 0;
	if (!oid_parse(*peeled ? peeled : line, &oid))
		return 0;
	return func(name, &oid, data);
}

int fallback_refs(struct repo *repo,
	int (*func)(const char *name, const struct oid *oid, void *data),
	void *data, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	char *line, *end;

	if (gitcmd(repo,
		    GIT_ARGS("for-each-ref",
			    "--format=%(objectname) %(refname) "
			    "%(objecttype)%(*objecttype) %(*objectname)",
			    "refs/heads", "refs/remotes", "refs/tags"),
		    NULL, &out, err))
		return -1;
	for (line = out.buf; (end = strchr(line, '\n')); line = end + 1) {
		int result;

		*end = '\0';
		result = give_ref(line, func, data);
		if (result)
			return result;
	}
	return 0;
}

int fallback_hash_bytes(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err)
{
	return one_id(
		repo, GIT_ARGS("hash-object", "--stdin"), data, len, ret, err);
}
