/*
 * One leaf of the plan, whatever it runs: its task, its output, how it ended
 * and what that means to the jobs around it.
 */
#include "runner/recorder.h"

#include "runner/board.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/proc/env.h"
#include "hookrun/runner/output.h"

#include <ctype.h>
#include <inttypes.h>
#include <signal.h>

/* Status of a job that could not be started at all. */
#define STATUS_NOT_STARTED 127

static bool is_setup(const struct exec_job *job)
{
	return job->plan->config->kind == JOB_SETUP;
}

void job_add_output(struct exec_job *job, const char *data, size_t len)
{
	if (job->shown_live) {
		report_live_output(
			&job->execution->report, &job->live, data, len);
		recorder_add(job, data, len);
	} else {
		capture_add(&job->output, data, len);
	}
}

static bool runs_beside_others(const struct exec_job *job)
{
	for (struct exec_list *list = job->list; list; list = list->outer)
		if (list->plan->parallel)
			return true;
	return false;
}

void job_show_live(struct exec_job *job)
{
	struct execution *execution = job->execution;
	struct report *report = &execution->report;
	unsigned header = is_setup(job) ? OUT_SETUP : OUT_INFO;

	job->shown_live = report->parts & (is_setup(job) ? OUT_SETUP : OUT_OUT);
	if (!job->shown_live)
		return;
	job->live.whole_lines = !is_setup(job) && runs_beside_others(job);
	if (execution->opts->compact && execution->plan->hook->follow &&
		!job->is_interactive)
		job->live.prefix = job->path;
	if (execution->opts->compact && step_signs(job->plan->step, job->path))
		header = 0;
	report_live_begin(report, &job->live, job->path, header);
}

void job_release(struct exec_job *job)
{
	recorder_keep(job);
	capture_release(&job->output);
	strvec_release(&job->argv);
	strbuf_release(&job->argv_text);
	strbuf_release(&job->step_check.say);
	strbuf_release(&job->live.held);
	board_free(job->step_ctx.board);
	job->step_ctx.board = NULL;
}

void job_skip(struct exec_job *job, const char *reason)
{
	job->state = JOB_DONE;
	job->result->outcome = SKIPPED;
	job->result->skipped = reason;
	report_skip(&job->execution->report, job->path, reason);
}

/* lefthook lets them run into each other, and so has no words for it. */
static bool tells_waits(const struct exec_job *job)
{
	return !job->execution->opts->as_lefthook;
}

void job_tell_wait(struct exec_job *job, const char *other)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!job->execution->plan->hook->follow || !tells_waits(job))
		return;
	strbuf_addf(&text, "%s waits for %s: both fix the same files",
		job->path, other);
	report_warning(&job->execution->report, text.buf);
}

/* Why it took that long. */
static const char *passed_note(const struct exec_job *job)
{
	struct arena *arena = job->execution->arena;
	const char *waited = NULL;

	if (job->waited && tells_waits(job))
		waited = arena_printf(arena, "waited for %s", job->waited);
	if (!job->attempts)
		return waited;
	return arena_printf(arena, "passed at attempt %" PRId64 "%s%s",
		job->attempts + 1, waited ? ", " : "", waited ? waited : "");
}

static const char *failure_note(const struct exec_job *job, bool timed_out)
{
	const char *text = job->plan->config->fail_text;

	if (timed_out)
		text = deadline_note(job);
	else if (job->execution->sig)
		text = "interrupted";
	if (!job->attempts)
		return text;
	return arena_printf(job->execution->arena, "%s%s%" PRId64 " attempts",
		text ? text : "", text ? ", " : "", job->attempts + 1);
}

/* What its failure means to those around it. */
static void fail_list(struct exec_job *job)
{
	if (is_setup(job))
		return;
	if (job->plan->config->allow_failure && !job->execution->sig)
		job->result->allowed = true;
	else
		job->list->failed = true;
}

/* In the words of Go's runtime, which are lefthook's. */
const char *job_status_text(const struct exec_job *job, int status)
{
	struct arena *arena = job->execution->arena;
	const char *name = strsignal(job->killed_by);

	if (!job->killed_by || !name || !*name)
		return arena_printf(arena, "exit status %d", status);
	return arena_printf(
		arena, "signal: %c%s", tolower((unsigned char)*name), name + 1);
}

/* The line after the output of a failed job.  A step says itself what went
 * wrong, unless it was killed before it could. */
static const char *ending_line(
	const struct exec_job *job, int status, bool timed_out)
{
	if (timed_out)
		return deadline_note(job);
	if (!status || (job->plan->step && status == 1))
		return NULL;
	return job_status_text(job, status);
}

static struct job_end end_of(const struct exec_job *job)
{
	size_t nr = job->next_command;

	return (struct job_end){ .path = job->path,
		.plan = job->plan,
		.failed = job->result->outcome == FAILED,
		.allowed = job->result->allowed,
		.ms = job->result->ms,
		.note = job->result->note,
		.command = nr ? job->plan->commands.v[nr - 1] : NULL };
}

static void report_done(struct exec_job *job, const char *ending)
{
	struct report *report = &job->execution->report;
	struct job_end end = end_of(job);

	job->result->ending = ending;
	end.output = &job->output;
	end.ending = ending;
	if (job->shown_live)
		report_live_end(report, &job->live, &end);
	else
		report_job(report, &end);
}

void job_finish(struct exec_job *job, int status, bool timed_out)
{
	bool failed = status || timed_out;

	changes_after(job->execution->changes, job->plan, !failed);
	job->state = JOB_DONE;
	job->result->outcome = failed ? FAILED : PASSED;
	job->result->ms = clock_now_ms() - job->started_ms;
	if (failed) {
		job->result->note = failure_note(job, timed_out);
		fail_list(job);
	} else {
		job->result->note = passed_note(job);
	}
	if (is_setup(job))
		setup_report(job, status);
	else
		report_done(job, ending_line(job, status, timed_out));
	job_release(job);
}

/* It was found impossible before it began: one line says so, wanted or not. */
static void refuse(struct exec_job *job)
{
	const char *message = job->plan->error;
	struct job_end end;

	job->state = JOB_DONE;
	job->result->outcome = FAILED;
	job->result->note = message;
	fail_list(job);
	end = end_of(job);
	report_refused(&job->execution->report, &end);
}

void job_fail(struct exec_job *job, const char *message)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_add_printable(&text, message, true);
	strbuf_addch(&text, '\n');
	job_add_output(job, text.buf, text.len);
	changes_after(job->execution->changes, job->plan, false);
	job->state = JOB_DONE;
	job->result->outcome = FAILED;
	job->result->ms = clock_now_ms() - job->started_ms;
	job->result->note = job->plan->config->fail_text;
	fail_list(job);
	if (is_setup(job))
		setup_report(job, STATUS_NOT_STARTED);
	else
		report_done(job, NULL);
	job_release(job);
}

static void count_running(struct exec_job *job, int by)
{
	job->execution->running += (size_t)by;
	job->execution->alone = by > 0 && job->is_interactive;
	for (struct exec_list *list = job->list; list; list = list->outer)
		list->live += (size_t)by;
}

static void on_output(
	struct task *task, const char *data, size_t len, void *data_ptr)
{
	(void)task;
	job_add_output(data_ptr, data, len);
}

static void on_done(struct task *task, void *data)
{
	struct exec_job *job = data;
	struct execution *execution = job->execution;
	int status = task_status(task);
	bool timed_out = task_timed_out(task);

	job->killed_by = task_signal(task);
	task_free(task);
	job->task = NULL;
	count_running(job, -1);
	if (!job->go_on || !job->go_on(job, &status, timed_out))
		job_finish(job, status, timed_out);
	execution->on_done(job);
}

static bool wants_pty(const struct exec_job *job)
{
	const struct run_opts *opts = job->execution->opts;

	return job->execution->out_is_tty && opts->colour && !opts->no_tty &&
	       !job->plan->config->use_stdin;
}

int job_start_task(
	struct exec_job *job, const struct child_opts *child, struct err *err)
{
	const struct plan_job *plan = job->plan;
	struct execution *execution = job->execution;
	struct task_opts opts = { .child = *child,
		.interactive = job->is_interactive,
		.tty_fd = -1,
		.timeout_ms = deadline_left_ms(job),
		.on_output = on_output,
		.on_done = on_done,
		.data = job };

	opts.child.env = plan->env.v;
	opts.child.cwd = plan->cwd;
	opts.child.death_signal = SIGTERM;
	if (job->is_interactive)
		opts.tty_fd = execution_tty(execution);
	else if (plan->config->use_stdin)
		opts.in = event_stdin(execution->opts->event, &opts.in_len);
	opts.pty = !job->is_interactive && wants_pty(job);
	if (task_start(execution->loop, &opts, &job->task, err))
		return -1;
	job->state = JOB_RUNNING;
	count_running(job, 1);
	return 0;
}

bool job_is_interactive(struct exec_job *job)
{
	const struct job_config *config = job->plan->config;

	return config->interactive && config->kind != JOB_USES &&
	       execution_tty(job->execution) >= 0;
}

bool job_begin(struct exec_job *job)
{
	const char *error = job->plan->error;
	const struct strvec *later = &job->execution->later;

	for (size_t i = 0; i < later->nr; i++)
		env_borrow(&job->plan->env, later->v[i]);
	job->started_ms = job->attempt_ms = clock_now_ms();
	job->result->started_ms = job->started_ms;
	if (error && is_setup(job))
		job_fail(job, error);
	else if (error)
		refuse(job);
	else
		changes_before(job->execution->changes, job->plan, job->path);
	return !error;
}
