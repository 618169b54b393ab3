/*
 * Which files have more in the work tree than is staged.
 *
 * Only staged files are looked at: their lstat against what the index
 * remembers says of nearly all that they are as staged.  Where it does not
 * (touched, written in the tick of the index), the bytes are compared.  What
 * differs then is hidden or, where only a filter makes it look different,
 * dropped when the staged version has been through the filters.
 *
 * Left alone: conflicts and `git add -N` (nothing is staged), submodules, what
 * git is told not to look at, and whatever is not a file or a link of this
 * work tree any more (a folder in its place, a folder above it that has become
 * a link).
 */
#include "guard/guard_impl.h"

#include "hookrun/git/mode.h"
#include "hookrun/git/gitcmd.h"
#include "hookrun/git/staged.h"

#include <fcntl.h>

static bool has_content(const struct staged_file *file)
{
	if (file->intent_to_add || file->skip_worktree || file->assume_valid)
		return false;
	return file->new_mode && file->new_mode != MODE_SUBMODULE &&
	       file->id_len;
}

/* Is the link what the blob says?  False also where it cannot be read. */
static bool same_link(
	struct repo *repo, const struct oid *blob, const char *target)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;

	return !repo_blob_read(repo, blob, &text, &ignored) &&
	       text.len == strlen(target) &&
	       !memcmp(text.buf, target, text.len);
}

static bool is_as_staged(struct repo *repo, const struct staged_file *file,
	const struct guard_state *user)
{
	struct oid staged;

	staged_oid(file, &staged);
	if (user->kind == GUARD_LINK)
		return file->new_mode == MODE_LINK &&
		       same_link(repo, &staged, user->target);
	return user->kind == GUARD_FILE && file->new_mode != MODE_LINK &&
	       oid_eq(&user->oid, &staged) &&
	       !((user->mode ^ file->new_mode) & S_IXUSR);
}

/* What cannot be told by the stat data of the file. */
static int scan_content(struct repo *repo, const struct staged_file *file,
	struct guard_journal *journal, struct err *err)
{
	AUTO_FREE char *path = fs_join(repo_worktree(repo), file->path);
	struct guard_state user;
	struct guard_entry *entry;
	struct stat st;

	if (!guard_is_plain(repo_worktree(repo), file->path))
		return 0;
	if (guard_look(repo, &journal->arena, path, &user, &st, err))
		return -1;
	if (user.kind == GUARD_OTHER || is_as_staged(repo, file, &user))
		return 0;
	entry = guard_journal_add(journal, file->path);
	entry->user = user;
	entry->seen = st;
	staged_oid(file, &entry->index);
	entry->exec = file->new_mode & S_IXUSR;
	return 0;
}

/* The work tree is opened once: the way to it from the root of the file system
 * would be gone for each file again. */
static int scan_staged(
	struct repo *repo, struct guard_journal *journal, struct err *err)
{
	AUTO_FD int root = -1;
	struct staged staged;
	int failed = repo_staged(repo, &staged, err);

	if (!failed && staged.nr)
		root = open(
			repo_worktree(repo), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!failed && staged.nr && root < 0)
		return err_errno(err, "cannot open '%s'", repo_worktree(repo));
	if (!failed)
		guard_glance(&staged, root);
	for (size_t i = 0; !failed && i < staged.nr; i++)
		if (!staged.unchanged[i] && has_content(&staged.v[i]))
			failed = scan_content(repo, &staged.v[i], journal, err);
	return failed;
}

/* Repositories within ours end in a slash and stay. */
static int scan_untracked(
	struct repo *repo, struct guard_journal *journal, struct err *err)
{
	AUTO_STRVEC names = STRVEC_INIT;

	if (gitcmd_list(repo,
		    GIT_ARGS(
			    "ls-files", "--others", "--exclude-standard", "-z"),
		    &names, err))
		return -1;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = NULL;
		const char *name = names.v[i];
		struct guard_entry *entry;
		struct guard_state user;
		struct stat st;

		if (!*name || name[strlen(name) - 1] == '/')
			continue;
		path = fs_join(repo_worktree(repo), name);
		if (guard_look(repo, &journal->arena, path, &user, &st, err))
			return -1;
		if (user.kind != GUARD_FILE && user.kind != GUARD_LINK)
			continue;
		entry = guard_journal_add(journal, name);
		entry->user = user;
		entry->seen = st;
	}
	return 0;
}

int guard_scan(struct repo *repo, const struct guard_opts *opts,
	struct guard_journal *journal, struct err *err)
{
	if (opts->staged && scan_staged(repo, journal, err))
		return -1;
	if (opts->untracked && scan_untracked(repo, journal, err))
		return -1;
	return 0;
}
