/*
 * A plan in words, or as JSON, for whoever asks what would run and why the rest
 * would not.
 */
#ifndef HOOKRUN_RUNNER_EXPLAIN_H
#define HOOKRUN_RUNNER_EXPLAIN_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/plan.h"

#define EXPLAIN_VERSION 1 /* of the JSON; rises when a key changes or goes */

struct explain_opts {
	const char *worktree;
	const char *job;  /* only that one, with what is in it; NULL: all */
	const char *file; /* run_opts.asked_file: what each job makes of it;
			     NULL: nobody asks */
	bool brief;	  /* JSON: long commands are cut, very many left out */
};

/* Append the whole plan, whose options asked for `plan_only`. */
void explain_plan(const struct plan *plan, const struct explain_opts *opts,
	struct strbuf *out);
void explain_json(const struct plan *plan, const struct explain_opts *opts,
	struct strbuf *out);

#endif
