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

/* `git words...`, with `in` for stdin unless NULL. */
static int ask(struct repo *repo, const struct strbuf *in, int *ret_status,
	struct strbuf *out, const char *const *words, struct err *err)
{
	return gitcmd_in(repo, words, in ? in->buf : NULL, in ? in->len : 0,
		ret_status, out, err);
}

/* One id on a line: 1, 0 where git says there is none, -1. */
static int answer_id(int failed, int status, struct strbuf *out,
	struct oid *ret, struct err *err)
{
	if (failed)
		return -1;
	if (status)
		return 0;
	strbuf_rtrim(out);
	if (!oid_parse(out->buf, ret))
		return err_set(err, "git printed no object id: '%s'", out->buf);
	return 1;
}

int fallback_resolve(struct repo *repo, const char *rev, const char *type,
	struct oid *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT, name = STRBUF_INIT;
	int status, failed;

	strbuf_addstr(&name, rev);
	if (type)
		strbuf_addf(&name, "^{%s}", type);
	failed = ask(repo, NULL, &status, &out,
		GIT_ARGS("rev-parse", "-q", "--verify", name.buf), err);
	return answer_id(failed, status, &out, ret, err);
}

int fallback_has_object(struct repo *repo, const struct oid *oid)
{
	struct err ignored = ERR_INIT;
	int status;

	if (ask(repo, NULL, &status, NULL, GIT_ARGS("cat-file", "-e", oid->hex),
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
	int status;

	if (!*path) {
		int found = fallback_resolve(
			repo, commit->hex, "tree", ret, err);

		return found ? found
			     : err_set(err, "cannot read '%s'", commit->hex);
	}
	if (ask(repo, NULL, &status, &out,
		    GIT_ARGS("--literal-pathspecs", "ls-tree", "-z",
			    "--full-tree", commit->hex, "--", path),
		    err) ||
		status)
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
	int status;

	if (ask(repo, NULL, &status, &out,
		    GIT_ARGS("ls-tree", "-z", "--full-tree",
			    recursive ? "-r" : tree->hex,
			    recursive ? tree->hex : NULL),
		    err) ||
		status)
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

static void push_names(const struct strbuf *out, struct strvec *ret)
{
	for (const char *pos = out->buf; pos < out->buf + out->len;) {
		strvec_push(ret, pos);
		pos += strlen(pos) + 1;
	}
}

int fallback_diff(struct repo *repo, const struct oid *from,
	const struct oid *to, struct commit_diff *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int status, failed;

	if (from)
		failed = ask(repo, NULL, &status, &out,
			GIT_ARGS("diff-tree", "-r", "-z", "--name-status",
				"--no-renames", from->hex, to->hex),
			err);
	else
		failed = ask(repo, NULL, &status, &out,
			GIT_ARGS("ls-tree", "-r", "-z", "--full-tree",
				"--name-only", to->hex),
			err);
	if (failed || status)
		return err_prefix(
			err, "cannot read what commit '%s' changes", to->hex);
	if (from)
		push_statuses(&out, ret);
	else
		push_names(&out, &ret->changed);
	return 0;
}

int fallback_blob_read(struct repo *repo, const struct oid *blob,
	struct strbuf *out, struct err *err)
{
	size_t start = out->len;
	int status;

	if (ask(repo, NULL, &status, out,
		    GIT_ARGS("cat-file", "blob", blob->hex), err) ||
		status) {
		strbuf_setlen(out, start);
		return err_prefix(err, "cannot read blob '%s'", blob->hex);
	}
	return 0;
}

int fallback_hash_file(
	struct repo *repo, const char *path, struct oid *ret, struct err *err)
{
	AUTO_FREE char *real = realpath(path, NULL);
	AUTO_STRBUF out = STRBUF_INIT;
	int status, failed;

	if (!real)
		return err_errno(err, "cannot read '%s'", path);
	failed = ask(repo, NULL, &status, &out,
		GIT_ARGS("hash-object", "--no-filters", "--", real), err);
	return answer_id(failed, status, &out, ret, err) == 1 ? 0 : -1;
}

int fallback_merge_base(struct repo *repo, const struct oid *a,
	const struct oid *b, struct oid *ret, struct err *err)
{
	AUTO_STRBUF out = STRBUF_INIT;
	int status;

	if (ask(repo, NULL, &status, &out,
		    GIT_ARGS("merge-base", a->hex, b->hex), err) ||
		status > 1)
		return -1;
	return answer_id(0, status, &out, ret, err);
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
	int status;

	for (size_t i = 0; i < ntips; i++)
		if (!oid_is_null(&tips[i]))
			strbuf_addf(&in, "%s\n", tips[i].hex);
	if (!in.len)
		return 0;
	if (ask(repo, &in, &status, &out,
		    GIT_ARGS("rev-list", "--ignore-missing", "--stdin"), err) ||
		status)
		return -1;
	return give_lines(&out, func, data);
}

int fallback_branch(struct repo *repo, struct strbuf *name)
{
	struct err ignored = ERR_INIT;
	int status;

	if (ask(repo, NULL, &status, name,
		    GIT_ARGS("symbolic-ref", "-q", "HEAD"), &ignored))
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
	int status, found;

	found = fallback_resolve(repo, ref, NULL, &oid, err);
	if (found <= 0)
		return found;
	if (ask(repo, NULL, &status, &out,
		    GIT_ARGS("rev-list", "-g", ref, "--"), err) ||
		status)
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
	int status;

	if (ask(repo, NULL, &status, &out,
		    GIT_ARGS("for-each-ref",
			    "--format=%(objectname) %(refname) "
			    "%(objecttype)%(*objecttype) %(*objectname)",
			    "refs/heads", "refs/remotes", "refs/tags"),
		    err) ||
		status)
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
	AUTO_STRBUF out = STRBUF_INIT;
	int status;
	int failed = gitcmd_in(repo, GIT_ARGS("hash-object", "--stdin"), data,
		len, &status, &out, err);

	return answer_id(failed, status, &out, ret, err) == 1 ? 0 : -1;
}

int fallback_blob_write(struct repo *repo, const void *data, size_t len,
	struct oid *ret, struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT, out = STRBUF_INIT;
	int status, failed;

	strbuf_add(&in, data, len);
	failed = ask(repo, &in, &status, &out,
		GIT_ARGS("hash-object", "-w", "--stdin"), err);
	return answer_id(failed, status, &out, ret, err) == 1 ? 0 : -1;
}

int fallback_tree_write(struct repo *repo, const struct repo_tree_item *items,
	size_t nr, struct oid *ret, struct err *err)
{
	AUTO_STRBUF in = STRBUF_INIT, out = STRBUF_INIT;
	int status, failed;

	for (size_t i = 0; i < nr; i++) {
		strbuf_addf(&in, "100644 blob %s\t%s", items[i].oid.hex,
			items[i].name);
		strbuf_addch(&in, '\0');
	}
	failed = ask(repo, &in, &status, &out, GIT_ARGS("mktree", "-z"), err);
	return answer_id(failed, status, &out, ret, err) == 1 ? 0 : -1;
}
