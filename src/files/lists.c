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
#include "hookrun/files/range.h"
#include "hookrun/base/keymap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The sets, and behind them what lists_touched() gives. */
#define TOUCHED SET_COUNT

struct file_lists {
	struct repo *repo;
	int root; /* the work tree, to look for files below it; -1: not open */
	struct push_opts push;
	bool is_push, push_known;
	struct push_files pushed;
	struct staged staged; /* of `repo` */
	bool staged_known;
	bool overridden;
	struct strvec override;
	bool is_range;
	struct range range;
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
	push_files_release(&lists->pushed);
	range_release(&lists->range);
	free(lists);
}

void lists_set_push(struct file_lists *lists, const struct push_opts *push)
{
	static const size_t of_push[] = { SET_PUSH, SET_DELETED, TOUCHED };

	for (size_t i = 0; i < ARRAY_SIZE(of_push); i++) {
		strvec_release(&lists->lists[of_push[i]]);
		lists->known[of_push[i]] = false;
	}
	push_files_release(&lists->pushed);
	lists->push = *push;
	lists->is_push = true;
	lists->push_known = false;
}

const struct strvec *lists_elsewhere(const struct file_lists *lists)
{
	return &lists->pushed.elsewhere;
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

int lists_set_range(struct file_lists *lists, const char *from, const char *to,
	bool *ret_elsewhere, struct err *err)
{
	lists->is_range = true;
	if (range_read(lists->repo, from, to, &lists->range, err))
		return -1;
	*ret_elsewhere = lists->range.elsewhere;
	return 0;
}

const char *lists_replaced(const struct file_lists *lists, enum file_set set)
{
	if (lists->overridden)
		return "named";
	return lists->is_range && set != SET_ALL ? "changed" : NULL;
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

static bool is_gone(const struct file_lists *lists, const char *name)
{
	struct stat st;

	return fstatat(lists->root, name, &st, AT_SYMLINK_NOFOLLOW) != 0;
}

/* Push those of `names` for which `wanted` holds (NULL: all), each once. */
static void add_each_once(const struct file_lists *lists,
	const struct strvec *names,
	bool (*wanted)(const struct file_lists *lists, const char *name),
	struct strvec *ret)
{
	AUTO_KEYMAP seen = KEYMAP_INIT;

	for (size_t i = 0; i < names->nr; i++)
		if ((!wanted || wanted(lists, names->v[i])) &&
			keymap_put(&seen, names->v[i], NULL))
			strvec_push(ret, names->v[i]);
}

/* Is a staged file in a set, as `git diff --cached --name-only` has it with
 * --diff-filter=ACMR, D and (TOUCHED) ACDMRT? */
static bool is_in(const struct file_lists *lists, size_t set, size_t nr)
{
	const struct staged_file *file = &lists->staged.v[nr];
	bool plain = file->status == STAGED_ADDED ||
		     file->status == STAGED_MODIFIED;
	bool deleted = file->status == STAGED_DELETED;

	if (set == SET_STAGED)
		return plain &&
		       staged_is_there(&lists->staged, nr, lists->root);
	if (set == SET_DELETED)
		return deleted;
	return plain || deleted || file->status == STAGED_TYPE;
}

/* The repository keeps its list, hence the names can be borrowed; here, for
 * that all sets are of one state. */
static int read_staged(struct file_lists *lists, size_t set, struct err *err)
{
	const struct staged *staged = &lists->staged;

	if (!lists->staged_known &&
		repo_staged(lists->repo, &lists->staged, err))
		return -1;
	lists->staged_known = true;
	strvec_reserve(&lists->lists[set], set == SET_STAGED ? staged->nr : 0);
	for (size_t i = 0; i < staged->nr; i++)
		if (is_in(lists, set, i))
			strvec_borrow(&lists->lists[set], staged->v[i].path);
	return 0;
}

static int add_if_there(const char *path, void *data)
{
	struct file_lists *lists = data;

	if (is_there(lists, path))
		strvec_push(&lists->lists[SET_ALL], path);
	return 0;
}

/* {push_files} of a hook other than pre-push: what HEAD would send. */
static int ask_push(struct file_lists *lists, struct err *err)
{
	static const struct push_opts by_hand = { .by_hand = true };

	if (lists->push_known)
		return 0;
	if (push_files(lists->repo, lists->is_push ? &lists->push : &by_hand,
		    &lists->pushed, err)) {
		push_files_release(&lists->pushed);
		return -1;
	}
	lists->push_known = true;
	return 0;
}

/* Deleted is what the commits no longer have, whatever is on the disk. */
static void add_diff(
	struct file_lists *lists, const struct commit_diff *diff, size_t set)
{
	AUTO_STRVEC names = STRVEC_INIT;

	if (set != SET_DELETED)
		strvec_push_all(&names, diff->changed.v);
	if (set == SET_DELETED || set == TOUCHED)
		strvec_push_all(&names, diff->deleted.v);
	add_each_once(lists, &names,
		set == SET_DELETED || set == TOUCHED ? NULL : is_there,
		&lists->lists[set]);
}

static int read_push(struct file_lists *lists, size_t set, struct err *err)
{
	if (ask_push(lists, err))
		return -1;
	add_diff(lists, &lists->pushed.diff, set);
	return 0;
}

static int make(struct file_lists *lists, size_t set, struct err *err)
{
	bool of_push = set == SET_DELETED || set == TOUCHED;

	if (lists->is_range && set != SET_ALL) {
		add_diff(lists, &lists->range.diff, set);
		return 0;
	}
	if (set == SET_PUSH || (of_push && lists->is_push))
		return read_push(lists, set, err);
	if (set == SET_STAGED || of_push)
		return read_staged(lists, set, err);
	if (set == SET_ALL)
		return repo_index_each(lists->repo, add_if_there, lists, err);
	return 0; /* SET_FILES: only a command of the job's has any */
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

int lists_touched(
	struct file_lists *lists, const struct strvec **ret, struct err *err)
{
	return get(lists, TOUCHED, ret, err);
}

int lists_command(struct file_lists *lists, const char *command,
	const char *cwd, struct printed_files *ret, struct err *err)
{
	AUTO_STRVEC names = STRVEC_INIT;
	const struct strvec *there, *gone;

	if (lists_replaced(lists, SET_FILES)) {
		if (get(lists, SET_FILES, &there, err) ||
			get(lists, SET_DELETED, &gone, err))
			return -1;
		strvec_push_all(&ret->there, there->v);
		if (lists->is_range)
			strvec_push_all(&ret->gone, gone->v);
		return 0;
	}
	if (open_root(lists, err) ||
		files_command(lists->repo, command, cwd, &names, err))
		return -1;
	add_each_once(lists, &names, is_there, &ret->there);
	add_each_once(lists, &names, is_gone, &ret->gone);
	return 0;
}

void printed_files_release(struct printed_files *files)
{
	strvec_release(&files->there);
	strvec_release(&files->gone);
}
