/*
 * The lists are made once each, of the index or by git, and are then looked at
 * on the disk: a command cannot do anything with a file that is gone, and git
 * names folders too (submodules).  Where lefthook reads lines and trims them,
 * names are separated by NUL here, so that every name arrives as it is.
 *
 * What is staged is read directly, and renames are not looked for, which takes
 * git longest of all: the new name is among the added ones either way.  The
 * old name counts as deleted here, where git with renames would leave it out:
 * a file that is no longer there is a reason to run a job for its kind.
 */
#include "hookrun/files/lists.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/git/staged.h"

#include "files/files_command.h"
#include "files/nameset.h"
#include "files/push.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The sets, and behind them the staged paths with deletions. */
#define WITH_DELETED SET_COUNT

struct file_lists {
	struct repo *repo;
	int root; /* the work tree, to look for files below it; -1: not open */
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
	lists->root = -1;
	return lists;
}

void lists_free(struct file_lists *lists)
{
	if (!lists)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lists->lists); i++)
		strvec_release(&lists->lists[i]);
	strvec_release(&lists->override);
	fs_auto_close(&lists->root);
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

static int open_root(struct file_lists *lists, struct err *err)
{
	const char *worktree = repo_worktree(lists->repo);

	if (!worktree)
		return err_set(err, "a bare repository has no files");
	if (lists->root < 0)
		lists->root = open(worktree, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (lists->root < 0)
		return err_errno(err, "cannot open '%s'", worktree);
	return 0;
}

/* A link to a file counts as one; a link to a folder or to nothing does not,
 * as in lefthook. */
static bool is_there(const struct file_lists *lists, const char *name)
{
	struct stat st;

	return !fstatat(lists->root, name, &st, 0) && !S_ISDIR(st.st_mode);
}

/* Push those of `names` that are there, each once. */
static void add_existing(const struct file_lists *lists,
	const struct strvec *names, struct strvec *ret)
{
	AUTO_NAMESET seen = NAMESET_INIT;

	for (size_t i = 0; i < names->nr; i++)
		if (is_there(lists, names->v[i]) &&
			nameset_add(&seen, names->v[i]))
			strvec_push(ret, names->v[i]);
}

/* Both staged lists at once: as `git diff --cached --name-only` has them with
 * --diff-filter=ACMR, and with ACDMRT. */
static int read_staged(struct file_lists *lists, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct staged staged;
	int failed = repo_staged(lists->repo, &arena, &staged, err);

	for (size_t i = 0; !failed && i < staged.nr; i++) {
		const struct staged_file *file = &staged.v[i];
		bool plain = file->status == STAGED_ADDED ||
			     file->status == STAGED_MODIFIED;

		if (plain && is_there(lists, file->path))
			strvec_push(&lists->lists[SET_STAGED], file->path);
		if (plain || file->status == STAGED_DELETED ||
			file->status == STAGED_TYPE)
			strvec_push(&lists->lists[WITH_DELETED], file->path);
	}
	lists->known[SET_STAGED] = lists->known[WITH_DELETED] = !failed;
	arena_release(&arena);
	return failed;
}

static int add_if_there(const char *path, void *data)
{
	struct file_lists *lists = data;

	if (is_there(lists, path))
		strvec_push(&lists->lists[SET_ALL], path);
	return 0;
}

static int read_push(struct file_lists *lists, struct err *err)
{
	AUTO_STRVEC names = STRVEC_INIT;

	if (push_files(lists->repo, lists->push_stdin, &names, err))
		return -1;
	add_existing(lists, &names, &lists->lists[SET_PUSH]);
	return 0;
}

static int make(struct file_lists *lists, size_t set, struct err *err)
{
	switch (set) {
	case SET_STAGED:
	case WITH_DELETED:
		return read_staged(lists, err);
	case SET_PUSH:
		return read_push(lists, err);
	case SET_ALL:
		return repo_index_each(lists->repo, add_if_there, lists, err);
	default:
		return err_set(err, "'{files}' needs a 'files' command");
	}
}

static int get(struct file_lists *lists, size_t set, const struct strvec **ret,
	struct err *err)
{
	if (lists->overridden) {
		*ret = &lists->override;
		return 0;
	}
	if (!lists->known[set]) {
		if (open_root(lists, err) || make(lists, set, err))
			return -1;
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
	AUTO_STRVEC names = STRVEC_INIT;

	if (lists->overridden) {
		strvec_push_all(ret, lists->override.v);
		return 0;
	}
	if (open_root(lists, err) ||
		files_command(
			command, cwd, repo_worktree(lists->repo), &names, err))
		return -1;
	add_existing(lists, &names, ret);
	return 0;
}
