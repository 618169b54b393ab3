/*
 * When a job starts.
 *
 * There is no queue: the tree is walked in its order, and every job that may
 * start is started.  A list that is not parallel looks no further than its
 * first job that is not done; a limit counts the processes below its list,
 * nested groups included; an interactive job waits until nothing runs and
 * nothing starts beside it; one that fixes files waits for another that fixes
 * the same.
 *
 * What the end of one job can set free is little, so that a thousand jobs are
 * scheduled in time proportional to their number: what follows in its own
 * list, what was held up by a limit that was reached and no longer is, what
 * waits for files, and, once nothing runs, an interactive job.  Only there the
 * tree is walked, from each list's first job that is not done to where a limit
 * is reached.
 */
#include "runner/execution.h"

#include "hookrun/base/clock.h"
#include "hookrun/runner/output.h"

#include <signal.h>
#include <unistd.h>

#define FEW_JOBS 64 /* need no look at the limit of open files */
#define JOB_FDS 3   /* of ours for one job: output, input, what is spilled */
#define OWN_FDS 64  /* for all else */

/* ---- the tree ----------------------------------------------------------- */

static void build_list(struct execution *execution, struct exec_list *list,
	const struct plan_list *plan, struct exec_job *group,
	struct result *result)
{
	struct arena *arena = execution->arena;

	*list = (struct exec_list){ .execution = execution,
		.plan = plan,
		.outer = group ? group->list : NULL,
		.job = group };
	list->jobs = arena_alloc(arena, (plan->nr + 1) * sizeof(*list->jobs));
	result->members = arena_alloc(
		arena, (plan->nr + 1) * sizeof(*result->members));
	result->nr = plan->nr;
	for (size_t i = 0; i < plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];
		AUTO_STRBUF full = STRBUF_INIT;

		report_path(
			&full, group ? group->path : NULL, plan->jobs[i].name);
		*job = (struct exec_job){ .execution = execution,
			.list = list,
			.plan = &plan->jobs[i],
			.path = arena_strdup(arena, full.buf),
			.result = &result->members[i],
			.output = CAPTURE_INIT,
			.live = LIVE_INIT,
			.step_check = { .say = STRBUF_INIT } };
		job->result->name = plan->jobs[i].name;
		job->result->plan = &plan->jobs[i];
		if (!plan->jobs[i].group)
			continue;
		job->group = arena_alloc(arena, sizeof(*job->group));
		build_list(execution, job->group, plan->jobs[i].group, job,
			job->result);
	}
}

/* Setup is within the hook's own list, whose time runs, and before it. */
static void build_tree(struct execution *execution)
{
	const struct plan *plan = execution->plan;

	build_list(execution, &execution->setup, &plan->setup, NULL,
		&execution->setup_result);
	build_list(execution, &execution->root, &plan->list, NULL,
		&execution->all);
	execution->setup.outer = &execution->root;
	execution->root.before = &execution->setup;
}

static void for_each_leaf(struct exec_list *list,
	void (*func)(struct exec_job *job, int arg), int arg)
{
	for (size_t i = 0; i < list->plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];

		if (job->group)
			for_each_leaf(job->group, func, arg);
		else
			func(job, arg);
	}
	if (list->before)
		for_each_leaf(list->before, func, arg);
}

/* ---- groups ------------------------------------------------------------- */

static int sum_up(const struct result *result)
{
	bool passed = false, skipped = false;

	for (size_t i = 0; i < result->nr; i++) {
		const struct result *one = &result->members[i];

		if (one->outcome == FAILED && !one->allowed)
			return FAILED;
		passed = passed || one->outcome == PASSED || one->allowed;
		skipped = skipped || one->outcome == SKIPPED;
	}
	if (passed)
		return PASSED;
	return skipped ? SKIPPED : NOT_RUN;
}

/* Whether all jobs of the list are done; those before `first` are. */
static bool is_done(struct exec_list *list)
{
	while (list->first < list->plan->nr &&
		list->jobs[list->first].state == JOB_DONE)
		list->first++;
	return list->first == list->plan->nr;
}

static void close_group(struct exec_job *job)
{
	job->state = JOB_DONE;
	job->result->outcome = sum_up(job->result);
	job->result->ms = clock_now_ms() - job->started_ms;
	if (job->group->timed_out) {
		job->result->outcome = FAILED;
		job->result->note = deadline_list_note(job->group);
	}
	if (job->result->outcome != FAILED)
		return;
	if (job->plan->config->allow_failure && !job->execution->sig)
		job->result->allowed = true;
	else
		job->list->failed = true;
}

/* What a signal has left open gets its outcome for the summary. */
static void close_interrupted(struct exec_list *list)
{
	for (size_t i = 0; i < list->plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];

		if (!job->group || job->state != JOB_RUNNING)
			continue;
		close_interrupted(job->group);
		close_group(job);
	}
}

/* ---- what may start ----------------------------------------------------- */

static bool is_full(const struct exec_list *list)
{
	int64_t limit = list->plan->jobs_limit;

	return limit > 0 && list->live >= (size_t)limit;
}

/* Nothing at all below this list may start. */
static bool is_held_up(const struct exec_list *list)
{
	const struct execution *execution = list->execution;

	if (execution->sig || execution->alone ||
		execution->running >= execution->most_running)
		return true;
	for (; list; list = list->outer)
		if (is_full(list))
			return true;
	return false;
}

/* For one that fixes the same files.  Said under `follow` when it happens. */
static bool waits_for_files(struct exec_job *job)
{
	struct execution *execution = job->execution;
	const char *other = changes_wait(execution->changes, job->plan);

	if (!other)
		return false;
	execution->files_held = true;
	if (!job->waited)
		job_tell_wait(job, other);
	job->waited = other;
	return true;
}

static bool may_start(struct exec_job *job)
{
	if (is_held_up(job->list))
		return false;
	if (job->execution->running && job_is_interactive(job))
		return false;
	return !waits_for_files(job);
}

static void advance_list(struct exec_list *list);

static bool skip_blocked(
	struct exec_job *job, const struct exec_job *need, const char *why)
{
	job->blocked = true;
	job_skip(job, arena_printf(job->execution->arena, "needs %s, which %s",
			      need->plan->name, why));
	return true;
}

/* True where what it needs is not done yet, or has failed: then it is done,
 * too. */
static bool waits_for_needs(struct exec_job *job)
{
	for (size_t i = 0; i < job->plan->nneeds; i++) {
		const struct exec_job *need =
			&job->list->jobs[job->plan->needs[i]];

		if (need->state != JOB_DONE)
			return true;
		if (need->result->outcome == FAILED && !need->result->allowed)
			return skip_blocked(job, need, "failed");
		if (need->blocked)
			return skip_blocked(job, need, "did not run");
	}
	return false;
}

/* lefthook's report has its few words only. */
static const char *skip_text(const struct exec_job *job)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!job->execution->opts->compact)
		return reason_text(&job->plan->skip);
	reason_add(&text, &job->plan->skip);
	return arena_strdup(job->execution->arena, text.buf);
}

/* What was meant to be checked and is not is no matter of being quiet. */
static void warn_of_skip(struct exec_job *job)
{
	struct execution *execution = job->execution;
	const struct reason *skip = &job->plan->skip;

	if (!execution->opts->compact || (execution->report.parts & OUT_SKIPS))
		return;
	if (reason_is_odd(skip))
		report_warning(
			&execution->report, arena_printf(execution->arena,
						    "job '%s' is skipped: %s",
						    job->path, skip_text(job)));
	else if (reason_is_filtered_command(skip) && !execution->opts->hush)
		report_told_skip(&execution->report, job->path, skip_text(job));
}

/* What needs no process and so waits for nobody; or it is a group's turn. */
static void open_job(struct exec_job *job)
{
	const struct exec_list *late = deadline_passed(job);

	if (job->list->failed && job->list->plan->piped) {
		job_skip(job, job->execution->opts->compact
				      ? "piped: true, and a job before it "
					"failed"
				      : "broken pipe");
		return;
	}
	if (late) {
		job_skip(job, deadline_reason(late));
		return;
	}
	if (job->plan->later && waits_for_needs(job))
		return;
	plan_settle(job->plan);
	if (job->plan->skip.kind) {
		warn_of_skip(job);
		job_skip(job, skip_text(job));
	} else if (job->group && job->plan->error) {
		job_begin(job);
	} else if (job->group && !waits_for_needs(job)) {
		job->state = JOB_RUNNING;
		job->started_ms = clock_now_ms();
		job->result->started_ms = job->started_ms;
		deadline_open(job->group);
	}
}

static void start(struct exec_job *job)
{
	if (!job_begin(job))
		return;
	if (job->plan->step)
		builtin_start(job);
	else
		command_start(job);
}

static void advance_job(struct exec_job *job)
{
	if (job->state == JOB_WAITING)
		open_job(job);
	if (job->state == JOB_WAITING && !job->group && !waits_for_needs(job) &&
		may_start(job))
		start(job);
	if (!job->group || job->state != JOB_RUNNING)
		return;
	advance_list(job->group);
	if (is_done(job->group))
		close_group(job);
}

/* Whether what comes before the list is done. */
static bool is_open(struct exec_list *list)
{
	if (!list->before || is_done(list->before))
		return true;
	advance_list(list->before);
	return is_done(list->before);
}

/* The first walk through a list goes to its end: what is skipped is told
 * then. */
static void advance_list(struct exec_list *list)
{
	bool is_first_walk = !list->walked;

	if (!is_open(list))
		return;
	list->walked = true;
	is_done(list); /* moves `first` */
	for (size_t i = list->first; i < list->plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];

		if (list->execution->sig)
			return;
		if (!is_first_walk && list->plan->parallel && is_held_up(list))
			return;
		if (job->state != JOB_DONE)
			advance_job(job);
		if (job->state != JOB_DONE && !list->plan->parallel)
			return;
	}
}

/* The same for the list in which a job has ended, and for those around it
 * where that was the last one. */
static void advance_from(struct exec_list *list)
{
	advance_list(list);
	while (list->outer && is_done(list)) {
		struct exec_job *job = list->job;

		if (job && job->state == JOB_RUNNING)
			close_group(job);
		list = list->outer;
		if (!job || !list->plan->parallel || list->plan->has_needs)
			advance_list(list);
	}
}

/* ---- the loop ----------------------------------------------------------- */

static void stop(void *data)
{
	struct execution *execution = data;

	loop_stop(execution->loop);
}

static void end_leftovers(void *data)
{
	struct execution *execution = data;

	leftovers_end(execution->leftovers, stop, execution);
}

/* The end waits one round of the loop: a signal that came while a step was
 * checked in our process is served there. */
static void stop_when_done(struct execution *execution)
{
	if (execution->running || execution->is_ending)
		return;
	if (!execution->sig && !is_done(&execution->root))
		return;
	execution->is_ending = true;
	loop_timer(execution->loop, clock_now_ms(), end_leftovers, execution);
}

/* The outermost list in which its end may have set something free. */
static struct exec_list *set_free_by(const struct exec_job *job)
{
	struct exec_list *widest = job->list;

	if (job->execution->files_held) {
		job->execution->files_held = false;
		return &job->execution->root;
	}
	if (!job->execution->running ||
		job->execution->running + 1 >= job->execution->most_running)
		return &job->execution->root;
	for (struct exec_list *list = job->list; list; list = list->outer)
		if (list->plan->jobs_limit > 0 &&
			list->plan->jobs_limit <= (int64_t)list->live + 1)
			widest = list;
	return widest;
}

static void on_done(struct exec_job *job)
{
	advance_from(set_free_by(job));
	advance_from(job->list);
	stop_when_done(job->execution);
}

static void begin(void *data)
{
	struct execution *execution = data;

	spinner_start(execution);
	deadline_open(&execution->root);
	advance_list(&execution->root);
	stop_when_done(execution);
}

static void pass_on(struct exec_job *job, int sig)
{
	if (!job->task)
		return;
	if (sig == SIGWINCH)
		task_winch(job->task);
	else if (sig == SIGKILL)
		task_kill(job->task);
	else
		task_end(job->task, sig);
}

static void on_signal(int sig, void *data)
{
	struct execution *execution = data;

	if (sig == SIGWINCH) {
		for_each_leaf(&execution->root, pass_on, sig);
		return;
	}
	if (execution->sig) {
		for_each_leaf(&execution->root, pass_on, SIGKILL);
		leftovers_kill(execution->leftovers);
		return;
	}
	execution->sig = sig;
	leftovers_spare(execution->leftovers, sig);
	for_each_leaf(&execution->root, pass_on, sig);
	if (sig == SIGINT)
		report_yield(&execution->report);
	stop_when_done(execution);
}

static void count_leaf(struct exec_job *job, int arg)
{
	(void)arg;
	job->execution->most_running++;
}

/* All at once, unless there are more than descriptors for them. */
static void allow_all(struct execution *execution)
{
	size_t wanted, got;

	for_each_leaf(&execution->root, count_leaf, 0);
	if (execution->most_running < FEW_JOBS)
		return;
	wanted = OWN_FDS + execution->most_running * JOB_FDS;
	got = child_want_fds(wanted);
	if (got < wanted)
		execution->most_running =
			got > OWN_FDS + JOB_FDS ? (got - OWN_FDS) / JOB_FDS : 1;
}

static void release_job(struct exec_job *job, int arg)
{
	(void)arg;
	job_release(job);
}

/* Work that is lost in silence is believed to be done. */
static void tell_ended(struct execution *execution)
{
	const struct strvec *ended = leftovers_ended(execution->leftovers);
	AUTO_STRBUF text = STRBUF_INIT;

	if (!ended->nr || execution->sig)
		return;
	strbuf_addstr(&text, "ended what a job left in the background: ");
	for (size_t i = 0; i < ended->nr; i++)
		strbuf_addf(&text, "%s%s", i ? ", " : "", ended->v[i]);
	strbuf_addstr(&text, " ('wait' waits for it, '>/dev/null 2>&1' or "
			     "nohup lets it go on)");
	report_warning(&execution->report, text.buf);
}

int schedule_run(struct execution *execution, struct err *err)
{
	int64_t started_ms = clock_now_ms();

	execution->on_done = on_done;
	build_tree(execution);
	if (loop_new(&execution->loop, err))
		return -1;
	allow_all(execution);
	execution->leftovers = leftovers_new(execution->loop);
	loop_on_signal(execution->loop, on_signal, execution);
	loop_timer(execution->loop, started_ms, begin, execution);
	loop_run(execution->loop);
	tell_ended(execution);
	leftovers_free(execution->leftovers);
	report_wipe(&execution->report);
	loop_free(execution->loop);
	close_interrupted(&execution->root);
	for_each_leaf(&execution->root, release_job, 0);
	if (execution->tty_fd >= 0)
		close(execution->tty_fd);
	execution->all.outcome = sum_up(&execution->all);
	if (execution->root.timed_out)
		execution->all.outcome = FAILED;
	execution->all.ms = clock_now_ms() - started_ms;
	return 0;
}
