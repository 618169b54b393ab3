/*
 * Built-in steps: check in our process, run in a child.
 *
 * On the path of every branch switch nothing is to be done, and then neither a
 * process nor a line of output is spent.  Installing gems takes minutes, in
 * which a silent terminal looks like a hang: a step has a line that says what
 * it does, or, where none are drawn and nothing else can run, is shown as it
 * goes.
 */
#include "runner/execution.h"

#include "runner/board.h"

#include "hookrun/runner/ask.h"

#include <stdio.h>
#include <unistd.h>

/* Where the terminal is in the child; above what the task arranges. */
#define CHILD_TTY_FD 9

static void print_lines(const char *text)
{
	size_t len = strlen(text);

	fputs(text, stdout);
	if (len && text[len - 1] != '\n')
		putchar('\n');
}

static bool user_agrees(struct exec_job *job)
{
	const struct step_check *check = &job->step_check;
	bool agrees = ask_yes(&job->step_ctx, check->question);

	print_lines(agrees ? check->say.buf : check->refused);
	return agrees;
}

static int child_main(void *data)
{
	struct exec_job *job = data;
	struct err err = ERR_INIT;

	if (job->step_ctx.tty_fd >= 0)
		job->step_ctx.tty_fd = CHILD_TTY_FD;
	setvbuf(stdout, NULL, _IOLBF, 0);
	environ = job->plan->env.v;
	if (job->step_check.verdict == STEP_ASK && !user_agrees(job))
		return 0;
	if (!job->plan->step->run(&job->step_ctx, &job->step_check, &err))
		return 0;
	fflush(stdout);
	if (*err.msg)
		fprintf(stderr, "%s\n", err.msg);
	return 1;
}

/* A step has no program to hand its job's environment to: it reads it itself,
 * and so do the libraries that it calls. */
static int check(struct exec_job *job, struct err *err)
{
	char **ours = environ;
	int failed;

	environ = job->plan->env.v;
	failed = job->plan->step->check(&job->step_ctx, &job->step_check, err);
	environ = ours;
	return failed;
}

static bool runs_alone(const struct exec_job *job)
{
	for (struct exec_list *list = job->list; list; list = list->outer)
		if (list->plan->parallel)
			return false;
	return true;
}

static void add_say(struct exec_job *job)
{
	const struct strbuf *say = &job->step_check.say;

	job_add_output(job, say->buf, say->len);
	if (say->len && say->buf[say->len - 1] != '\n')
		job_add_output(job, "\n", 1);
}

static void start_work(struct exec_job *job)
{
	struct execution *execution = job->execution;
	struct child_opts child = { .func = child_main, .func_data = job };
	struct err err = ERR_INIT;

	if (job->step_ctx.tty_fd >= 0) {
		child.fds[0] =
			(struct child_fd){ job->step_ctx.tty_fd, CHILD_TTY_FD };
		child.nfds = 1;
	}
	if (execution->draws)
		job->step_ctx.board = board_new(execution->report.screen.nr);
	else if (execution->plan->hook->follow || runs_alone(job))
		job_show_live(job);
	if (job->step_check.verdict != STEP_ASK)
		add_say(job);
	if (job_start_task(job, &child, &err))
		job_fail(job, err.msg);
}

static void be_idle(struct exec_job *job)
{
	struct report *report = &job->execution->report;
	const char *reason = job->step_check.reason;

	job->state = JOB_DONE;
	job->result->outcome = SKIPPED;
	job->result->skipped = reason ? reason : "nothing to do";
	if (job->step_check.say.len) {
		add_say(job);
		report_job(report, &(struct job_end){ .path = job->path,
					   .plan = job->plan,
					   .output = &job->output });
	} else if (report->verbose) {
		report_skip(report, job->path, job->result->skipped);
	}
	job_release(job);
}

/* Nobody can be asked. */
static void refuse(struct exec_job *job)
{
	const char *refused = job->step_check.refused;

	job_add_output(job, refused, strlen(refused));
	job_finish(job, 0, false);
}

void builtin_start(struct exec_job *job)
{
	struct execution *execution = job->execution;
	const struct run_opts *opts = execution->opts;
	struct err err = ERR_INIT;

	job->step_ctx = (struct step_ctx){ .repo = opts->repo,
		.event = opts->event,
		.with = job->plan->config->with,
		.root = job->plan->cwd,
		.filter = job->plan->filter,
		.arena = execution->arena,
		.by_hand = opts->by_hand,
		.colour = opts->colour,
		.tty_fd = execution_tty(execution),
		.later = &execution->later };
	job->step_check = (struct step_check){ .say = STRBUF_INIT };
	if (check(job, &err)) {
		add_say(job);
		job_fail(job, err.msg);
		return;
	}
	switch (job->step_check.verdict) {
	case STEP_IDLE:
		be_idle(job);
		break;
	case STEP_TOLD:
		add_say(job);
		job_finish(job, 0, false);
		break;
	case STEP_ASK:
		if (job->step_ctx.tty_fd < 0) {
			refuse(job);
			break;
		}
		start_work(job);
		break;
	case STEP_WORK:
		start_work(job);
		break;
	}
}
