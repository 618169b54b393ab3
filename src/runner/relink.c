/*
 * A link in whose place a job has put a file.
 *
 * What writes a new file and renames it (sed -i, most formatters) replaces a
 * link by a copy of what it leads to.  Nobody means that: the link comes back.
 * Where the copy is not what the link leads to now, its bytes are stored as an
 * object of git first.  The file is moved out of the way before it is read, so
 * that what is stored is what is removed, and nothing is ever written over.
 */
#include "runner/relink.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/filestate.h"
#include "hookrun/git/gitcmd.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the link, which is in place again, leads to the same bytes. */
static bool leads_to_same(const char *path, const char *aside)
{
	AUTO_FREE char *target = realpath(path, NULL);
	struct filestate there, here;

	if (!target)
		return false;
	filestate_read(target, &there);
	filestate_read(aside, &here);
	return there.kind == FILE_REGULAR && here.kind == FILE_REGULAR &&
	       here.stat.st_size <= FILESTATE_HASH_MAX &&
	       there.stat.st_size == here.stat.st_size &&
	       there.hash == here.hash;
}

static int keep(struct repo *repo, const char *aside, struct strbuf *kept,
	struct err *err)
{
	if (gitcmd(repo,
		    GIT_ARGS("hash-object", "-w", "--no-filters", "--", aside),
		    NULL, kept, err))
		return -1;
	strbuf_rtrim(kept);
	return 0;
}

int relink(struct repo *repo, const char *path, const char *target,
	struct strbuf *kept, struct err *err)
{
	AUTO_STRBUF aside = STRBUF_INIT;

	strbuf_addf(&aside, "%s.hookrun-%d", path, (int)getpid());
	if (fs_exists(aside.buf))
		return err_set(err, "'%s' is in the way", aside.buf);
	if (rename(path, aside.buf))
		return err_errno(err, "cannot rename '%s'", path);
	if (symlink(target, path)) {
		err_errno(err, "cannot make the link '%s'", path);
		if (!fs_exists(path))
			rename(aside.buf, path);
		return -1;
	}
	if (!leads_to_same(path, aside.buf) && keep(repo, aside.buf, kept, err))
		return err_prefix(err, "the file is kept as '%s'", aside.buf);
	if (unlink(aside.buf))
		return err_errno(err, "cannot remove '%s'", aside.buf);
	return 0;
}
