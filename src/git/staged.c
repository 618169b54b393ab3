/*
 * The list of what is staged, and the question that it answers cheaply: is the
 * file in the work tree what the index has?  Git keeps the stat data of each
 * file for that, and git's own caution is needed with it (the "racy git"
 * problem, Documentation/technical/racy-git.txt): a file that was written in
 * the tick in which the index was, can have changed since without a trace.
 * Nanoseconds are compared, and equal times are not trusted.
 */
#include "git/staged_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include "git/index.h"
#include "hookrun/git/mode.h"
#include "git/repo_impl.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

char *index_path(const struct repo *repo)
{
	const char *named = getenv("GIT_INDEX_FILE");

	if (!named || !*named)
		return fs_join(repo->gitdir, "index");
	return fs_join(repo->worktree ? repo->worktree : ".", named);
}

void staged_oid(const struct staged_file *file, struct oid *ret)
{
	const char *id = file->path + strlen(file->path) + 1;

	*ret = (struct oid){ 0 };
	oid_set_bytes(ret, (const unsigned char *)id, file->id_len);
}

static bool same_kind(uint32_t mode, const struct stat *st)
{
	switch (mode & MODE_KIND) {
	case MODE_LINK:
		return S_ISLNK(st->st_mode);
	case MODE_FILE:
		return S_ISREG(st->st_mode) &&
		       !((mode ^ st->st_mode) & S_IXUSR);
	default:
		return false;
	}
}

/* The device is left out, as git leaves it out: its number changes with every
 * mount. */
bool staged_is_unchanged(const struct staged_file *file, const struct stat *st)
{
	const struct staged_stat *stat = &file->stat;

	return !file->racy && !file->intent_to_add &&
	       same_kind(file->new_mode, st) &&
	       stat->size_bytes == (uint32_t)st->st_size &&
	       stat->mtime_sec == (uint32_t)st->st_mtim.tv_sec &&
	       stat->mtime_nsec == (uint32_t)st->st_mtim.tv_nsec &&
	       stat->ctime_sec == (uint32_t)st->st_ctim.tv_sec &&
	       stat->ctime_nsec == (uint32_t)st->st_ctim.tv_nsec &&
	       stat->ino == (uint32_t)st->st_ino &&
	       stat->uid == (uint32_t)st->st_uid &&
	       stat->gid == (uint32_t)st->st_gid;
}

bool staged_is_there(const struct staged *staged, size_t nr, int root)
{
	const struct staged_file *file = &staged->v[nr];
	struct stat st;

	if (staged->unchanged[nr] && file->new_mode != MODE_LINK)
		return true;
	return !fstatat(root, file->path, &st, 0) && !S_ISDIR(st.st_mode);
}

/* Directly where it can be, else by the git command. */
static int collect(struct repo *repo, struct staged_list *list, struct err *err)
{
	AUTO_FREE char *path = index_path(repo);
	struct index_file index;
	struct stat st;
	int known = 0;

	if (!repo->sha256 && index_open(&index, path)) {
		list->index_mtime = index.mtime;
		known = staged_from_index(repo, &index, list);
		index_close(&index);
	}
	if (known)
		return 0;
	list->nr = 0;
	if (!stat(path, &st))
		list->index_mtime = st.st_mtim;
	return staged_from_command(repo, list, err);
}

/* ---- read once ---- */

/* What was read, and of which index and HEAD.  Lists that have become old stay
 * until the end: somebody may still hold them. */
struct staged_memo {
	struct staged_memo *older;
	struct arena arena;
	struct staged staged;
	struct stat index;
	struct oid head, tree, head_tree;
};

static bool is_same(const struct staged_memo *memo, const struct stat *index,
	const struct oid *head)
{
	return memo && fs_same_stat(&memo->index, index) &&
	       oid_eq(&memo->head, head);
}

void staged_forget(struct repo *repo)
{
	while (repo->staged) {
		struct staged_memo *memo = repo->staged;

		repo->staged = memo->older;
		arena_release(&memo->arena);
		free(memo->staged.v);
		free(memo);
	}
}

static int read_anew(
	struct repo *repo, struct staged_memo *memo, struct err *err)
{
	struct staged_list list = { .arena = &memo->arena, .head = memo->head };
	int failed = collect(repo, &list, err);

	memo->staged.v = list.v;
	memo->tree = list.tree;
	memo->head_tree = list.head_tree;
	if (failed)
		return -1;
	staged_sort(&list);
	memo->staged.nr = list.nr;
	memo->staged.unchanged = arena_alloc(&memo->arena, list.nr);
	return 0;
}

int repo_staged(struct repo *repo, struct staged *ret, struct err *err)
{
	AUTO_FREE char *path = index_path(repo);
	struct stat index = { 0 };
	struct oid head = { "" };
	struct staged_memo *memo;

	if (stat(path, &index) && errno != ENOENT)
		return err_errno(err, "cannot look at '%s'", path);
	/* who moves HEAD is a git that we have started */
	if (repo->staged && !child_spawned())
		head = repo->staged->head;
	else if (repo_head(repo, &head, err) < 0)
		return -1;
	if (!is_same(repo->staged, &index, &head)) {
		memo = xcalloc(1, sizeof(*memo));
		memo->older = repo->staged;
		repo->staged = memo;
		memo->index = index;
		memo->head = head;
		if (read_anew(repo, memo, err)) {
			memo->index.st_ino = 0; /* equal to none */
			return -1;
		}
	}
	*ret = repo->staged->staged;
	return 0;
}

/* ---- what is known of it ---- */

void staged_head(const struct repo *repo, struct oid *ret)
{
	*ret = repo->staged ? repo->staged->head : repo->last_head;
}

void staged_head_tree(const struct repo *repo, struct oid *ret)
{
	*ret = repo->staged ? repo->staged->head_tree : (struct oid){ "" };
}

/* Git puts this into the environment of the hooks of a commit. */
static bool git_commits(void)
{
	const char *index = getenv("GIT_INDEX_FILE");

	return index && *index;
}

/* What the index says itself of its tree. */
static void tree_in_index(
	const struct repo *repo, const char *path, struct oid *ret)
{
	struct index_file index;
	struct cache_tree cached;

	if (repo->sha256 || !index_open(&index, path))
		return;
	cache_tree_read(&cached, &index);
	if (cached.data && cached.root.oid)
		oid_set_bytes(ret, cached.root.oid, INDEX_OID_SIZE);
	cache_tree_release(&cached);
	index_close(&index);
}

void staged_tree(struct repo *repo, struct oid *ret)
{
	const struct staged_memo *memo = repo->staged;
	AUTO_FREE char *path = index_path(repo);
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	struct stat index;

	*ret = (struct oid){ "" };
	if (!git_commits())
		return;
	if (!memo)
		tree_in_index(repo, path, ret);
	else if (!stat(path, &index) && fs_same_stat(&memo->index, &index))
		*ret = memo->tree;
	if (*ret->hex ||
		gitcmd(repo, GIT_ARGS("write-tree"), NULL, &out, &ignored))
		return;
	if (!oid_parse_n(out.buf, strcspn(out.buf, "\n"), ret))
		*ret = (struct oid){ "" };
}

/* ---- all paths ---- */

static int names_of_index(struct index_file *index,
	int (*func)(const char *path, void *data), void *data)
{
	AUTO_STRBUF last = STRBUF_INIT;
	struct index_cursor cursor;
	struct index_entry entry;
	int result = 0;

	index_first(&cursor, index);
	while (!result && index_next(&cursor, &entry)) {
		/* the stages of a conflict have one name */
		if (entry.len == last.len &&
			!memcmp(entry.name, last.buf, last.len))
			continue;
		strbuf_reset(&last);
		strbuf_add(&last, entry.name, entry.len);
		result = func(last.buf, data);
	}
	index_cursor_release(&cursor);
	return result;
}

static int names_of_command(struct repo *repo,
	int (*func)(const char *path, void *data), void *data, struct err *err)
{
	AUTO_STRVEC out = STRVEC_INIT;
	int result = 0;

	if (gitcmd_list(
		    repo, GIT_ARGS("ls-files", "--cached", "-z"), &out, err))
		return -1;
	for (size_t i = 0; !result && i < out.nr; i++)
		if (!i || strcmp(out.v[i - 1], out.v[i]) != 0)
			result = func(out.v[i], data);
	return result;
}

int repo_index_each(struct repo *repo,
	int (*func)(const char *path, void *data), void *data, struct err *err)
{
	AUTO_FREE char *path = index_path(repo);
	struct index_file index;
	int result;

	if (repo->sha256 || !index_open(&index, path))
		return names_of_command(repo, func, data, err);
	result = names_of_index(&index, func, data);
	index_close(&index);
	return result;
}
