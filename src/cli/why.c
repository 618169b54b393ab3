/*
 * `hookrun why HOOK JOB|FILE`: the plan of a hook for somebody who has one
 * question.  A word that is a job's name is a job; any other has to be a file
 * that is there, or that is staged or pushed as deleted, so that a mistyped
 * name is not answered as if it were a file.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/nearest.h"

#include <sys/stat.h>
#include <unistd.h>

static bool has_job(const struct job_list *list, const char *outer,
	const char *word, struct nearest *nearest)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];
		AUTO_STRBUF path = STRBUF_INIT;

		strbuf_addf(&path, "%s%s%s", outer, *outer ? " > " : "",
			job->display);
		if (!strcmp(job->display, word) || !strcmp(path.buf, word))
			return true;
		nearest_offer(nearest, job->display);
		if (job->group && has_job(job->group, path.buf, word, nearest))
			return true;
	}
	return false;
}

/* `word` as the work tree calls it, malloc'd; NULL where it is outside. */
static char *in_worktree(const char *worktree, const char *word)
{
	AUTO_FREE char *here = getcwd(NULL, 0);
	AUTO_FREE char *path = here ? fs_clean(here, word) : NULL;
	size_t len = strlen(worktree);

	if (!path || strncmp(path, worktree, len) != 0 || path[len] != '/')
		return NULL;
	return xstrdup(path + len + 1);
}

static bool is_there(const char *worktree, const char *file)
{
	AUTO_FREE char *path = fs_join(worktree, file);
	struct stat st;

	return !lstat(path, &st);
}

static bool is_deleted(struct file_lists *lists, const char *file)
{
	const struct strvec *deleted;
	struct err err;

	return !lists_get(lists, SET_DELETED, &deleted, &err) &&
	       strvec_has(deleted, file);
}

static int no_such(const struct hook_config *hook, const char *word,
	const struct nearest *nearest)
{
	AUTO_ARENA arena = ARENA_INIT;

	return complain_text("'%s' is neither a job of %s nor a file%s", word,
		hook->name, nearest_hint(&arena, nearest->best));
}

static int answer(struct workspace *ws, const struct hook_config *hook,
	const struct args *args)
{
	const char *word = args->words.v[1];
	const char *worktree = repo_worktree(ws->repo);
	AUTO_FREE char *file = in_worktree(worktree, word);
	struct strvec none = STRVEC_INIT;
	struct event event = { .hook = hook->name };
	struct execution ex = { .ws = ws,
		.opts = { .hook = hook,
			.event = &event,
			.lists = lists_new(ws->repo),
			.jobs = &none,
			.tags = &none,
			.exclude = &none,
			.plan_only = true,
			.stage_fixed = true },
		.plan_json = args_has(args, "json") };
	struct nearest nearest;
	int status;

	nearest_init(&nearest, word);
	if (has_job(&hook->setup, "", word, &nearest) ||
		has_job(&hook->list, "", word, &nearest))
		ex.asked_job = word;
	else if (file &&
		 (is_there(worktree, file) || is_deleted(ex.opts.lists, file)))
		ex.opts.asked_file = file;
	if (ex.asked_job || ex.opts.asked_file)
		status = execute(&ex);
	else
		status = no_such(hook, word, &nearest);
	lists_free(ex.opts.lists);
	free(event.stdin_text);
	return status;
}

int cmd_why(struct workspace *ws, const struct args *args)
{
	const struct hook_config *hook;
	struct err err;

	if (!ws->has_config) {
		config_none(repo_worktree(ws->repo), &err);
		return complain(&err);
	}
	hook = config_hook(&ws->config, args->words.v[0]);
	if (!hook)
		return persona_no_hook(&ws->config, args->words.v[0]);
	return answer(ws, hook, args);
}
