/*
 * A work tree for a while.  `git worktree add` would do it, but what it enters
 * in the list of work trees stays there when we are killed, and locks the
 * branch or shows up in the user's `git worktree list` meanwhile.  So the git
 * directory is one that no list knows: HEAD, an index, and a `commondir` that
 * leads to the repository (gitrepository-layout(5)).  To git it is a linked
 * work tree like others: core.bare and core.worktree of the shared
 * configuration do not count there, refs and objects are the repository's.
 *
 *	hookrun/checkout/lock           while one is made or swept away
 *	hookrun/checkout/ID/lock        held as long as its maker lives
 *	hookrun/checkout/ID/git, tree
 *
 * The kernel gives a lock back whatever ends its holder, so that whoever comes
 * next can tell what is left over.
 */
#include "hookrun/git/checkout.h"

#include "git/repo_impl.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"
#include "hookrun/git/gitcmd.h"

#include <stdlib.h>
#include <unistd.h>

#define LOCK_MS 60000 /* to wait for who makes another */
#define ID_HEX 12     /* digits of the commit in the name of the folder */

struct checkout {
	char *dir;
	struct repo *repo;
	int lock; /* -1: none yet */
};

struct repo *checkout_repo(const struct checkout *checkout)
{
	return checkout->repo;
}

/* Whoever holds its lock lives. */
static void sweep_one(const char *dir)
{
	AUTO_FREE char *path = fs_join(dir, "lock");
	struct err ignored;
	int lock = filelock(path, 0, &ignored);

	if (lock < 0)
		return;
	fs_remove_tree(dir, &ignored);
	close(lock);
}

static void sweep(const char *home)
{
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored;

	if (fs_list(home, &names, &ignored))
		return;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *dir = fs_join(home, names.v[i]);

		if (fs_is_dir(dir))
			sweep_one(dir);
	}
}

/* Its folder, with the lock on it. */
static int claim(struct checkout *checkout, const char *home,
	const struct oid *commit, struct err *err)
{
	AUTO_STRBUF dir = STRBUF_INIT;
	AUTO_FREE char *path = NULL;

	strbuf_addf(&dir, "%s/%.*s.XXXXXX", home, ID_HEX, commit->hex);
	if (!mkdtemp(dir.buf))
		return err_errno(err, "cannot create '%s'", dir.buf);
	checkout->dir = xstrdup(dir.buf);
	path = fs_join(dir.buf, "lock");
	checkout->lock = filelock(path, 0, err);
	return checkout->lock < 0 ? -1 : 0;
}

/* A file of one line. */
static int put(const char *dir, const char *name, const char *key,
	const char *text, struct err *err)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_STRBUF line = STRBUF_INIT;

	strbuf_addf(&line, "%s%s\n", key, text);
	return fs_write_cache(path, line.buf, line.len, err);
}

static int lay_out(const struct repo *repo, const struct oid *commit,
	const struct repo *made, struct err *err)
{
	AUTO_FREE char *link = fs_join(made->worktree, ".git");

	return fs_mkdirs(made->gitdir, 0755, err) ||
	       fs_mkdirs(made->worktree, 0755, err) ||
	       put(made->gitdir, "HEAD", "", commit->hex, err) ||
	       put(made->gitdir, "commondir", "", repo->commondir, err) ||
	       put(made->gitdir, "gitdir", "", link, err) ||
	       put(made->worktree, ".git", "gitdir: ", made->gitdir, err);
}

static struct repo *repo_for(const struct repo *repo, const char *dir)
{
	struct repo *made = xcalloc(1, sizeof(*made));

	made->gitdir = fs_join(dir, "git");
	made->worktree = fs_join(dir, "tree");
	made->commondir = xstrdup(repo->commondir);
	made->sha256 = repo->sha256;
	/* an index that the environment names is not its own */
	made->job_env = xcalloc(1, sizeof(*made->job_env));
	return made;
}

/* Without hooks and watchers: it is nobody's switch of branches. */
static int fill(struct repo *made, const struct oid *commit, struct err *err)
{
	AUTO_FREE char *index = fs_join(made->gitdir, "index");

	return gitcmd_on_index(made, index,
		GIT_ARGS("-c", "core.hooksPath=/dev/null", "-c",
			"core.fsmonitor=false", "read-tree", "--reset", "-u",
			commit->hex),
		NULL, 0, NULL, NULL, err);
}

static int make(struct repo *repo, const struct oid *commit,
	struct checkout *checkout, struct err *err)
{
	AUTO_FREE char *home = fs_join(repo->commondir, "hookrun/checkout");
	AUTO_FREE char *path = fs_join(home, "lock");
	AUTO_FD int lock = -1;

	if (repo->reftable)
		return err_set(err, "it needs refs that are files");
	if (fs_mkdirs(home, 0755, err))
		return -1;
	lock = filelock(path, LOCK_MS, err);
	if (lock == -2)
		err_set(err, "another hookrun has locked '%s'", path);
	if (lock < 0)
		return -1;
	sweep(home);
	if (claim(checkout, home, commit, err))
		return -1;
	fs_auto_close(&lock);
	lock = -1;
	checkout->repo = repo_for(repo, checkout->dir);
	if (lay_out(repo, commit, checkout->repo, err) ||
		fill(checkout->repo, commit, err))
		return -1;
	ownership_follow_tree(checkout->dir);
	return 0;
}

int checkout_new(struct repo *repo, const struct oid *commit,
	struct checkout **ret, struct err *err)
{
	struct checkout *checkout = xcalloc(1, sizeof(*checkout));

	checkout->lock = -1;
	if (make(repo, commit, checkout, err)) {
		checkout_free(checkout);
		return err_prefix(
			err, "cannot check out '%.*s'", ID_HEX, commit->hex);
	}
	*ret = checkout;
	return 0;
}

void checkout_free(struct checkout *checkout)
{
	struct err ignored;

	if (!checkout)
		return;
	if (checkout->dir)
		fs_remove_tree(checkout->dir, &ignored);
	fs_auto_close(&checkout->lock);
	repo_free(checkout->repo);
	free(checkout->dir);
	free(checkout);
}
