/*
 * What a run was asked for, and with what: one struct from the command line to
 * the plan, the jobs and the report.  All of it is borrowed.
 */
#ifndef HOOKRUN_RUNNER_RUN_OPTS_H
#define HOOKRUN_RUNNER_RUN_OPTS_H

#include "hookrun/base/strvec.h"
#include "hookrun/config/config.h"
#include "hookrun/files/lists.h"
#include "hookrun/git/repo.h"
#include "hookrun/guard/guard.h"
#include "hookrun/runner/event.h"
#include "hookrun/runner/report_file.h"

#include <stdbool.h>

struct run_opts {
	const struct config *config;
	const struct hook_config *hook;
	struct repo *repo;
	struct event *event;
	struct file_lists *lists;
	struct guard *guard; /* which hides what is not staged, or NULL */

	/* what runs */
	const struct strvec *jobs, *tags; /* --job, --tag; may be empty */
	const struct strvec *exclude;	  /* --exclude globs */
	bool prefix_dashes;		  /* file names are never options */
	size_t processors; /* the limit of larger parallel groups; 0: none */
	bool as_lefthook;  /* called by that name: skips what it would skip */
	bool strict;	   /* what could never run by mistake fails */
	bool force;	   /* run jobs whose file lists are empty */
	bool by_hand;	   /* handed to steps */
	bool plan_only; /* --plan: nothing will run, no program is asked, every
			   file is counted, what was not chosen is told */
	const char *asked_file; /* then: what becomes of this one, from the root
				   of the work tree; or NULL */
	bool stage_fixed;	/* jobs may ask for it (in pre-commit) */
	bool fail_on_changes; /* fail where a job changed a file: then the files
				 of every job are remembered */

	bool record; /* keep what becomes of it, see recording.h */
	/* The trees of commits for which the hook runs after the fact; NULL:
	 * it runs for what git does now. */
	const struct strvec *trees;

	struct report_files reports; /* to be written; of the caller */

	/* the terminal, and what jobs are told of it */
	bool colour;	   /* in what is printed */
	bool no_colour;	   /* NO_COLOR=true for jobs */
	bool force_colour; /* CLICOLOR_FORCE=1 for jobs */
	bool no_tty;	   /* neither PTY nor /dev/tty */

	/* the report */
	int out_fd;	   /* where it goes: 1 */
	bool agent;	   /* only what a program needs to mend a failure */
	bool compact;	   /* our own form, not lefthook's */
	bool plain;	   /* nothing is drawn, words for marks */
	bool hush;	   /* what passed is not mentioned */
	bool verbose;	   /* also print why steps had nothing to do */
	bool quiet;	   /* no banner, no summary where nothing ran */
	bool emoji;	   /* lefthook's marks where there is no colour, too */
	bool changes_diff; /* also print what jobs have changed */
	unsigned hidden;   /* enum output_part: not printed */
	const struct node *colors; /* map of colours of one's own, or NULL */
	const char *preface; /* lines after the box, in any case; or NULL */
	/* Words of the command line that say which files jobs are for: who runs
	 * a job again has to say them again.  NULL: none. */
	const struct strvec *chosen_files;
	const char *program, *version; /* in the box; NULL: hookrun's */
};

#endif
