/*
 * Which files have more in the work tree than is staged.
 *
 * Only staged files are looked at, unless all tracked ones are asked for, which
 * git is asked then: their lstat against what the index
 * remembers says of nearly all that they are as staged.  Where it does not
 * (touched, written in the tick of the index), the bytes are compared.  What
 * differs then is hidden or, where only a filter makes it look different,
 * dropped when the staged version has been through the filters.
 *
 * Left alone: conflicts and `git add -N` (nothing is staged), submodules, and
 * what git is told not to look at.  A folder in the place of a file is put
 * aside as a whole; so is a file or a link in the place of a folder, and what
 * was staged in that folder counts as gone from the work tree.
 */
#include "guard/guard_impl.h"

#include "hookrun/base/keymap.h"
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

/* What the index has at a path. */
struct indexed {
	const char *path;
	struct oid oid;
	unsigned mode;
};

static bool is_as_staged(struct repo *repo, const struct indexed *file,
	const struct guard_state *user)
{
	if (user->kind == GUARD_LINK)
		return file->mode == MODE_LINK &&
		       same_link(repo, &file->oid, user->target);
	return user->kind == GUARD_FILE && file->mode != MODE_LINK &&
	       oid_eq(&user->oid, &file->oid) &&
	       !((user->mode ^ file->mode) & S_IXUSR);
}

/* A look at the work tree, and what it has found. */
struct scan {
	struct repo *repo;
	struct guard_journal *journal;
	struct keymap known; /* the paths of the journal; values are not NULL */
};

static bool is_known(const struct scan *scan, const char *path)
{
	return keymap_get(&scan->known, path);
}

static struct guard_entry *add(struct scan *scan, const char *path,
	const struct guard_state *user, const struct stat *st)
{
	struct guard_entry *entry = guard_journal_add(scan->journal, path);

	keymap_put(&scan->known, entry->path, scan);
	entry->user = *user;
	entry->seen = *st;
	return entry;
}

/* What stands where the folder `path` of a staged file was: 1 it will be put
 * aside, 0 it cannot be, -1. */
static int scan_in_the_way(struct scan *scan, const char *path, struct err *err)
{
	struct guard_journal *journal = scan->journal;
	AUTO_FREE char *full = fs_join(repo_worktree(scan->repo), path);
	struct guard_state user;
	struct stat st;

	if (is_known(scan, path))
		return 1;
	if (guard_look(scan->repo, &journal->arena, full, &user, &st, err))
		return -1;
	if (user.kind != GUARD_FILE && user.kind != GUARD_LINK)
		return 0;
	add(scan, path, &user, &st);
	journal->has_blockers = true;
	return 1;
}

/* A folder is moved and never copied. */
static int check_folder(struct repo *repo, const char *path,
	const struct stat *st, struct err *err)
{
	struct stat gitdir;

	if (stat(repo_gitdir(repo), &gitdir))
		return err_errno(err, "cannot look at '%s'", repo_gitdir(repo));
	if (gitdir.st_dev == st->st_dev)
		return 0;
	return err_set(err,
		"'%s' is staged as a file and a folder now, which is on "
		"another file system than '%s'",
		path, repo_gitdir(repo));
}

/* What cannot be told by the stat data of the file. */
static int scan_content(
	struct scan *scan, const struct indexed *file, struct err *err)
{
	struct repo *repo = scan->repo;
	AUTO_FREE char *path = fs_join(repo_worktree(repo), file->path);
	struct guard_state user;
	struct guard_entry *entry;
	struct stat st = { 0 };
	size_t len;

	if (!guard_is_plain(repo_worktree(repo), file->path, &len)) {
		AUTO_FREE char *blocker = xstrndup(file->path, len);
		int result = scan_in_the_way(scan, blocker, err);

		if (result <= 0)
			return result;
		user = (struct guard_state){ .kind = GUARD_NONE };
	} else if (guard_look(repo, &scan->journal->arena, path, &user, &st,
			   err)) {
		return -1;
	}
	if (user.kind == GUARD_OTHER || is_as_staged(repo, file, &user))
		return 0;
	if (user.kind == GUARD_FOLDER) {
		if (check_folder(repo, file->path, &st, err))
			return -1;
		scan->journal->has_blockers = true;
	}
	entry = add(scan, file->path, &user, &st);
	entry->index = file->oid;
	entry->exec = file->mode & S_IXUSR;
	return 0;
}

/* The work tree is opened once: the way to it from the root of the file system
 * would be gone for each file again. */
static int scan_staged(struct scan *scan, struct err *err)
{
	struct repo *repo = scan->repo;
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
	for (size_t i = 0; !failed && i < staged.nr; i++) {
		const struct staged_file *file = &staged.v[i];
		struct indexed indexed = { .path = file->path,
			.mode = file->new_mode };

		if (staged.unchanged[i] || !has_content(file))
			continue;
		staged_oid(file, &indexed.oid);
		failed = scan_content(scan, &indexed, err);
	}
	return failed;
}

/* ":MODE MODE ID ID STATUS" of git diff-files; false where the index has
 * nothing to show: a conflict, `git add -N`, a submodule. */
static bool read_change(const char *text, struct indexed *ret)
{
	AUTO_FREE char *copy = xstrdup(text);
	char *words[5] = { NULL }, *rest = copy;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = strsep(&rest, " ");
	if (!words[4] || *words[0] != ':' || !oid_parse(words[2], &ret->oid))
		return false;
	ret->mode = (unsigned)strtoul(words[0] + 1, NULL, 8);
	return *words[4] != 'U' && ret->mode && ret->mode != MODE_SUBMODULE;
}

/* Files that are not staged at all, but tracked and changed or gone.  Git lists
 * those too that only look changed. */
static int scan_tracked(struct scan *scan, struct err *err)
{
	AUTO_STRVEC words = STRVEC_INIT;

	if (gitcmd_list(scan->repo,
		    GIT_ARGS("diff-files", "--raw", "-z", "--no-abbrev"),
		    &words, err))
		return -1;
	for (size_t i = 0; i + 1 < words.nr; i += 2) {
		struct indexed file = { .path = words.v[i + 1] };

		if (read_change(words.v[i], &file) &&
			!is_known(scan, file.path) &&
			scan_content(scan, &file, err))
			return -1;
	}
	return 0;
}

/* What stands in the way of a staged file, or is in a folder that does. */
static bool is_blocker(const struct scan *scan, const char *path)
{
	AUTO_FREE char *part = xstrdup(path);
	char *end = part + strlen(part);

	while (end && !is_known(scan, part)) {
		end = strrchr(part, '/');
		if (end)
			*end = '\0';
	}
	return end;
}

/* Repositories within ours end in a slash and stay. */
static int scan_untracked(struct scan *scan, struct err *err)
{
	bool has_blockers = scan->journal->has_blockers;
	AUTO_STRVEC names = STRVEC_INIT;

	if (gitcmd_list(scan->repo,
		    GIT_ARGS(
			    "ls-files", "--others", "--exclude-standard", "-z"),
		    &names, err))
		return -1;
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = NULL;
		const char *name = names.v[i];
		struct guard_state user;
		struct stat st;

		if (!*name || name[strlen(name) - 1] == '/' ||
			(has_blockers && is_blocker(scan, name)))
			continue;
		path = fs_join(repo_worktree(scan->repo), name);
		if (guard_look(scan->repo, &scan->journal->arena, path, &user,
			    &st, err))
			return -1;
		if (user.kind == GUARD_FILE || user.kind == GUARD_LINK)
			add(scan, name, &user, &st);
	}
	return 0;
}

int guard_scan(struct repo *repo, const struct guard_opts *opts,
	struct guard_journal *journal, struct err *err)
{
	struct scan scan = { .repo = repo, .journal = journal };
	int failed = (opts->staged && scan_staged(&scan, err)) ||
		     (opts->tracked && scan_tracked(&scan, err)) ||
		     (opts->untracked && scan_untracked(&scan, err));

	keymap_release(&scan.known);
	return failed ? -1 : 0;
}
