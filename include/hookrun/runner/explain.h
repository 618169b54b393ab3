/*
 * A plan in words, for whoever asks what would run and why the rest would not.
 */
#ifndef HOOKRUN_RUNNER_EXPLAIN_H
#define HOOKRUN_RUNNER_EXPLAIN_H

#include "hookrun/base/strbuf.h"
#include "hookrun/runner/plan.h"

/* Append the whole plan, whose options asked for `plan_only`. */
void explain_plan(
	const struct plan *plan, const char *worktree, struct strbuf *out);

#endif
