/*
 * The lists come from git, once each, and are then looked at on the disk: a
 * command cannot do anything with a file that is gone, and git names folders
 * too (submodules).  Where lefthook reads lines and trims them, names are
 * separated by NUL here, so that every name arrives as it is.
 */
#include "hookrun/files/lists.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/gitcmd.h"

#include "files/files_command.h"
#include "files/nameset.h"
#include "files/push.h"

#include <sys/stat.h>

/* The sets, and behind them the staged paths with deletions. */
#define WITH_DELETED SET_COUNT

struct file_lists {
	struct repo *repo;
	char *push_stdin; /* NULL: run by hand */
	bool overridden;
	struct strvec override;
	bool known[SET_COUNT + 1];
	struct strvec lists[SET_COUNT + 1];
};

struct file_lists *lists_new(struct repo *repo)
{
	struct file_lists *lists = xcalloc(1, sizeof(*lists));

	lists->repo = repo;
	return lists;
}

void lists_free(struct file_lists *lists)
{
	if (!lists)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lists->lists); i++)
		strvec_release(&lists->lists[i]);
	strvec_release(&lists->override);
	free(lists->push_stdin);
	free(lists);
}

void lists_set_push(struct file_lists *lists, const char *stdin_text)
{
	free(lists->push_stdin);
	lists->push_stdin = stdin_text ? xstrdup(stdin_text) : NULL;
	strvec_release(&lists->lists[SET_PUSH]);
	lists->known[SET_PUSH] = false;
}

void lists_override(struct file_lists *lists, const struct strvec *files)
{
	struct strvec copy = STRVEC_INIT;

	/* By way of a copy: `files` may be the old list itself. */
	strvec_push_all(&copy, files->v);
	strvec_release(&lists->override);
	lists->override = copy;
	lists->overridden = true;
}

/* A link to a file counts as one; a link to a folder or to nothing does not,
 * as in lefthook. */
static bool is_there(const char *worktree, const char *name)
{
	AUTO_FREE char *path = fs_join(worktree, name);
	struct stat st;

	return !stat(path, &st) && !S_ISDIR(st.st_mode);
}

/* Push those of `names` that are there, each once. */
static void add_existing(
	const char *worktree, const struct strvec *names, struct strvec *ret)
{
	AUTO_NAMESET seen = NAMESET_INIT;

	for (size_t i = 0; i < names->nr; i++)
		if (is_there(worktree, names->v[i]) &&
			nameset_add(&seen, names->v[i]))
			strvec_push(ret, names->v[i]);
}

static int ask_staged(
	struct repo *repo, char *filter, struct strvec *ret, struct err *err)
{
	char *const args[] = { (char[]){ "diff" }, (char[]){ "--cached" },
		(char[]){ "--name-only" }, (char[]){ "-z" },
		(char[]){ "--no-ext-diff" }, (char[]){ "--no-relative" },
		filter, NULL };

	return gitcmd_list(repo, args, ret, err);
}

static int ask_all(struct repo *repo, struct strvec *ret, struct err *err)
{
	char *const args[] = { (char[]){ "ls-files" }, (char[]){ "--cached" },
		(char[]){ "-z" }, NULL };

	return gitcmd_list(repo, args, ret, err);
}

static int ask(struct file_lists *lists, size_t set, struct strvec *ret,
	struct err *err)
{
	static char staged[] = "--diff-filter=ACMR";
	static char with_deleted[] = "--diff-filter=ACDMRT";

	switch (set) {
	case SET_STAGED:
		return ask_staged(lists->repo, staged, ret, err);
	case SET_PUSH:
		return push_files(lists->repo, lists->push_stdin, ret, err);
	case SET_ALL:
		return ask_all(lists->repo, ret, err);
	case WITH_DELETED:
		return ask_staged(lists->repo, with_deleted, ret, err);
	default:
		return err_set(err, "'{files}' needs a 'files' command");
	}
}

static int get(struct file_lists *lists, size_t set, const struct strvec **ret,
	struct err *err)
{
	AUTO_STRVEC names = STRVEC_INIT;
	const char *worktree = repo_worktree(lists->repo);

	if (lists->overridden) {
		*ret = &lists->override;
		return 0;
	}
	if (!worktree)
		return err_set(err, "a bare repository has no files");
	if (!lists->known[set]) {
		if (ask(lists, set, &names, err))
			return -1;
		if (set == WITH_DELETED)
			strvec_push_all(&lists->lists[set], names.v);
		else
			add_existing(worktree, &names, &lists->lists[set]);
		lists->known[set] = true;
	}
	*ret = &lists->lists[set];
	return 0;
}

int lists_get(struct file_lists *lists, enum file_set set,
	const struct strvec **ret, struct err *err)
{
	return get(lists, set, ret, err);
}

int lists_staged_with_deleted(
	struct file_lists *lists, const struct strvec **ret, struct err *err)
{
	return get(lists, WITH_DELETED, ret, err);
}

int lists_command(struct file_lists *lists, const char *command,
	const char *cwd, struct strvec *ret, struct err *err)
{
	const char *worktree = repo_worktree(lists->repo);
	AUTO_STRVEC names = STRVEC_INIT;

	if (lists->overridden) {
		strvec_push_all(ret, lists->override.v);
		return 0;
	}
	if (!worktree)
		return err_set(err, "a bare repository has no files");
	if (files_command(command, cwd, worktree, &names, err))
		return -1;
	add_existing(worktree, &names, ret);
	return 0;
}
