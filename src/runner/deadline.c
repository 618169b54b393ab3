/*
 * Time limits.  A job has its own, counted anew for each attempt; a group and
 * the hook have one for all that is in them, setup included.  A task gets what
 * is left of the nearest, and when it is over the one it was says so.  No
 * timer is needed for lists: something of theirs either runs, and ends in time,
 * or wants to start, and is refused then.
 */
#include "runner/execution.h"

#include "hookrun/base/clock.h"

static int64_t own_deadline_ms(const struct exec_job *job)
{
	int64_t timeout_ms = job->plan->config->timeout_ms;

	/* of a group it is the deadline of its list */
	if (!timeout_ms || job->group)
		return 0;
	return job->attempt_ms + timeout_ms;
}

/* The list whose deadline is the nearest, if it is nearer than `limit_ms`. */
static struct exec_list *nearest(const struct exec_job *job, int64_t limit_ms)
{
	struct exec_list *best = NULL;

	for (struct exec_list *list = job->list; list; list = list->outer) {
		if (!list->deadline_ms ||
			(limit_ms && list->deadline_ms >= limit_ms))
			continue;
		best = list;
		limit_ms = list->deadline_ms;
	}
	return best;
}

void deadline_open(struct exec_list *list)
{
	if (list->plan->timeout_ms)
		list->deadline_ms = clock_now_ms() + list->plan->timeout_ms;
}

struct exec_list *deadline_passed(const struct exec_job *job)
{
	struct exec_list *list = nearest(job, 0);

	if (!list || (!list->timed_out && clock_now_ms() < list->deadline_ms))
		return NULL;
	list->timed_out = true;
	return list;
}

/* At least a moment is left, so that the last word is the task's. */
int64_t deadline_left_ms(const struct exec_job *job)
{
	int64_t deadline_ms = own_deadline_ms(job);
	const struct exec_list *list = nearest(job, deadline_ms);
	int64_t left_ms;

	if (list)
		deadline_ms = list->deadline_ms;
	if (!deadline_ms)
		return 0;
	left_ms = deadline_ms - clock_now_ms();
	return left_ms > 0 ? left_ms : 1;
}

static const char *text(struct arena *arena, int64_t timeout_ms, const char *of)
{
	char duration[32];

	duration_format(timeout_ms, duration, sizeof(duration));
	return arena_printf(
		arena, "timeout (%s)%s%s", duration, *of ? " of " : "", of);
}

const char *deadline_list_note(const struct exec_list *list)
{
	return text(list->execution->arena, list->plan->timeout_ms, "");
}

const char *deadline_reason(const struct exec_list *list)
{
	return text(list->execution->arena, list->plan->timeout_ms,
		list->job ? list->job->plan->name : "the hook");
}

const char *deadline_note(const struct exec_job *job)
{
	struct exec_list *list = nearest(job, own_deadline_ms(job));

	if (!list)
		return text(job->execution->arena,
			job->plan->config->timeout_ms, "");
	list->timed_out = true;
	return deadline_reason(list);
}
