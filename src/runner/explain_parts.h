/*
 * What the plan in words and the plan as JSON share.
 */
#ifndef RUNNER_EXPLAIN_PARTS_H
#define RUNNER_EXPLAIN_PARTS_H

#include "hookrun/base/json.h"
#include "hookrun/runner/explain.h"

/* What a plan says of one job as members of an object that is open; `path` is
 * its name with those of its groups. */
void explain_json_job(struct json *json, const struct plan_job *job,
	const char *path, const struct explain_opts *opts);
void explain_json_reason(struct json *json, const struct reason *reason);

/* The path of a job: names, with " > " between them. */
void explain_path(struct strbuf *out, const char *outer, const char *name);
/* Whether `opts` ask for a job: for itself, or for a group that it is in. */
bool explain_wants(const struct explain_opts *opts, const char *path,
	const char *name, bool outer_wanted);

/* "staged", "pushed", ... */
const char *explain_list_name(const struct plan_inspected *list);
/* "in parallel", ... */
const char *explain_flow(const struct plan_list *list);
/* A path as it is from the root of the work tree; NULL: that is it. */
const char *explain_folder(const struct plan_job *job, const char *worktree);

/* What a job makes of the file that is asked about. */
struct explain_fate {
	enum {
		FATE_TAKEN,
		FATE_COUNTED, /* the job runs for it, and is not given names */
		FATE_DROPPED, /* by the filter `key` */
		FATE_ABSENT,  /* it is in none of the job's lists */
		FATE_NO_LIST, /* the job asks for none */
	} kind;
	const char *key;		   /* FATE_DROPPED */
	const struct plan_inspected *list; /* NULL: FATE_NO_LIST */
};
struct explain_fate explain_fate(const struct plan_job *job);

#endif
