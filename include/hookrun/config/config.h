/*
 * The configuration as the runner wants it: load, merge, check, bind.
 *
 * Plain structs that know no git.  Everything lives in the config's arena
 * until config_release().
 */
#ifndef HOOKRUN_CONFIG_CONFIG_H
#define HOOKRUN_CONFIG_CONFIG_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/node.h"

#include <stdbool.h>
#include <stdint.h>

/* One entry of `skip` or `only`. */
struct condition {
	enum condition_kind {
		COND_TRUE,     /* true */
		COND_FALSE,    /* false */
		COND_STATE,    /* merge, rebase, ...: the word in `text` */
		COND_REF,      /* {ref: GLOB}: the glob in `text` */
		COND_PUSH_REF, /* {push_ref: GLOB}: the glob in `text` */
		COND_RUN,      /* {run: CMD}: the command in `text` */
	} kind;
	const char *text;
	const struct node *node; /* where it was written */
};

struct conditions {
	const struct condition *v; /* any of them */
	size_t nr;		   /* 0: not configured */
	const struct node *node;   /* the whole value */
};

/* Why a hook or a job could never run. */
struct mistake {
	const char *why;       /* NULL: it can */
	const struct node *at; /* where that is written */
};

struct env_pair {
	const char *name, *value;
};

enum job_kind { JOB_RUN, JOB_SCRIPT, JOB_GROUP, JOB_USES, JOB_SETUP };

struct job_list; /* below */

struct job_config {
	enum job_kind kind;
	const char *name; /* as written; NULL where there is none */
	const char
		*display;   /* name, else run text, script, uses, "group (0)" */
	const char *run;    /* JOB_RUN */
	const char *script; /* JOB_SCRIPT: the file's name */
	const char *uses;   /* JOB_USES: a built-in step's name */
	const char **setup; /* JOB_SETUP: its commands, NULL-ended */
	const struct node *with; /* JOB_USES: its options, validated; or NULL */
	enum { FROM_JOBS, FROM_COMMANDS, FROM_SCRIPTS } from;
	const char *runner, *args, *root, *files, *fail_text;
	int64_t timeout_ms;				    /* 0: none */
	const char **glob, **exclude, **tags, **file_types; /* NULL-ended, never
							       NULL */
	const struct env_pair *env;
	size_t nenv;
	bool interactive, use_stdin;
	bool stage_fixed;   /* its own or the hook's */
	const char **needs; /* names in the same list; NULL: none */
	bool allow_failure;
	bool show_always;  /* its output, though it passed */
	bool checkout;	   /* `pushed`: in a work tree of what is pushed */
	int64_t retry;	   /* how often to try again */
	const char *shell; /* "bash -euo pipefail -c"; NULL: inherited */
	int priority;	   /* 0: last */
	struct conditions skip, only;
	struct mistake mistake;	 /* by what is no condition and yet stands as
				    one */
	struct job_list *group;	 /* JOB_GROUP */
	const char *broken;	 /* it fails when its turn comes; else NULL */
	const struct node *node; /* where it was written */
};

/* The jobs of a hook or of a group, and how they run. */
struct job_list {
	struct job_config *jobs;
	size_t nr;
	bool parallel, piped;
	int64_t jobs_limit; /* at most this many at once; 0: no limit, negative:
			       not said */
};

enum fail_on_changes {
	CHANGES_PASS,
	CHANGES_FAIL,
	CHANGES_FAIL_IN_CI,
	CHANGES_FAIL_OUTSIDE_CI,
	CHANGES_UNKNOWN, /* none of these was written: the hook cannot run */
};

/* What jobs see as it is staged. */
enum isolate {
	ISOLATE_NOTHING,
	ISOLATE_STAGED, /* files that are partly staged */
	ISOLATE_ALL,	/* all tracked files */
};

struct hook_config {
	const char *name;
	struct job_list list; /* jobs, then commands, then scripts, each in
				 lefthook's order */
	bool follow, chain;
	enum fail_on_changes fail_on_changes;
	enum { DIFF_IN_CI, DIFF_NEVER, DIFF_ALWAYS } fail_on_changes_diff;
	enum isolate isolate;
	bool hide_untracked; /* and untracked ones not at all */
	const char *files;   /* default `files` command, or NULL */
	/* What its jobs have as if they were in a group with it; lists may be
	 * NULL here. */
	const char *root, *shell;
	const char **glob, **tags;
	const struct env_pair *env;
	size_t nenv;
	int64_t timeout_ms;    /* for all of it; 0: none */
	struct job_list setup; /* what comes before them: one JOB_SETUP, or
				  nothing */
	const char *base; /* pre-push: what new branches are compared with */
	const char **exclude_tags, **exclude; /* NULL-ended, never NULL */
	const char **require; /* pre-push: other hooks; likewise */
	struct conditions skip, only;
	struct mistake mistake; /* as of a job; also where it is no hook at all
				 */
	const struct node *node;
};

struct config {
	struct arena arena;
	struct node *root; /* the merged tree */
	struct strvec
		files; /* the files it was made of, absolute, main first */
	struct strvec remotes; /* the folders of the remotes in use */
	struct hook_config *hooks;
	size_t nhooks;
	const char *binary;  /* key `lefthook`/`hookrun`: command for shims;
				or NULL */
	const char *unmet;   /* why no hook may run (min_version), or NULL */
	const char *lacking; /* url of a remote that is not here, without whose
				jobs no hook is to run; or NULL */
	const char *rc;	     /* file that shims source, or NULL */
	const char *source_dir, *source_dir_local;
	bool no_tty, no_auto_install, install_non_git_hooks;
	bool no_recorder; /* recorder: false */
	bool chain, skip_lfs;
	bool assert_installed;	  /* ignored: a missing binary always fails */
	const char *glob_matcher; /* "gobwas" or "doublestar" */
	const char *dash_names;	  /* "prefix" or "raw"; NULL: not said */
	const struct env_pair *templates;
	size_t ntemplates;
	struct strvec warnings; /* each a whole message with its line: unknown
				   or unsupported keys */
};

/* Find the main configuration file of the work tree `root`: its absolute path
 * (malloc'd), or NULL and false where there is none.  HOOKRUN_CONFIG /
 * LEFTHOOK_CONFIG name another, which may be missing on a branch. */
bool config_find(const char *root, char **ret_path);
/* Is there one, or a local one alone? */
bool config_exists(const char *root);
const char *config_named(void); /* as in the environment, or NULL */
/* Say that there is none; returns -1. */
int config_none(const char *root, struct err *err);

/* A remote as the configuration names it. */
struct config_remote {
	const char *url;
	const char *ref;    /* NULL: what the remote itself has checked out */
	int64_t max_age_ms; /* of a copy; 0: always fetch, -1: never again */
	bool no_auto;	    /* only what the user asks for is fetched */
};

/* Who gets the files of remotes.  Returns the folder they are in (malloc'd),
 * or NULL; what the user should know is a message in `note`. */
struct config_remotes {
	char *(*folder)(const struct config_remote *remote, void *data,
		struct strbuf *note);
	void *data;
};

/* Load everything (without remotes where `remotes` is NULL).  1 loaded, 0 no
 * configuration, -1 error.  `strict`: what is a warning otherwise (an unknown
 * key) is an error. */
int config_load(const char *root, const struct config_remotes *remotes,
	bool strict, struct config *ret, struct err *err);
void config_release(struct config *config);

/* The folders that scripts are looked for in, below each in one of the hook's
 * name, in their order: from the root of the work tree, those of remotes
 * absolute.  `shared` and `own` are source_dir and source_dir_local, or NULL.
 * NULL-ended, in `arena`. */
const char *const *config_script_dirs(const char *shared, const char *own,
	const struct strvec *remotes, struct arena *arena);

/* Whether its #! line ends as lines do on Windows: the kernel looks for an
 * interpreter whose name ends in the carriage return, and "not found" is all
 * that is said then. */
bool config_script_is_windows(const char *path);

/* Set `err` to the mistake, with its place; returns -1. */
int config_mistake(const struct mistake *mistake, struct err *err);

struct hook_config *config_hook(const struct config *config, const char *name);

/* All problems of the files (those of `remotes` too, where it is not NULL), one
 * message after the other with an empty line between, not only the first; their
 * number is returned (0: valid). */
int config_validate(const char *root, const struct config_remotes *remotes,
	struct strbuf *out);

/* The merged configuration in lefthook's canonical form: `format` is "yaml" or
 * "json". */
int config_dump(const struct config *config, const char *format,
	struct strbuf *out, struct err *err);

/* Each value of the merged configuration with the file and line that set it,
 * a line each or as `json`; of those at or below `key` ("pre-commit.jobs.lint")
 * where that is not NULL.  How many there were. */
size_t config_origins(const struct config *config, const char *key, bool json,
	struct strbuf *out);

#endif
