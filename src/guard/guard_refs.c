/*
 * Backups of versions up to 0.1, which were trees under refs/hookrun/backup/:
 * `git push --mirror` published them.  Each becomes an archive, then its ref
 * goes.  What cannot be taken over stays as it is, since a backup is worth more
 * than order.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/disk.h"
#include "hookrun/base/ownership.h"
#include "hookrun/base/tar.h"
#include "hookrun/git/gitcmd.h"

#include <fcntl.h>
#include <unistd.h>

#define REFS "refs/hookrun/backup"
#define PACKED_REFS_MAX (256 * 1024 * 1024)

/* No process is started to find that there is nothing. */
static bool may_have_refs(struct repo *repo)
{
	AUTO_FREE char *loose = fs_join(repo_commondir(repo), REFS);
	AUTO_FREE char *tables = fs_join(repo_commondir(repo), "reftable");
	AUTO_FREE char *packed = fs_join(repo_commondir(repo), "packed-refs");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	if (fs_exists(loose) || fs_exists(tables))
		return true;
	return fs_read(packed, &text, PACKED_REFS_MAX, &ignored) > 0 &&
	       memmem(text.buf, text.len, REFS "/", strlen(REFS "/"));
}

/* "100644 blob ID\tNAME" */
static int add_item(struct repo *repo, int fd, const char *line,
	const char *spare, struct err *err)
{
	const char *name = strchr(line, '\t');
	AUTO_STRVEC args = STRVEC_INIT;
	AUTO_FD int item = open(
		spare, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (item < 0)
		return err_errno(err, "cannot write '%s'", spare);
	if (!name || strncmp(line, "100644 blob ", 12) != 0)
		return err_set(err, "'%s' is no part of a backup", line);
	strvec_push(&args, "cat-file");
	strvec_push(&args, "blob");
	strvec_pushn(&args, line + 12, (size_t)(name - line - 12));
	if (gitcmd_to(repo, strvec_words(&args), item, err))
		return -1;
	if (lseek(item, 0, SEEK_SET) < 0)
		return err_errno(err, "cannot read '%s'", spare);
	return tar_add_file(fd, name + 1, item, NULL, err);
}

static int write_archive(struct repo *repo, const char *ref, const char *path,
	const char *spare, struct err *err)
{
	AUTO_FD int fd = open(
		path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	AUTO_STRVEC items = STRVEC_INIT;

	if (fd < 0)
		return err_errno(err, "cannot write '%s'", path);
	ownership_follow(fd, path, true);
	if (gitcmd_list(repo, GIT_ARGS("ls-tree", "-z", ref), &items, err))
		return -1;
	for (size_t i = 0; i < items.nr; i++)
		if (add_item(repo, fd, items.v[i], spare, err))
			return -1;
	if (tar_end(fd, err))
		return -1;
	return disk_sync_file(fd) ? err_errno(err, "cannot write '%s'", path)
				  : 0;
}

/* `ref` is REFS/WORKTREE/ID. */
static int take_over(struct repo *repo, const char *ref, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT, part = STRBUF_INIT;
	AUTO_STRBUF spare = STRBUF_INIT;
	AUTO_FREE char *folder = NULL;
	int failed;

	strbuf_addf(&path, "%s/hookrun/backup%s.tar", repo_commondir(repo),
		ref + strlen(REFS));
	strbuf_addf(&part, "%s.new", path.buf);
	strbuf_addf(&spare, "%s.item.new", path.buf);
	folder = fs_dirname(path.buf);
	if (fs_exists(path.buf))
		return 0;
	failed = fs_mkdirs(folder, 0700, err) ||
		 write_archive(repo, ref, part.buf, spare.buf, err);
	unlink(spare.buf);
	if (failed || rename(part.buf, path.buf)) {
		unlink(part.buf);
		return -1;
	}
	return guard_sync(folder);
}

static void remove_ref(struct repo *repo, const char *ref)
{
	struct err ignored = ERR_INIT;

	gitcmd(repo, GIT_ARGS("update-ref", "-d", ref), NULL, NULL, &ignored);
}

void backups_take_over(struct repo *repo)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	char *line, *rest;

	if (!may_have_refs(repo))
		return;
	if (gitcmd(repo, GIT_ARGS("for-each-ref", "--format=%(refname)", REFS),
		    NULL, &out, &ignored))
		return;
	for (rest = out.buf; (line = strsep(&rest, "\n"));)
		if (*line && !take_over(repo, line, &ignored))
			remove_ref(repo, line);
}
