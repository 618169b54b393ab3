/*
 * Running a plan: the execution is set up, scheduled, summed up.
 *
 * Stdin is read before the loop's signal handlers are there: whoever waits for
 * a pipe that nobody closes can still leave with Ctrl-C.
 */
#include "hookrun/runner/run.h"

#include "runner/recorder.h"

#include "hookrun/base/clock.h"
#include "hookrun/runner/output.h"

#include <unistd.h>

static bool wants_stdin(const struct plan_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];

		if (job->group && wants_stdin(job->group))
			return true;
		if (job->config->use_stdin && !job->skip.kind && !job->error)
			return true;
	}
	return false;
}

/* A hook of built-in steps that find nothing to do is silent; any other says
 * that it ran, as lefthook does. */
static bool has_step(const struct plan_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];

		if (job->config->kind == JOB_USES ||
			(job->group && has_step(job->group)))
			return true;
	}
	return false;
}

/* After a signal nothing is staged: whoever stops a hook wants it to do no
 * more. */
static int conclude(struct execution *execution, struct err *err)
{
	int failed = 0;

	if (!execution->sig)
		failed = changes_end(
			execution->changes, &execution->report, err);
	changes_free(execution->changes);
	if (execution->sig)
		return 128 + execution->sig;
	if (failed)
		return -1;
	return execution->all.outcome == FAILED ? 1 : 0;
}

/* Leaves that may run. */
static size_t count_jobs(const struct plan_list *list)
{
	size_t nr = 0;

	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];

		if (!job->skip.kind)
			nr += job->group ? count_jobs(job->group) : 1;
	}
	return nr;
}

static const struct report_form *form_of(const struct run_opts *opts)
{
	if (opts->agent)
		return &report_form_agent;
	return opts->compact ? &report_form_compact : &report_form_box;
}

static void begin_report(struct execution *execution)
{
	const struct plan *plan = execution->plan;
	struct report *report = &execution->report;

	report_init(report, form_of(execution->opts), execution->opts,
		plan->hook->name);
	report->has_jobs = !plan->skip.kind && plan->hook->list.nr;
	report->has_step = has_step(&plan->list);
	report->alone = count_jobs(&plan->list) == 1;
	report->on_terminal = execution->out_is_tty;
}

/* On a terminal it is told in any case: a hook that does not run is not to be
 * mistaken for one that has passed. */
static void skip_hook(struct execution *execution)
{
	struct report *report = &execution->report;
	const struct plan *plan = execution->plan;
	AUTO_STRBUF name = STRBUF_INIT;
	AUTO_STRBUF why = STRBUF_INIT;

	report_path(&name, NULL, plan->hook->name);
	reason_add(&why, &plan->skip);
	if (execution->opts->compact && report->on_terminal)
		report->parts |= OUT_SKIPS;
	if (!execution->opts->compact)
		report_skip(report, name.buf, "hook setting");
	else if (!execution->opts->hush)
		report_skip(report, name.buf, why.buf);
	report_summary(report, &execution->all);
}

static int execute(struct execution *execution, struct err *err)
{
	const struct run_opts *opts = execution->opts;
	struct plan *plan = execution->plan;
	int result;

	begin_report(execution);
	if (plan->skip.kind) {
		skip_hook(execution);
		return 0;
	}
	if (!execution->report.has_step || (opts->preface && *opts->preface))
		report_begin(&execution->report);
	if (wants_stdin(&plan->list))
		event_stdin(opts->event, NULL);
	if (changes_begin(&execution->changes, plan, opts, err) ||
		schedule_run(execution, err)) {
		changes_free(execution->changes);
		return -1;
	}
	execution->report.interrupted = execution->sig;
	/* the last line of lefthook's form is about the jobs only */
	if (!opts->compact)
		report_summary(&execution->report, &execution->all);
	result = conclude(execution, err);
	if (opts->compact && (result >= 0 || execution->all.outcome == FAILED))
		report_summary(&execution->report, &execution->all);
	return result;
}

int run_plan(struct plan *plan, const struct run_opts *opts, struct err *err)
{
	struct execution execution = { .plan = plan,
		.opts = opts,
		.arena = plan->arena,
		.out_is_tty = isatty(opts->out_fd),
		.tty_fd = -1,
		.began_ms = clock_now_ms() };
	int64_t date_ms = clock_date_ms();
	int result = execute(&execution, err);

	strvec_release(&execution.later);
	if (!recorder_write(&execution, date_ms, result, err))
		return result;
	if (result <= 0)
		return -1;
	report_warning(&execution.report, err->msg);
	return result;
}

void run_announce(const struct run_opts *opts, const char *hook)
{
	struct report report;

	report_init(&report, form_of(opts), opts, hook);
	report_begin(&report);
}
