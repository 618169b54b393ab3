/*
 * Built-in steps: jobs with `uses:`.
 *
 * A step has two halves.  `check` runs in our own process when the job's turn
 * comes; it is quick, asks nobody and changes nothing but ledgers.  Only where
 * it finds work is a child forked, in which `run` does it, so that a step has
 * what every job has: a session, captured output, a timeout, and an end on
 * Ctrl-C.  What `check` has found goes along with the fork.  A question to the
 * user is part of what it returns, and asked by the child.
 */
#ifndef HOOKRUN_RUNNER_STEP_H
#define HOOKRUN_RUNNER_STEP_H

#include "hookrun/base/arena.h"
#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"
#include "hookrun/config/keys.h"
#include "hookrun/files/filter.h"
#include "hookrun/git/repo.h"
#include "hookrun/runner/event.h"

#include <stdbool.h>

struct step_ctx {
	struct repo *repo;
	struct event *event;
	const struct node *with; /* validated options, or NULL */
	const char *root; /* the job's folder, absolute or from the top of the
			     work tree: where the application is; need not
			     exist.  NULL: the top */
	const struct filter *filter; /* the files that the job is about: without
					a change to any, it has nothing to do.
					NULL: whatever changes */
	struct arena *arena;	     /* lives as long as the run */
	bool by_hand; /* `hookrun sync`: no event, look at the tree as it is */
	bool colour;  /* escape codes are welcome on stdout */
	int tty_fd;   /* the user's terminal, or -1.  `check` looks only whether
			 there is one. */
	struct board *board;  /* what is drawn for it; NULL: nothing */
	struct strvec *later; /* "NAME=VALUE" that `check` lends (in the arena)
				 to the jobs that begin after it; NULL: there
				 are none */
};

enum step_verdict {
	STEP_IDLE, /* nothing to do; `reason` says why */
	STEP_WORK, /* call run */
	STEP_ASK,  /* put `question` to the user, call run where he agrees */
	STEP_TOLD, /* nothing was done, but the user must read `say` (notify) */
};

struct step_check {
	enum step_verdict verdict;
	const char *reason; /* IDLE: "same Gemfile.lock", for verbose output */
	struct strbuf say;  /* printed before anything else, but `question` */
	const char *question; /* ASK: with what he must know to decide */
	const char *refused;  /* ASK: printed instead of `say` where he does not
				 agree or there is no terminal */
	void *state;	      /* handed to run */
};

/* What `status` finds. */
enum step_state {
	STEP_IN_LINE, /* with the work tree, or of no concern */
	STEP_BEHIND,  /* `hookrun sync` would have something to do */
	STEP_UNKNOWN, /* cannot be told; the lines say why */
};

struct step_ops {
	const char *name; /* as in `uses:` */
	const char *help; /* one line */
	/* Its keys under `with`; the last row has no name.  NULL: none. */
	const struct key *options;
	bool signs; /* what it says begins with its name */
	/* 0 and a verdict, or -1: the job fails with that message. */
	int (*check)(
		struct step_ctx *ctx, struct step_check *ret, struct err *err);
	/* In the child, stdout and stderr captured: does the work, prints what
	 * a user should read.  0, or -1: the message is printed, exit 1. */
	int (*run)(struct step_ctx *ctx, struct step_check *check,
		struct err *err);
	/* Lines for `hookrun status`, appended to `out`, and an enum
	 * step_state, or -1; starts no process.  May be NULL. */
	int (*status)(
		struct step_ctx *ctx, struct strbuf *out, struct err *err);
};

/* The steps are registered by the cli at start (the runner knows none), before
 * a configuration is read, which is checked against their options. */
void step_register(const struct step_ops *const *table); /* NULL-ended */
const struct step_ops *step_find(const char *name);
const struct step_ops *const *step_all(void);

/* Whether what a job of that name says needs no heading, since each word of its
 * step (NULL: it has none) names it. */
bool step_signs(const struct step_ops *step, const char *job);

#endif
