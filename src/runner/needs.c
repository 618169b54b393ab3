/*
 * Jobs that need others.  A list is walked from its front, so the jobs are put
 * where each comes after what it needs; apart from that they stay as they were
 * written.  Circles were refused with the configuration; should one be here
 * all the same, its jobs keep their places and need nothing, since a hook that
 * waits for ever helps nobody.
 */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"

static bool is_needed(const struct plan_job *by, const struct plan_job *job)
{
	const char *const *names = (const char *const *)by->config->needs;

	for (; job->config->name && *names; names++)
		if (by != job && !strcmp(*names, job->config->name))
			return true;
	return false;
}

/* Whether all that `job` needs is among the first `placed`. */
static bool is_ready(const struct plan_job *job, const struct plan_job *all,
	const bool *placed, size_t nr)
{
	for (size_t i = 0; job->config->needs && i < nr; i++)
		if (!placed[i] && is_needed(job, &all[i]))
			return false;
	return true;
}

/* The first job that waits for none that is not placed. */
static size_t next(const struct plan_job *all, const bool *placed, size_t nr)
{
	size_t first = nr;

	for (size_t i = 0; i < nr; i++) {
		if (placed[i])
			continue;
		if (is_ready(&all[i], all, placed, nr))
			return i;
		if (first == nr)
			first = i;
	}
	return first;
}

static void note_needs(struct arena *arena, struct plan_list *list, size_t i)
{
	struct plan_job *job = &list->jobs[i];
	size_t *needs, nr = 0;

	if (!job->config->needs)
		return;
	needs = arena_alloc(arena, (i + 1) * sizeof(*needs));
	for (size_t j = 0; j < i; j++)
		if (is_needed(job, &list->jobs[j]))
			needs[nr++] = j;
	job->needs = needs;
	job->nneeds = nr;
}

void needs_resolve(struct arena *arena, struct plan_list *list)
{
	struct plan_job *sorted;
	bool *placed;

	for (size_t i = 0; i < list->nr; i++)
		if (list->jobs[i].config->needs)
			list->has_needs = true;
	if (!list->has_needs)
		return;
	sorted = arena_alloc(arena, list->nr * sizeof(*sorted));
	placed = arena_alloc(arena, list->nr * sizeof(*placed));
	for (size_t i = 0; i < list->nr; i++) {
		size_t pick = next(list->jobs, placed, list->nr);

		placed[pick] = true;
		sorted[i] = list->jobs[pick];
	}
	list->jobs = sorted;
	for (size_t i = 0; i < list->nr; i++)
		note_needs(arena, list, i);
}
