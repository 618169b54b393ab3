/*
 * A plan while it runs: the tree of plan_list and plan_job with what has
 * become of each.  schedule.c says when a job starts, command.c and builtin.c
 * what it starts, job.c what is the same for both.  Nobody calls upwards: what
 * a job tells the scheduler goes through `on_done`.
 */
#ifndef RUNNER_EXECUTION_H
#define RUNNER_EXECUTION_H

#include "runner/changes.h"
#include "runner/report.h"

#include "hookrun/proc/leftovers.h"
#include "hookrun/proc/loop.h"
#include "hookrun/proc/task.h"

struct execution;

struct exec_list {
	struct execution *execution;
	const struct plan_list *plan;
	struct exec_list *outer;  /* NULL: the hook's own */
	struct exec_list *before; /* which has to be done first, or NULL */
	struct exec_job *job; /* the group in `outer` that it is of, or NULL */
	struct exec_job *jobs;
	size_t first;	     /* the jobs before it are done */
	bool walked;	     /* each job has had its turn */
	int64_t deadline_ms; /* of its own; 0: none, or not opened yet */
	bool timed_out;
	size_t live; /* jobs running, in nested groups too */
	bool failed; /* one of the jobs, or of a nested group */
};

struct exec_job {
	struct execution *execution;
	struct exec_list *list;
	struct plan_job *plan; /* what is open of it is settled at its turn */
	const char *path;      /* name with those of its groups, printable */
	struct result *result;
	enum { JOB_WAITING, JOB_RUNNING, JOB_DONE } state;
	int64_t started_ms;
	int64_t attempt_ms; /* the begin of this attempt */
	int64_t attempts;   /* made before this one */
	bool blocked;	    /* skipped because of what it needs */
	const char *waited; /* for the one that fixed its files, or NULL */
	/* Its task has ended: start another, or false.  May change the status.
	 * NULL: there is only one. */
	bool (*go_on)(struct exec_job *job, int *status, bool timed_out);
	struct exec_list *group; /* of a JOB_GROUP */

	/* a leaf that runs */
	struct task *task;
	struct strvec argv;	 /* of the command that runs */
	struct strbuf argv_text; /* whose words it may borrow */
	size_t next_command;
	struct capture output;
	bool shown_live;
	struct live live; /* LIVE_INIT */
	bool is_interactive;
	int killed_by; /* the signal that ended its last command, or 0 */
	struct step_ctx step_ctx;
	struct step_check step_check;
};

struct execution {
	struct plan *plan;
	const struct run_opts *opts;
	struct arena *arena; /* the plan's */
	struct report report;
	struct loop *loop;
	struct leftovers *leftovers;
	struct changes *changes; /* NULL: nobody asks for them */
	struct strvec later;	 /* what steps add to the environment of jobs */
	struct exec_list setup;	 /* within `root`, and before it */
	struct exec_list root;
	struct result setup_result, all;
	/* A task of the leaf has ended: see what may start now. */
	void (*on_done)(struct exec_job *job);
	size_t running;	     /* leaves with a task */
	bool is_ending;	     /* nothing will be started any more */
	size_t most_running; /* for which there are descriptors */
	bool files_held;     /* a job waits for another's files */
	bool alone;	     /* the one that runs is interactive */
	bool out_is_tty;
	bool draws;	/* a line for each job, as long as nobody writes */
	unsigned frame; /* of the spinner */
	int64_t began_ms;
	size_t recorded; /* bytes of output that the recorder has kept */
	int sig;	 /* the first signal that ended it, or 0 */
	int tty_fd;	 /* -1: not opened, or there is none */
	bool tty_asked;
};

/* schedule.c: all of it, from the first job to the last. */
int schedule_run(struct execution *execution, struct err *err);

/* job.c: the begin of a leaf; false where it cannot run, and is done. */
bool job_begin(struct exec_job *job);
/* It will not run. */
void job_skip(struct exec_job *job, const char *reason);
/* It waits for `other`, which fixes the same files. */
void job_tell_wait(struct exec_job *job, const char *other);
bool job_is_interactive(struct exec_job *job);
/* A task with the job's environment, output and deadline. */
int job_start_task(
	struct exec_job *job, const struct child_opts *child, struct err *err);
void job_add_output(struct exec_job *job, const char *data, size_t len);
/* Its output is printed as it comes, unless output is not wanted. */
void job_show_live(struct exec_job *job);
/* It failed without a process whose exit status could be named. */
void job_fail(struct exec_job *job, const char *message);
/* How its last command ended, in the arena. */
const char *job_status_text(const struct exec_job *job, int status);
void job_finish(struct exec_job *job, int status, bool timed_out);
void job_release(struct exec_job *job);

/* deadline.c: the list around a job whose time is up, or NULL. */
struct exec_list *deadline_passed(const struct exec_job *job);
/* Begin to count the time of a list. */
void deadline_open(struct exec_list *list);
/* How long a task of the job may run; 0: for ever. */
int64_t deadline_left_ms(const struct exec_job *job);
/* Why a task of the job was ended in time, in the arena: "timeout (5s)", or
 * "timeout (5s) of GROUP". */
const char *deadline_note(const struct exec_job *job);
/* The same of a list, for its own line and for the jobs in it. */
const char *deadline_list_note(const struct exec_list *list);
const char *deadline_reason(const struct exec_list *list);

/* setup.c: tell of the end of a JOB_SETUP. */
void setup_report(struct exec_job *job, int status);

/* spinner.c: show what is waited for, where that makes sense. */
void spinner_start(struct execution *execution);

/* command.c: start the commands of a leaf, builtin.c: the built-in step of a
 * JOB_USES.  It is JOB_RUNNING then, or JOB_DONE where it needed no process or
 * could not have one. */
void command_start(struct exec_job *job);
void builtin_start(struct exec_job *job);

/* execution.c: the user's terminal, opened on first use; -1: none. */
int execution_tty(struct execution *execution);

#endif
