/*
 * The folder of hook files, which installing and removing share: where git says
 * that it is, the lock that lets one of them at a time change it, and the name
 * under which somebody else's hook waits.
 */
#include "hookrun/install/hookdir.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#define LOCK_FILE "hookrun/install.lock"
#define LOCK_WAIT_MS 30000

int hookdir_find(struct repo *repo, char **ret_path, struct err *err)
{
	const char *base = repo_worktree(repo) ? repo_worktree(repo)
					       : repo_gitdir(repo);
	AUTO_STRBUF out = STRBUF_INIT;

	if (gitcmd(repo, GIT_ARGS("rev-parse", "--git-path", "hooks"), NULL,
		    &out, err))
		return -1;
	if (out.len && out.buf[out.len - 1] == '\n')
		strbuf_setlen(&out, out.len - 1);
	*ret_path = fs_clean(base, out.buf);
	return 0;
}

char *hookdir_old(const char *path)
{
	AUTO_STRBUF old = STRBUF_INIT;

	strbuf_addf(&old, "%s.old", path);
	return strbuf_detach(&old, NULL);
}

int hookdir_lock(struct repo *repo, struct err *err)
{
	AUTO_FREE char *path = fs_join(repo_commondir(repo), LOCK_FILE);
	int fd;

	if (fs_mkdirs_for(path, err))
		return -1;
	fd = filelock(path, LOCK_WAIT_MS, err);
	if (fd == -2)
		return err_set(err,
			"somebody else is installing hooks in this repository "
			"and does not come to an end");
	return fd;
}
