/*
 * The plan: every job of a hook, each either runnable (commands, directory,
 * environment, stdin) or skipped with its reason.  `run` executes it and
 * decides nothing more, except that a built-in step may find nothing to do and
 * that `piped` skips what comes after a failure.
 *
 * What must ask a program of the user's first (a condition with `run`, a
 * `files` command) is left open until its turn comes, because jobs before it
 * may decide the answer.
 */
#ifndef HOOKRUN_RUNNER_PLAN_H
#define HOOKRUN_RUNNER_PLAN_H

#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"
#include "hookrun/files/lists.h"
#include "hookrun/git/repo.h"
#include "hookrun/runner/event.h"
#include "hookrun/runner/step.h"

struct plan_list;
struct plan_later;

struct plan_job {
	const char *name; /* display name */
	const struct job_config *config;
	const char *skip;  /* the reason ("by condition"), or NULL: it runs */
	const char *error; /* it cannot run: fails with this message */
	/* JOB_RUN, JOB_SCRIPT: run in turn by sh (or directly where a command
	 * needs no shell), stop at the first failure. */
	struct strvec commands;
	/* The shell and its options before the command; NULL: /bin/sh -c. */
	const char *const *shell;
	const size_t *needs; /* jobs before it in the same list */
	size_t nneeds;
	const char *cwd;	     /* absolute */
	struct strvec env;	     /* complete */
	const struct step_ops *step; /* JOB_USES */
	struct filter *filter;	     /* JOB_USES: for struct step_ctx */
	struct plan_list *group;     /* JOB_GROUP */
	/* The files it was given, from the root of the work tree: those in its
	 * commands, else (in pre-commit) the staged ones that pass its filters.
	 * Empty unless somebody asks whether it changes them. */
	struct strvec given;
	bool stages; /* those that it changed are staged when it has passed */
	struct plan_later *later; /* plan_settle() decides; else NULL */
};

struct plan_list {
	struct plan_job *jobs;
	size_t nr;
	bool parallel, piped;
	bool has_needs;
	int64_t jobs_limit;
	int64_t timeout_ms; /* for all of them; 0: none */
};

struct plan {
	struct arena *arena; /* borrowed */
	const struct hook_config *hook;
	const char *skip;	/* the whole hook is skipped, and why */
	const char *note;	/* a warning for the user, or NULL */
	struct plan_job *setup; /* commands before the jobs, or NULL */
	struct plan_list list;
};

struct plan_opts {
	const struct config *config;
	const struct hook_config *hook;
	struct repo *repo;
	struct event *event;
	struct file_lists *lists;
	const struct strvec *jobs, *tags; /* --job, --tag; may be empty */
	const struct strvec *exclude;	  /* --exclude globs */
	bool prefix_dashes;		  /* file names are never options */
	bool force;	      /* run jobs whose file lists are empty */
	bool colour;	      /* else NO_COLOR=true for jobs */
	bool force_colour;    /* CLICOLOR_FORCE=1 for jobs */
	bool stage_fixed;     /* jobs may ask for it (in pre-commit) */
	bool fail_on_changes; /* remember the files of every job */
};

/* Build the plan in `arena`.  -1 for what makes the whole hook impossible
 * (piped and parallel at once); a job that cannot run gets an `error`.  `opts`
 * must live as long as the plan. */
int plan_build(const struct plan_opts *opts, struct arena *arena,
	struct plan *ret, struct err *err);
void plan_release(struct plan *plan);

/* Decide what was left open of a job, now that its turn has come. */
void plan_settle(const struct plan_job *job);

#endif
