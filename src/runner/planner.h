/*
 * What the files that build a plan share.
 */
#ifndef RUNNER_PLANNER_H
#define RUNNER_PLANNER_H

#include "runner/condition.h"
#include "runner/pushed.h"

#include "hookrun/files/filter.h"
#include "hookrun/files/template.h"
#include "hookrun/runner/plan.h"

struct checkouts;     /* checkouts.h */
struct pushed_commit; /* the same */

struct planner {
	const struct run_opts *opts;
	struct arena *arena;
	struct condition_env conditions;
	const char *const *exclude_tags; /* the hook's and the environment's */
	const struct template_pair *own; /* the user's templates */
	bool doublestar;
	struct pushed pushed; /* pre-push */
	bool push_told;	      /* lists_set_push() was called */
	const char *top;      /* the user's work tree: scripts are there */
	struct checkouts *checkouts;  /* of all pushed commits */
	struct pushed_commit *commit; /* for whose checkout it plans; or NULL */
};

/* What a job has from its hook and its groups, itself included. */
struct scope {
	const char *root;  /* relative to the work tree; NULL: none */
	const char *files; /* the `files` command, or NULL */
	/* NULL-ended */
	const char *const *tags, *const *glob, *const *exclude,
						       *const *file_types;
	const struct env_pair *env; /* outermost first */
	size_t nenv;
	const char *shell;	     /* NULL: sh */
	bool job_chosen, tag_chosen; /* as --job and --tag want it */
	const struct plan_origin *origin;
};

/* scope.c */
void scope_of_hook(struct planner *planner, struct scope *ret);
void scope_of_job(struct planner *planner, const struct scope *outer,
	const struct job_config *job, struct scope *ret);
/* Why exclude_tags leave the job out, if they do. */
struct reason scope_excluded(const struct planner *planner,
	const struct scope *scope, const struct job_config *job);
/* HOOKRUN_EXCLUDE joined to the hook's own list. */
const char *const *scope_exclude_tags(struct planner *planner);

/* gating.c: the file lists that `text` asks for, filtered. */
struct job_files {
	struct strvec lists[SET_COUNT];
	bool known[SET_COUNT];
	/* Of the `files` command; the lists may borrow from it. */
	struct printed_files printed;
	bool has_printed;
	const struct plan_inspected *inspected;
};
void job_files_release(struct job_files *files);
/* The lists that `text` asks for, empty ones too. */
int gating_fill(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	struct err *err);
/* `text` may be NULL: a job without a command.  `ret_skip` is the reason why
 * it has nothing to look at, or stays as it is. */
int gating_files(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, struct job_files *ret,
	struct reason *ret_skip, struct err *err);

/* For a step in a hook that is about a movement of HEAD, not about a list of
 * files: the filter that its changes have to pass; stays NULL in others. */
int gating_event(struct planner *planner, const struct scope *scope,
	struct filter **ret, struct err *err);

/* The files that the job was given, `files` of gating_files() or, where its
 * text names none, the staged ones; from the root of the work tree. */
int gating_given(struct planner *planner, const struct scope *scope,
	const char *text, const char *cwd, const struct job_files *files,
	struct strvec *ret, struct err *err);

/* script.c: one command for every copy of the job's script. */
int script_commands(struct planner *planner, const struct job_config *job,
	const struct template_values *values, struct plan_job *ret,
	struct err *err);

/* needs.c: bring the jobs into an order in which each comes after what it
 * needs, and no more than that, and fill in their `needs`. */
void needs_resolve(struct arena *arena, struct plan_list *list);

/* shell.c: `text` as the words before a command; NULL: sh. */
const char *const *shell_words(struct arena *arena, const char *text);

/* environment.c */
void environment_fill(const struct planner *planner, const struct scope *scope,
	struct strvec *env);

#endif
