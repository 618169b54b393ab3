/*
 * The plan: every job of a hook, each either runnable (commands, directory,
 * environment, stdin) or skipped with its reason.  `run` executes it and
 * decides nothing more, except that a built-in step may find nothing to do and
 * that `piped` skips what comes after a failure.
 *
 * What must ask a program of the user's first (a condition with `run`, a
 * `files` command) is left open until its turn comes, because jobs before it
 * may decide the answer.  Each decision is kept with its reason.
 */
#ifndef HOOKRUN_RUNNER_PLAN_H
#define HOOKRUN_RUNNER_PLAN_H

#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"
#include "hookrun/files/filter.h"
#include "hookrun/runner/reason.h"
#include "hookrun/runner/run_opts.h"
#include "hookrun/runner/step.h"

struct plan_list;
struct plan_later;
struct checkouts;

/* The maps in which the keys of a job may be written: its own, those of its
 * groups, the hook's. */
struct plan_origin {
	const struct node *node; /* may be NULL */
	const struct plan_origin *outer;
};

/* What became of a list of files on its way through a job's filters. */
struct plan_inspected {
	enum file_set set;
	const char *instead; /* see lists_replaced() */
	struct filter_counts counts;
	bool partial;	/* no more were counted than show that there are any */
	bool only_gate; /* the job is not given their names */
	/* What becomes of run_opts.asked_file, which need not be in the list;
	 * each is 0 or 1. */
	struct filter_counts asked;
	bool has_asked;			   /* it is in the list */
	const struct plan_inspected *next; /* or NULL */
};

struct plan_job {
	const char *name; /* display name */
	const struct job_config *config;
	struct reason skip; /* why it does not run; REASON_NONE: it does */
	struct reason
		open;	   /* what will decide that; REASON_NONE: it is known */
	const char *error; /* it cannot run: fails with this message */
	/* JOB_RUN, JOB_SCRIPT: run in turn by sh (or directly where a command
	 * needs no shell), stop at the first failure. */
	struct strvec commands;
	/* The shell and its options before the command; NULL: /bin/sh -c. */
	const char *const *shell;
	const size_t *needs; /* jobs before it in the same list */
	size_t nneeds;
	const char *cwd;    /* absolute */
	const char *commit; /* id of what is checked out there for it; or NULL
			     */
	struct strvec env;  /* complete */
	const struct step_ops *step; /* JOB_USES */
	struct filter *filter;	     /* JOB_USES: for struct step_ctx */
	struct plan_list *group;     /* JOB_GROUP */
	/* The files it was given, from the root of the work tree: those in its
	 * commands, else (in pre-commit) the staged ones that pass its filters.
	 * Empty unless somebody asks whether it changes them. */
	struct strvec given;
	bool stages; /* those that it changed are staged when it has passed */
	struct plan_later *later; /* plan_settle() decides; else NULL */
	const struct plan_origin *origin;
	const struct plan_inspected *inspected; /* the lists it asked for */
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
	struct reason skip, open; /* of the whole hook, as of a job */
	const char *note;	  /* a warning for the user, or NULL */
	struct plan_list setup;	  /* is done before `list` begins */
	struct plan_list list;
	struct checkouts *checkouts; /* work trees of pushed commits; owned */
};

/* Build the plan in `arena`.  -1 for what makes the whole hook impossible
 * (piped and parallel at once); a job that cannot run gets an `error`.  `opts`
 * must live as long as the plan. */
int plan_build(const struct run_opts *opts, struct arena *arena,
	struct plan *ret, struct err *err);
void plan_release(struct plan *plan);

/* Decide what was left open of a job, now that its turn has come. */
void plan_settle(struct plan_job *job);

/* The innermost value of a key, or NULL. */
const struct node *plan_origin_find(
	const struct plan_origin *origin, const char *key);
/* The same from `*at` on, which moves outwards: for keys that add up. */
const struct node *plan_origin_next(
	const struct plan_origin **at, const char *key);

#endif
