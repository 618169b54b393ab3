/*
 * What explain.c and explain_json.c would both have to decide: which jobs are
 * told, what a list is called, and what becomes of a file that somebody asks
 * about.  Each file answers with the same facts that the plan was made with.
 */
#include "runner/explain_parts.h"

#include <string.h>

void explain_path(struct strbuf *out, const char *outer, const char *name)
{
	if (outer && *outer)
		strbuf_addf(out, "%s > ", outer);
	strbuf_addstr(out, name);
}

bool explain_wants(const struct explain_opts *opts, const char *path,
	const char *name, bool outer_wanted)
{
	return !opts->job || outer_wanted || !strcmp(opts->job, name) ||
	       !strcmp(opts->job, path);
}

const char *explain_list_name(const struct plan_inspected *list)
{
	static const char *const names[SET_COUNT] = { [SET_STAGED] = "staged",
		[SET_PUSH] = "pushed",
		[SET_ALL] = "tracked",
		[SET_FILES] = "named by 'files'",
		[SET_DELETED] = "deleted" };

	return list->instead ? list->instead : names[list->set];
}

const char *explain_flow(const struct plan_list *list)
{
	if (list->parallel)
		return "in parallel";
	return list->piped ? "in turn, until one fails" : "in turn";
}

const char *explain_folder(const struct plan_job *job, const char *worktree)
{
	size_t len = strlen(worktree);

	if (!job->cwd || !strcmp(job->cwd, worktree))
		return NULL;
	if (strncmp(job->cwd, worktree, len) || job->cwd[len] != '/')
		return job->cwd;
	return job->cwd + len + 1;
}

static const char *dropped_by(const struct plan_inspected *list)
{
	struct filter_step steps[FILTER_STEPS];

	filter_steps(&list->asked, steps);
	for (size_t i = 0; i < FILTER_STEPS; i++)
		if (steps[i].before && !steps[i].after)
			return steps[i].key;
	return NULL;
}

/* A job may ask for several lists, and is told by the best of them. */
struct explain_fate explain_fate(const struct plan_job *job)
{
	struct explain_fate fate = { FATE_NO_LIST, NULL, NULL };
	const struct plan_inspected *list = job->inspected;

	for (; list; list = list->next) {
		struct explain_fate one = { .list = list };

		one.key = dropped_by(list);
		if (one.key)
			one.kind = FATE_DROPPED;
		else if (!list->has_asked)
			one.kind = FATE_ABSENT;
		else
			one.kind = list->only_gate ? FATE_COUNTED : FATE_TAKEN;
		if (!fate.list || one.kind < fate.kind)
			fate = one;
	}
	return fate;
}
