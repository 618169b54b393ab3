/*
 * `git status --porcelain` with every answer spelled out that a user's settings
 * could change: untracked files one by one, no renames, nothing ignored but
 * what .gitignore names.
 */
#include "hookrun/git/worktree_status.h"

#include "hookrun/base/alloc.h"
#include "hookrun/git/gitcmd.h"

#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 100000 /* bytes of names for one command */

static int by_path(const void *a, const void *b)
{
	const struct status_entry *one = a, *two = b;

	return strcmp(one->path, two->path);
}

int repo_status(struct repo *repo, struct arena *arena,
	struct worktree_status *ret, struct err *err)
{
	AUTO_STRVEC lines = STRVEC_INIT;
	struct worktree_status status = { 0 };

	if (gitcmd_list(repo,
		    GIT_ARGS("status", "--porcelain", "-z",
			    "--untracked-files=all", "--no-renames",
			    "--ignore-submodules=none"),
		    &lines, err))
		return -1;
	status.v = arena_alloc(arena, (lines.nr + 1) * sizeof(*status.v));
	for (size_t i = 0; i < lines.nr; i++) {
		const char *line = lines.v[i];

		if (strlen(line) < 4 || line[2] != ' ')
			return err_set(err, "git status printed '%s'", line);
		status.v[status.nr++] = (struct status_entry){
			.path = arena_strdup(arena, line + 3),
			.index = line[0],
			.worktree = line[1]
		};
	}
	qsort(status.v, status.nr, sizeof(*status.v), by_path);
	*ret = status;
	return 0;
}

const struct status_entry *status_find(
	const struct worktree_status *status, const char *path)
{
	struct status_entry key = { .path = path };

	if (!status->nr)
		return NULL;
	return bsearch(
		&key, status->v, status->nr, sizeof(*status->v), by_path);
}

/* `args`, and as many of `paths` from `start` as fit on one command line; the
 * number behind the last. */
static size_t add_paths(struct strvec *argv, const char *const *args,
	const struct strvec *paths, size_t start)
{
	size_t size = 0, i = start;

	strvec_push(argv, "--literal-pathspecs");
	for (; *args; args++)
		strvec_push(argv, *args);
	strvec_push(argv, "--");
	for (; i < paths->nr && size < ARGS_MAX; i++) {
		size += strlen(paths->v[i]) + sizeof(char *) + 1;
		strvec_push(argv, paths->v[i]);
	}
	return i;
}

int repo_tracked(struct repo *repo, const struct strvec *paths,
	struct strvec *ret, struct err *err)
{
	static const char *const args[] = { "ls-files", "-z", NULL };

	for (size_t next = 0; next < paths->nr;) {
		AUTO_STRVEC argv = STRVEC_INIT;

		next = add_paths(&argv, args, paths, next);
		if (gitcmd_list(repo, strvec_words(&argv), ret, err))
			return -1;
	}
	strvec_sort(ret);
	return 0;
}

int repo_diff(struct repo *repo, const struct strvec *paths, bool colour,
	struct strbuf *out, struct err *err)
{
	const char *const args[] = { "diff",
		colour ? "--color=always" : "--color=never", "--no-ext-diff",
		"--no-relative", NULL };

	for (size_t next = 0; next < paths->nr;) {
		AUTO_STRVEC argv = STRVEC_INIT;

		next = add_paths(&argv, args, paths, next);
		if (gitcmd(repo, strvec_words(&argv), NULL, out, err))
			return -1;
	}
	return 0;
}
