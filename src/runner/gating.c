/*
 * Which files a job gets, and whether it runs at all.  A job that asks for
 * files and gets none has nothing to look at; in pre-commit and pre-push that
 * holds also for jobs that ask for none, because the staged or pushed files
 * are what such a hook is about.  A commit that only deletes files counts
 * there, although a deleted file is never put into a command.
 */
#include "planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/files/filter.h"

static const char no_files[] = "no files for inspection";

void job_files_release(struct job_files *files)
{
	for (int i = 0; i < SET_COUNT; i++)
		strvec_release(&files->lists[i]);
}

static int compile(struct planner *planner, const struct scope *scope,
	struct filter **ret, struct err *err)
{
	struct filter_opts opts = { .glob = scope->glob,
		.exclude = scope->exclude,
		.file_types = scope->file_types,
		.root = scope->root,
		.doublestar = planner->doublestar,
		.worktree = repo_worktree(planner->opts->repo) };

	return filter_compile(planner->arena, &opts, ret, err);
}

/* What git says about a push is in stdin, which is not read before a job wants
 * the list. */
static void tell_push(struct planner *planner)
{
	const struct plan_opts *opts = planner->opts;

	if (planner->push_known || strcmp(opts->hook->name, "pre-push") != 0)
		return;
	lists_set_push(opts->lists, event_stdin(opts->event, NULL));
	planner->push_known = true;
}

static int one_list(struct planner *planner, const struct scope *scope,
	const char *cwd, enum file_set set, struct strvec *ret, struct err *err)
{
	struct file_lists *lists = planner->opts->lists;
	AUTO_STRVEC printed = STRVEC_INIT;
	const struct strvec *all = &printed;
	struct filter *filter;

	if (compile(planner, scope, &filter, err))
		return -1;
	if (set == SET_PUSH)
		tell_push(planner);
	if (set == SET_FILES && scope->files) {
		if (lists_command(lists, scope->files, cwd, &printed, err))
			return -1;
	} else if (lists_get(lists, set, &all, err)) {
		return -1;
	}
	return filter_apply(filter, all, ret, err);
}

static int ask_list(struct planner *planner, const struct scope *scope,
	const char *cwd, enum file_set set, struct job_files *files,
	const char **ret_skip, struct err *err)
{
	files->known[set] = true;
	if (one_list(planner, scope, cwd, set, &files->lists[set], err))
		return -1;
	if (!files->lists[set].nr && !planner->opts->force)
		*ret_skip = no_files;
	return 0;
}

/* Whether a deletion is staged that the job's globs would match. */
static int deletion_is_staged(struct planner *planner,
	const struct scope *scope, bool *ret, struct err *err)
{
	AUTO_STRVEC kept = STRVEC_INIT;
	const struct strvec *all;
	struct filter *filter;

	if (compile(planner, scope, &filter, err) ||
		lists_staged_with_deleted(planner->opts->lists, &all, err) ||
		filter_apply(filter, all, &kept, err))
		return -1;
	*ret = kept.nr != 0;
	return 0;
}

static int gate_without_token(struct planner *planner,
	const struct scope *scope, const char *cwd, const char **ret_skip,
	struct err *err)
{
	const char *hook = planner->opts->hook->name;
	bool push = !strcmp(hook, "pre-push");
	AUTO_STRVEC files = STRVEC_INIT;
	bool staged = false;

	if (!push && strcmp(hook, "pre-commit") != 0)
		return 0;
	if (one_list(planner, scope, cwd, push ? SET_PUSH : SET_STAGED, &files,
		    err))
		return -1;
	if (files.nr)
		return 0;
	if (!push && deletion_is_staged(planner, scope, &staged, err))
		return -1;
	if (!staged)
		*ret_skip = push ? "no matching push files"
				 : "no matching staged files";
	return 0;
}

int gating_fill(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	struct err *err)
{
	unsigned sets = template_sets(text);
	const char *ignored;

	for (int set = 0; set < SET_COUNT; set++)
		if (sets & 1U << set &&
			ask_list(planner, scope, cwd, (enum file_set)set, ret,
				&ignored, err))
			return -1;
	return 0;
}

int gating_files(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	const char **ret_skip, struct err *err)
{
	unsigned sets = text ? template_sets(text) : 0;

	for (int set = 0; set < SET_COUNT && !*ret_skip; set++)
		if (sets & 1U << set &&
			ask_list(planner, scope, cwd, (enum file_set)set, ret,
				ret_skip, err))
			return -1;
	if (planner->opts->force || *ret_skip)
		return 0;
	if (scope->files && !(sets & 1U << SET_FILES) &&
		ask_list(planner, scope, cwd, SET_FILES, ret, ret_skip, err))
		return -1;
	if (sets || *ret_skip)
		return 0;
	return gate_without_token(planner, scope, cwd, ret_skip, err);
}

/* A job's names count from its `cwd`; what is outside the work tree is
 * nobody's to stage. */
static void add_given(struct planner *planner, const char *cwd,
	const struct strvec *names, struct strvec *ret)
{
	const char *worktree = repo_worktree(planner->opts->repo);
	size_t len = strlen(worktree);

	for (size_t i = 0; i < names->nr; i++) {
		AUTO_FREE char *path = fs_clean(cwd, names->v[i]);

		if (!strncmp(path, worktree, len) && path[len] == '/')
			strvec_push(ret, path + len + 1);
	}
}

int gating_given(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, const struct job_files *files,
	struct strvec *ret, struct err *err)
{
	unsigned sets = text ? template_sets(text) : 0;
	AUTO_STRVEC staged = STRVEC_INIT;

	for (int set = 0; set < SET_COUNT; set++)
		if (sets & 1U << set)
			add_given(planner, cwd, &files->lists[set], ret);
	if (sets || strcmp(planner->opts->hook->name, "pre-commit") != 0)
		return 0;
	if (one_list(planner, scope, cwd, SET_STAGED, &staged, err))
		return -1;
	add_given(planner, cwd, &staged, ret);
	return 0;
}
