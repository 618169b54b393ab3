/*
 * `setup`: commands before the jobs.  That one of them failed is said, and the
 * jobs run all the same, as in lefthook: what they need is theirs to find
 * missing.  Its output is shown as it comes, because it may be an installation
 * that takes minutes.
 */
#include "runner/execution.h"

#include "hookrun/runner/output.h"

static struct exec_job *new_job(struct execution *execution)
{
	struct exec_job *job = arena_alloc(execution->arena, sizeof(*job));

	*job = (struct exec_job){ .execution = execution,
		.list = &execution->root,
		.plan = execution->plan->setup,
		.path = execution->plan->setup->name,
		.result = arena_alloc(execution->arena, sizeof(struct result)),
		.output = CAPTURE_INIT,
		.live = LIVE_INIT,
		.step_check = { .say = STRBUF_INIT } };
	return job;
}

bool setup_start(struct execution *execution)
{
	struct exec_job *job;

	if (!execution->plan->setup)
		return false;
	job = execution->setup = new_job(execution);
	job->shown_live = execution->report.parts & OUT_SETUP;
	if (job->shown_live)
		report_setup(&execution->report);
	job_start(job);
	if (job->state != JOB_DONE)
		return true;
	job_release(job);
	execution->setup = NULL;
	return false;
}

void setup_finish(struct exec_job *job, int status)
{
	struct report *report = &job->execution->report;

	job->state = JOB_DONE;
	if (job->shown_live)
		report_live_end(report, &job->live, NULL);
	else if (status)
		report_output(report, &job->output);
	if (status)
		report_warning(report,
			arena_printf(job->execution->arena,
				"Failed to run setup: exit status %d", status));
}
