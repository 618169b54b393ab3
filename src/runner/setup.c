/*
 * How the end of `setup` is reported, the one thing in which it differs from
 * other jobs.  That a command of it failed is said, and the jobs run all the
 * same, as in lefthook: what they need is theirs to find missing.  Its output
 * was shown as it came, because it may be an installation that takes minutes,
 * and it has no line in the summary.
 */
#include "runner/execution.h"

void setup_report(struct exec_job *job, int status)
{
	struct report *report = &job->execution->report;

	if (job->shown_live)
		report_live_end(report, &job->live, NULL);
	else if (status)
		report_output(report, &job->output);
	if (status)
		report_warning(report,
			arena_printf(job->execution->arena,
				"Failed to run setup: exit status %d", status));
}
