/*
 * Refs as files: loose ones, and packed-refs (git-pack-refs(1)) with its
 * peeled tags.  A loose ref hides the packed one of its name.  libgit2 would
 * do it too, but not before 2 ms of start-up, and HEAD is wanted every time.
 * Reftable repositories go to the git command.
 */
#include "git/repo_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define TAGS "refs/tags/"
#define REF_FOLDERS_MAX 64 /* nested folders of loose refs */

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Refs outside refs/ and three families inside it belong to one worktree
 * (gitrepository-layout(5), "refs"). */
static const char *ref_folder(const struct repo *repo, const char *name)
{
	if (!starts_with(name, "refs/") || starts_with(name, "refs/bisect/") ||
		starts_with(name, "refs/worktree/") ||
		starts_with(name, "refs/rewritten/"))
		return repo->gitdir;
	return repo->commondir;
}

/* Before there were symbolic refs, a link did their work. */
static bool read_link_ref(const char *path, struct strbuf *out)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	if (len <= 0)
		return false;
	target[len] = '\0';
	if (!starts_with(target, "refs/"))
		return false;
	strbuf_addf(out, "ref: %s", target);
	return true;
}

/* The text of a loose ref, without white space at its end: 1, 0, -1. */
static int read_loose(struct repo *repo, const char *name, struct strbuf *out,
	struct err *err)
{
	AUTO_FREE char *path = fs_join(ref_folder(repo, name), name);
	int got;

	if (read_link_ref(path, out))
		return 1;
	got = fs_read(path, out, REF_FILE_MAX, err);
	/* git leaves empty folders behind where refs were packed */
	if (got < 0 && fs_is_dir(path))
		return 0;
	strbuf_rtrim(out);
	return got;
}

static int read_packed(struct repo *repo, struct strbuf *out, struct err *err)
{
	AUTO_FREE char *path = fs_join(repo->commondir, "packed-refs");

	return fs_read(path, out, PACKED_REFS_MAX, err) < 0 ? -1 : 0;
}

static int find_packed(
	struct repo *repo, const char *name, struct oid *ret, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT, needle = STRBUF_INIT;
	const char *pos, *end, *hit, *line;

	if (read_packed(repo, &text, err))
		return -1;
	strbuf_addf(&needle, " %s\n", name);
	pos = text.buf;
	end = text.buf + text.len;
	while ((hit = memmem(
			pos, (size_t)(end - pos), needle.buf, needle.len))) {
		line = memrchr(text.buf, '\n', (size_t)(hit - text.buf));
		line = line ? line + 1 : text.buf;
		if (oid_parse_n(line, (size_t)(hit - line), ret))
			return 1;
		pos = hit + 1;
	}
	return 0;
}

int ref_read(struct repo *repo, const char *name, struct oid *ret,
	char **ret_name, struct err *err)
{
	AUTO_FREE char *at = xstrdup(name);

	for (int depth = 0; depth <= REF_DEPTH_MAX; depth++) {
		AUTO_STRBUF text = STRBUF_INIT;
		int found = read_loose(repo, at, &text, err);

		if (found < 0)
			return -1;
		if (found && starts_with(text.buf, "ref:")) {
			const char *next = text.buf + 4;

			free(at);
			at = xstrdup(next + strspn(next, " \t"));
			continue;
		}
		if (ret_name)
			*ret_name = xstrdup(at);
		if (!found)
			return find_packed(repo, at, ret, err);
		if (!oid_parse_n(text.buf, strcspn(text.buf, " \t\n"), ret))
			return err_set(err, "cannot read the ref '%s'", at);
		return 1;
	}
	return err_set(err, "too many symbolic refs from '%s'", name);
}

/* ---- every ref ---- */

/* Push the names of the loose refs below `name`. */
static int collect_loose(struct repo *repo, const char *name, int depth,
	struct strvec *ret, struct err *err)
{
	AUTO_FREE char *path = fs_join(repo->commondir, name);
	DIR *dir = depth < REF_FOLDERS_MAX ? opendir(path) : NULL;
	struct dirent *entry;
	int failed = 0;

	if (!dir)
		return errno == ENOENT || depth >= REF_FOLDERS_MAX
			       ? 0
			       : err_errno(err, "cannot read '%s'", path);
	while (!failed && (entry = readdir(dir))) {
		AUTO_FREE char *ref = fs_join(name, entry->d_name);
		AUTO_FREE char *file = fs_join(path, entry->d_name);

		if (*entry->d_name == '.')
			continue;
		if (entry->d_type == DT_DIR ||
			(entry->d_type == DT_UNKNOWN && fs_is_dir(file)))
			failed = collect_loose(repo, ref, depth + 1, ret, err);
		else if (strlen(ref) < 5 ||
			 strcmp(ref + strlen(ref) - 5, ".lock"))
			strvec_push(ret, ref);
	}
	closedir(dir);
	return failed;
}

struct visit {
	struct repo *repo;
	int (*func)(const char *name, const struct oid *commit, void *data);
	void *data;
	struct err *err;
};

/* A tag may name a tag, a tree or a blob; a branch is a commit. */
static int visit_ref(
	struct visit *visit, const char *name, const struct oid *oid)
{
	struct oid commit = *oid;
	struct err ignored = ERR_INIT;

	if (starts_with(name, TAGS) &&
		objects_peel(visit->repo, oid, &commit, &ignored) != 1)
		return 0;
	return visit->func(name, &commit, visit->data);
}

static int visit_loose(struct visit *visit, const struct strvec *names)
{
	for (size_t i = 0; i < names->nr; i++) {
		struct err ignored = ERR_INIT;
		struct oid oid;
		int result;

		/* A broken ref must not hide the others. */
		if (ref_read(visit->repo, names->v[i], &oid, NULL, &ignored) !=
			1)
			continue;
		result = visit_ref(visit, names->v[i], &oid);
		if (result)
			return result;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_listed(const struct strvec *sorted, const char *name)
{
	return sorted->nr && bsearch(&name, sorted->v, sorted->nr,
				     sizeof(*sorted->v), by_name);
}

static bool is_wanted(const char *name)
{
	return starts_with(name, "refs/heads/") ||
	       starts_with(name, "refs/remotes/") || starts_with(name, TAGS);
}

/* One line of packed-refs, NUL-terminated; `next` may hold "^id", the commit
 * that the tag of this line leads to. */
static int visit_line(struct visit *visit, char *line, const char *next,
	const struct strvec *loose)
{
	char *space = strchr(line, ' ');
	struct oid oid, peeled;

	if (!space || !oid_parse_n(line, (size_t)(space - line), &oid))
		return 0;
	if (!is_wanted(space + 1) || is_listed(loose, space + 1))
		return 0;
	if (*next == '^' &&
		oid_parse_n(next + 1, strcspn(next + 1, "\n"), &peeled))
		oid = peeled;
	return visit_ref(visit, space + 1, &oid);
}

static int visit_packed(struct visit *visit, const struct strvec *loose)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (read_packed(visit->repo, &text, visit->err))
		return -1;
	for (char *line = text.buf; *line;) {
		char *end = strchr(line, '\n');
		int result;

		if (!end)
			end = text.buf + text.len - 1;
		else
			*end = '\0';
		result = visit_line(visit, line, end + 1, loose);
		if (result)
			return result;
		line = end + 1;
	}
	return 0;
}

static int visit_stash(const struct oid *stash, void *data)
{
	struct visit *visit = data;
	struct err ignored = ERR_INIT;
	struct oid untracked;
	int result = visit->func("refs/stash", stash, visit->data);

	/* `git stash -u` keeps untracked files in a third parent. */
	if (!result && objects_parent(visit->repo, stash, 2, &untracked,
			       &ignored) == 1)
		result = visit->func("refs/stash", &untracked, visit->data);
	return result;
}

int repo_refs_each(struct repo *repo,
	int (*func)(const char *name, const struct oid *commit, void *data),
	void *data, struct err *err)
{
	static const char *const folders[] = { "refs/heads", "refs/remotes",
		"refs/tags" };
	struct visit visit = { repo, func, data, err };
	AUTO_STRVEC loose = STRVEC_INIT;
	int result = 0;

	if (repo->reftable) {
		result = fallback_refs(repo, func, data, err);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
			if (collect_loose(repo, folders[i], 0, &loose, err))
				return -1;
		strvec_sort(&loose);
		result = visit_loose(&visit, &loose);
		if (!result)
			result = visit_packed(&visit, &loose);
	}
	if (result)
		return result;
	return reflog_entries(repo, "refs/stash", visit_stash, &visit, err);
}

int repo_ref_read(
	struct repo *repo, const char *name, struct oid *ret, struct err *err)
{
	if (repo->reftable)
		return fallback_resolve(repo, name, NULL, ret, err);
	return ref_read(repo, name, ret, NULL, err);
}
