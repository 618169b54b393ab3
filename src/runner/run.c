/*
 * Running a plan: the execution is set up, scheduled, summed up.
 *
 * Stdin is read before the loop's signal handlers are there: whoever waits for
 * a pipe that nobody closes can still leave with Ctrl-C.
 */
#include "hookrun/runner/run.h"

#include "runner/execution.h"

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

int run_plan(
	const struct plan *plan, const struct run_opts *opts, struct err *err)
{
	struct execution execution = { .plan = plan,
		.opts = opts,
		.arena = plan->arena,
		.out_is_tty = isatty(opts->out_fd),
		.tty_fd = -1 };

	report_init(&execution.report, opts, plan->hook->name);
	execution.report.has_jobs = !plan->skip.kind && plan->hook->list.nr;
	if (plan->skip.kind) {
		AUTO_STRBUF name = STRBUF_INIT;

		report_path(&name, NULL, plan->hook->name);
		report_skip(&execution.report, name.buf, "hook setting");
		report_summary(&execution.report, &execution.all);
		return 0;
	}
	if (!has_step(&plan->list) || (opts->preface && *opts->preface))
		report_begin(&execution.report);
	if (wants_stdin(&plan->list))
		event_stdin(opts->event, NULL);
	if (changes_begin(&execution.changes, plan, opts, err) ||
		schedule_run(&execution, err)) {
		changes_free(execution.changes);
		return -1;
	}
	report_summary(&execution.report, &execution.all);
	return conclude(&execution, err);
}

void run_announce(const struct run_opts *opts, const char *hook)
{
	struct report report;

	report_init(&report, opts, hook);
	report_begin(&report);
}
