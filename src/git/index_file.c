/*
 * Adding to the index by `git update-index`, which takes names of any bytes
 * from its stdin, applies the filters that git would, and reads no ignore
 * rules and no file but those.  `--add` is not given: what is not in the index
 * is nobody's to commit but the user's.
 *
 * During `git commit FILE` git has two new indexes, of which it gives us one;
 * the other becomes the work tree's at the end.  Were it left alone, the commit
 * would have the added content and the index after it the old one, staged as
 * if the user wanted to take the change back.
 *
 * An editor that looks at the status beside us holds the lock for a moment.
 * Git waits for locked refs up to core.filesRefLockTimeout, and for the index
 * not at all; a commit is not to fail by that.
 */
#include "hookrun/git/index_file.h"

#include "git/repo_impl.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOCK_MS 1000	   /* that it is waited for, unless configured */
#define LOCK_MS_MAX 600000 /* whatever is configured */
#define LOCK_NAP_MS 20

#define NEXT_INDEX "next-index-"

char *index_private(const struct repo *repo)
{
	const char *named = getenv("GIT_INDEX_FILE");
	AUTO_FREE char *own = fs_join(repo->gitdir, "index");
	AUTO_FREE char *path = NULL;
	AUTO_FREE char *folder = NULL;
	AUTO_FREE char *real = NULL;
	char *result;

	if (!named || !*named)
		return NULL;
	path = fs_clean(repo->worktree ? repo->worktree : repo->gitdir, named);
	folder = fs_dirname(path);
	real = realpath(folder, NULL);
	result = fs_join(real ? real : folder, fs_basename(path));
	if (strcmp(result, own) != 0)
		return result;
	free(result);
	return NULL;
}

/* The index that `git commit FILE` puts in place of the work tree's, where
 * `index` is the one that it commits; malloc'd, NULL: there is none. */
static char *second_index(const struct repo *repo, const char *index)
{
	AUTO_FREE char *folder = NULL;
	char *lock;

	if (!index || strncmp(fs_basename(index), NEXT_INDEX,
			      strlen(NEXT_INDEX)) != 0)
		return NULL;
	folder = fs_dirname(index);
	if (strcmp(folder, repo->gitdir) != 0)
		return NULL;
	lock = fs_join(folder, "index.lock");
	if (fs_exists(lock))
		return lock;
	free(lock);
	return NULL;
}

static int update_once(struct repo *repo, const char *index,
	const struct strbuf *names, struct err *err)
{
	return gitcmd_on_index(repo, index,
		GIT_ARGS("update-index", "-z", "--remove", "--stdin"),
		names->buf, names->len, NULL, NULL, err);
}

/* How long a lock may last: less than 0 is for ever to git. */
static int64_t lock_ms(struct repo *repo)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	int64_t ms;

	if (gitcmd(repo,
		    GIT_ARGS("config", "--type=int", "--get",
			    "core.filesRefLockTimeout"),
		    NULL, &out, &ignored) ||
		!out.len)
		return LOCK_MS;
	ms = strtoll(out.buf, NULL, 10);
	return ms < 0 || ms > LOCK_MS_MAX ? LOCK_MS_MAX : ms;
}

static void wait_for(const char *lock, int64_t deadline_ms)
{
	const struct timespec nap = { .tv_nsec = LOCK_NAP_MS * 1000000 };

	while (fs_exists(lock) && clock_now_ms() < deadline_ms)
		nanosleep(&nap, NULL);
}

/* `index` is NULL for the one that this commit uses. */
static int update(struct repo *repo, const char *index,
	const struct strbuf *names, struct err *err)
{
	AUTO_FREE char *own = index_private(repo);
	AUTO_STRBUF lock = STRBUF_INIT;
	int64_t deadline_ms;

	strbuf_addf(&lock, "%s%s.lock", index || own ? "" : repo->gitdir,
		index ? index
		: own ? own
		      : "/index");
	if (!fs_exists(lock.buf) && !update_once(repo, index, names, err))
		return 0;
	deadline_ms = clock_now_ms() + lock_ms(repo);
	do {
		wait_for(lock.buf, deadline_ms);
		if (!update_once(repo, index, names, err))
			return 0;
	} while (fs_exists(lock.buf) && clock_now_ms() < deadline_ms);
	return -1;
}

int index_add(struct repo *repo, const struct strvec *paths, struct err *err)
{
	AUTO_FREE char *index = index_private(repo);
	AUTO_FREE char *second = second_index(repo, index);
	AUTO_STRBUF names = STRBUF_INIT;

	if (!paths->nr)
		return 0;
	for (size_t i = 0; i < paths->nr; i++)
		strbuf_add(&names, paths->v[i], strlen(paths->v[i]) + 1);
	if (update(repo, NULL, &names, err))
		return -1;
	return second ? update(repo, second, &names, err) : 0;
}
