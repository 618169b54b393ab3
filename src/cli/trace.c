/*
 * A recording in the Trace Event Format of Chrome's tracing
 * (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU),
 * which Perfetto reads too.  Complete events ("X") on one thread have to be
 * nested, so jobs that ran beside each other are put on lanes: each takes the
 * first that is free when it starts.
 */
#include "cli/trace.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/json.h"

#include <stdlib.h>

#define US_PER_MS 1000

struct event {
	const struct recorded_job *job;
	size_t nr; /* in the recording: a group comes before what is in it */
};

static int by_start(const void *left, const void *right)
{
	const struct event *a = left, *b = right;

	if (a->job->start_ms != b->job->start_ms)
		return a->job->start_ms < b->job->start_ms ? -1 : 1;
	return a->nr < b->nr ? -1 : a->nr > b->nr;
}

/* `ends` has when each lane becomes free. */
static size_t find_lane(
	int64_t *ends, size_t *nr, const struct recorded_job *job)
{
	size_t lane = 0;

	while (lane < *nr && ends[lane] > job->start_ms)
		lane++;
	if (lane == *nr)
		(*nr)++;
	ends[lane] = job->start_ms + job->ms;
	return lane;
}

static void add_args(struct json *json, const struct recorded_job *job)
{
	json_key(json, "args");
	json_open(json, '{');
	json_kstr(json, "outcome", job->outcome);
	if (job->why)
		json_kstr(json, "why", job->why);
	if (job->command)
		json_kstr(json, "command", job->command);
	json_close(json, '}');
}

static void add_event(struct json *json, const struct recording *run,
	const struct recorded_job *job, size_t lane)
{
	json_open(json, '{');
	json_kstr(json, "name", job->path);
	json_kstr(json, "cat", job->kind);
	json_kstr(json, "ph", "X");
	json_kint(json, "ts", (run->date_ms + job->start_ms) * US_PER_MS);
	json_kint(json, "dur", job->ms * US_PER_MS);
	json_kint(json, "pid", 1);
	json_kint(json, "tid", (int64_t)lane + 1);
	add_args(json, job);
	json_close(json, '}');
}

/* The process is called after the hook. */
static void add_title(struct json *json, const struct recording *run)
{
	json_open(json, '{');
	json_kstr(json, "name", "process_name");
	json_kstr(json, "ph", "M");
	json_kint(json, "pid", 1);
	json_key(json, "args");
	json_open(json, '{');
	json_kstr(json, "name", run->hook);
	json_close(json, '}');
	json_close(json, '}');
}

void trace_add(struct strbuf *out, const struct recording *run)
{
	AUTO_FREE struct event *events = xcalloc(run->nr + 1, sizeof(*events));
	AUTO_FREE int64_t *ends = xcalloc(run->nr + 1, sizeof(*ends));
	size_t nr = 0, lanes = 0;
	struct json json;

	for (size_t i = 0; i < run->nr; i++)
		if (run->jobs[i].started)
			events[nr++] = (struct event){ &run->jobs[i], i };
	qsort(events, nr, sizeof(*events), by_start);
	json_init(&json, out, 1);
	json_open(&json, '{');
	json_kstr(&json, "displayTimeUnit", "ms");
	json_key(&json, "traceEvents");
	json_open(&json, '[');
	add_title(&json, run);
	for (size_t i = 0; i < nr; i++)
		add_event(&json, run, events[i].job,
			find_lane(ends, &lanes, events[i].job));
	json_close(&json, ']');
	json_close(&json, '}');
	strbuf_addch(out, '\n');
}
