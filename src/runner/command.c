/*
 * The commands of a leaf, one after the other, and from the first again where
 * it may be tried again.
 *
 * A command without shell syntax is executed without sh.  Where that fails,
 * sh gets the same text: it knows why (not found, not executable) and says so
 * in the words and with the exit status that users know, and it can run a
 * script without a #! line.
 */
#include "runner/direct.h"
#include "runner/execution.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"

#include <inttypes.h>

static int start_command(
	struct exec_job *job, const char *command, struct err *err)
{
	struct child_opts child = { 0 };

	strvec_release(&job->argv);
	report_command(&job->execution->report, command);
	if (job->plan->shell) {
		for (const char *const *word = job->plan->shell; *word; word++)
			strvec_push(&job->argv, *word);
		strvec_push(&job->argv, command);
		child.argv = job->argv.v;
		return job_start_task(job, &child, err);
	}
	if (direct_argv(command, &job->argv_text, &job->argv)) {
		child.argv = job->argv.v;
		if (!job_start_task(job, &child, err))
			return 0;
		strvec_release(&job->argv);
	}
	strvec_push(&job->argv, "sh");
	strvec_push(&job->argv, "-c");
	strvec_push(&job->argv, command);
	child.argv = job->argv.v;
	return job_start_task(job, &child, err);
}

static bool has_next(const struct exec_job *job)
{
	return job->next_command < job->plan->commands.nr;
}

/* False where there is no next command.  True also where it could not be
 * started; then the job is done. */
static bool start_next(struct exec_job *job)
{
	struct err err = ERR_INIT;

	if (!has_next(job))
		return false;
	if (start_command(
		    job, job->plan->commands.v[job->next_command++], &err))
		job_fail(job, err.msg);
	return true;
}

/* Again from the first command on?  Says so among the output. */
static bool starts_again(struct exec_job *job, int status, bool timed_out)
{
	const struct job_config *config = job->plan->config;
	AUTO_STRBUF text = STRBUF_INIT;

	if (!(status || timed_out) || job->attempts >= config->retry ||
		job->plan->step || job->execution->sig || deadline_passed(job))
		return false;
	if (job->output.size && job->output.last != '\n')
		strbuf_addch(&text, '\n');
	if (timed_out)
		strbuf_addstr(&text, deadline_note(job));
	else
		strbuf_addstr(&text, job_status_text(job, status));
	job->attempts++;
	strbuf_addf(&text, ", attempt %" PRId64 " of %" PRId64 ":\n",
		job->attempts + 1, config->retry + 1);
	job_add_output(job, text.buf, text.len);
	job->attempt_ms = clock_now_ms();
	job->next_command = 0;
	return start_next(job);
}

static bool go_on(struct exec_job *job, int *status, bool timed_out)
{
	int sig = job->execution->sig;

	if (!*status && sig && has_next(job))
		*status = 128 + sig; /* cut short between two */
	if (starts_again(job, *status, timed_out))
		return true;
	return !*status && !timed_out && start_next(job);
}

void command_start(struct exec_job *job)
{
	job->go_on = go_on;
	job->is_interactive = job_is_interactive(job);
	if (job->execution->plan->hook->follow || job->is_interactive ||
		job->plan->config->kind == JOB_SETUP)
		job_show_live(job);
	if (!start_next(job))
		job_finish(job, 0, false);
}
