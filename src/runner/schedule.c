/*
 * When a job starts.
 *
 * There is no queue: whenever something has changed, the tree is walked from
 * its root and every job that may start is started, until a walk changes
 * nothing.  A list that is not parallel looks no further than its first job
 * that is not done; a limit counts the processes below its list, nested groups
 * included; an interactive job waits until nothing runs and nothing starts
 * beside it.  Trees have tens of jobs, so walking them costs nothing and no
 * state can go stale.
 */
#include "execution.h"

#include "hookrun/base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int execution_tty(struct execution *execution)
{
	if (execution->tty_asked || execution->opts->no_tty)
		return execution->tty_fd;
	execution->tty_asked = true;
	execution->tty_fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (execution->tty_fd < 0 && isatty(STDIN_FILENO))
		execution->tty_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return execution->tty_fd;
}

/* ---- the tree ----------------------------------------------------------- */

static void build_list(struct execution *execution, struct exec_list *list,
	const struct plan_list *plan, struct exec_list *outer, const char *path,
	struct result *result)
{
	struct arena *arena = execution->arena;

	*list = (struct exec_list){ .plan = plan, .outer = outer };
	list->jobs = arena_alloc(arena, (plan->nr + 1) * sizeof(*list->jobs));
	result->members = arena_alloc(
		arena, (plan->nr + 1) * sizeof(*result->members));
	result->nr = plan->nr;
	for (size_t i = 0; i < plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];
		AUTO_STRBUF full = STRBUF_INIT;

		report_path(&full, path, plan->jobs[i].name);
		*job = (struct exec_job){ .execution = execution,
			.list = list,
			.plan = &plan->jobs[i],
			.path = arena_strdup(arena, full.buf),
			.result = &result->members[i],
			.output = CAPTURE_INIT,
			.step_check = { .say = STRBUF_INIT } };
		job->result->name = plan->jobs[i].name;
		if (!plan->jobs[i].group)
			continue;
		job->group = arena_alloc(arena, sizeof(*job->group));
		build_list(execution, job->group, plan->jobs[i].group, list,
			job->path, job->result);
	}
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
}

/* ---- groups ------------------------------------------------------------- */

static int sum_up(const struct result *result)
{
	bool passed = false, skipped = false;

	for (size_t i = 0; i < result->nr; i++) {
		if (result->members[i].outcome == FAILED)
			return FAILED;
		passed = passed || result->members[i].outcome == PASSED;
		skipped = skipped || result->members[i].outcome == SKIPPED;
	}
	if (passed)
		return PASSED;
	return skipped ? SKIPPED : NOT_RUN;
}

static bool is_done(const struct exec_list *list)
{
	for (size_t i = 0; i < list->plan->nr; i++)
		if (list->jobs[i].state != JOB_DONE)
			return false;
	return true;
}

static void close_group(struct exec_job *job)
{
	job->state = JOB_DONE;
	job->result->outcome = sum_up(job->result);
	job->result->ms = clock_now_ms() - job->started_ms;
	if (job->result->outcome == FAILED)
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

static bool limits_allow(const struct exec_job *job)
{
	const struct exec_list *list = job->list;

	for (; list; list = list->outer) {
		int64_t limit = list->plan->jobs_limit;

		if (limit > 0 && list->live >= (size_t)limit)
			return false;
	}
	return true;
}

static bool may_start(struct exec_job *job)
{
	const struct execution *execution = job->execution;

	if (execution->sig || execution->alone)
		return false;
	if (execution->running && job_is_interactive(job))
		return false;
	return limits_allow(job);
}

static bool advance_list(struct exec_list *list);

/* True where something changed. */
static bool advance_job(struct exec_job *job)
{
	bool changed;

	if (job->state == JOB_WAITING) {
		if (job->list->failed && job->list->plan->piped) {
			job_skip(job, "broken pipe");
			return true;
		}
		if (job->plan->skip) {
			job_skip(job, job->plan->skip);
			return true;
		}
		if (!job->group && !may_start(job))
			return false;
		if (!job->group) {
			job_start(job);
			return true;
		}
		job->state = JOB_RUNNING;
		job->started_ms = clock_now_ms();
	}
	if (!job->group)
		return false;
	changed = advance_list(job->group);
	if (!is_done(job->group))
		return changed;
	close_group(job);
	return true;
}

static bool advance_list(struct exec_list *list)
{
	bool changed = false;

	for (size_t i = 0; i < list->plan->nr; i++) {
		struct exec_job *job = &list->jobs[i];

		if (job->execution->sig)
			break;
		if (job->state == JOB_DONE)
			continue;
		changed = advance_job(job) || changed;
		if (job->state != JOB_DONE && !list->plan->parallel)
			break;
	}
	return changed;
}

/* ---- the loop ----------------------------------------------------------- */

static void stop(void *data)
{
	struct execution *execution = data;

	loop_stop(execution->loop);
}

/* The end waits one round of the loop: a signal that came while a step was
 * checked in our process is served there. */
void schedule_continue(struct execution *execution)
{
	while (!execution->sig && advance_list(&execution->root))
		;
	if (!execution->running &&
		(execution->sig || is_done(&execution->root)))
		loop_timer(execution->loop, clock_now_ms(), stop, execution);
}

static void begin(void *data)
{
	schedule_continue(data);
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
		return;
	}
	execution->sig = sig;
	for_each_leaf(&execution->root, pass_on, sig);
	if (!execution->running)
		loop_stop(execution->loop);
}

static void release_job(struct exec_job *job, int arg)
{
	(void)arg;
	job_release(job);
}

int schedule_run(struct execution *execution, struct err *err)
{
	int64_t started_ms = clock_now_ms();

	build_list(execution, &execution->root, &execution->plan->list, NULL,
		NULL, &execution->all);
	if (loop_new(&execution->loop, err))
		return -1;
	loop_on_signal(execution->loop, on_signal, execution);
	loop_timer(execution->loop, started_ms, begin, execution);
	loop_run(execution->loop);
	loop_free(execution->loop);
	close_interrupted(&execution->root);
	for_each_leaf(&execution->root, release_job, 0);
	if (execution->tty_fd >= 0)
		close(execution->tty_fd);
	execution->all.outcome = sum_up(&execution->all);
	execution->all.ms = clock_now_ms() - started_ms;
	return 0;
}
