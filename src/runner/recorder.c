/*
 * The flight recorder.  A run is remembered as it is, since nobody knows before
 * what will be asked of it: the plan with its reasons, times, the output of
 * each job, who called.  All of it is in memory already but the caller, and is
 * written when the run is over, by one write (runlog.c): no commit is to feel
 * it, so that HEAD is recorded where the run has read it anyway.
 *
 * Output is kept up to OUTPUT_EACH bytes a job, its begin and its end, and
 * OUTPUT_ALL together; commands that name thousands of files are cut.
 */
#include "runner/recorder.h"

#include "runner/explain_parts.h"
#include "runner/runlog.h"

#include "hookrun/base/clock.h"
#include "hookrun/git/staged.h"
#include "hookrun/proc/caller.h"
#include "hookrun/proc/env.h"
#include "hookrun/runner/recording.h"

#include <inttypes.h>
#include <unistd.h>

/* Whether the log is full is looked at after a record so long, and in one of so
 * many milliseconds. */
#define LOOK_BYTES 65536
#define LOOK_EACH 8

#define RUNS_MAX 100000 /* that are read for one question */

#define OUTPUT_EACH (64 << 10) /* bytes */
#define OUTPUT_HEAD (16 << 10) /* of them */
#define OUTPUT_ALL (1 << 20)   /* of all jobs of a run */
/* For a report, which may be made of what a job prints. */
#define REPORT_EACH (16 << 20)
#define REPORT_ALL (48 << 20)

static size_t most_of_each(const struct execution *execution)
{
	return execution->opts->reports.nr ? REPORT_EACH : OUTPUT_EACH;
}

static size_t room_for(const struct execution *execution)
{
	bool reports = execution->opts->reports.nr;
	size_t each = most_of_each(execution);
	size_t left = (reports ? REPORT_ALL : OUTPUT_ALL) - execution->recorded;

	if (!execution->opts->record && !reports)
		return 0;
	return left < each ? left : each;
}

void recorder_add(struct exec_job *job, const char *data, size_t len)
{
	struct result *result = job->result;
	size_t room = room_for(job->execution);
	size_t each = most_of_each(job->execution);

	result->output_bytes += (int64_t)len;
	if (result->output.len + len > each)
		len = each - result->output.len;
	if (len > room)
		len = room;
	strbuf_add(&result->output, data, len);
	job->execution->recorded += len;
}

void recorder_keep(struct exec_job *job)
{
	const struct capture *output = &job->output;
	struct result *result = job->result;
	size_t room = room_for(job->execution);
	size_t head = room < OUTPUT_HEAD ? room : OUTPUT_HEAD;

	if (!output->size)
		return;
	result->output_bytes = output->size;
	if (output->size <= (int64_t)room)
		head = 0;
	strbuf_add(&result->output, output->memory.buf, head);
	if (head)
		strbuf_addf(&result->output, "\n[... %" PRId64 " bytes ...]\n",
			output->size - (int64_t)room);
	(void)capture_tail(output, room - head, &result->output);
	job->execution->recorded +=
		output->size < (int64_t)room ? (size_t)output->size : room;
}

/* ---- the record -----------------------------------------------------------
 */

static const char *const outcomes[] = { [NOT_RUN] = "not-run",
	[PASSED] = "passed",
	[FAILED] = "failed",
	[SKIPPED] = "skipped" };

struct writer {
	struct json *json;
	const struct execution *execution;
	struct explain_opts opts;
	int64_t began_ms; /* as jobs count it */
};

/* Text for programs that read no NUL, as most do; the output is let go. */
static void write_result(struct writer *writer, struct result *result)
{
	struct json *json = writer->json;

	json_kstr(json, "outcome", outcomes[result->outcome]);
	if (result->started_ms)
		json_kint(json, "start", result->started_ms - writer->began_ms);
	json_kint(json, "ms", result->ms);
	if (result->allowed)
		json_kbool(json, "allowed", true);
	if (result->note)
		json_kstr(json, "note", result->note);
	if (result->ending)
		json_kstr(json, "ending", result->ending);
	if (result->skipped)
		json_kstr(json, "why", result->skipped);
	if (result->output_bytes)
		json_kint(json, "output_bytes", result->output_bytes);
	for (size_t i = 0; i < result->output.len; i++)
		if (!result->output.buf[i])
			result->output.buf[i] = '?';
	if (result->output.len) {
		json_key(json, "output");
		json_strn(json, result->output.buf, result->output.len);
	}
	strbuf_release(&result->output);
}

static void write_list(
	struct writer *writer, const struct result *list, const char *outer)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct result *one = &list->members[i];
		AUTO_STRBUF path = STRBUF_INIT;

		explain_path(&path, outer, one->name);
		json_open(writer->json, '{');
		explain_json_job(
			writer->json, one->plan, path.buf, &writer->opts);
		write_result(writer, one);
		json_close(writer->json, '}');
		write_list(writer, one, path.buf);
	}
}

static void write_caller(struct json *json, const struct execution *execution)
{
	struct caller caller;

	/* on a terminal it is a shell */
	caller_find(&caller, !execution->out_is_tty);
	if (*caller.command)
		json_kstr(json, "git", caller.command);
	if (*caller.program)
		json_kstr(json, "program", caller.program);
	json_kbool(json, "terminal", execution->out_is_tty);
}

/* Whether it was all that the hook has: nobody has chosen or left out jobs. */
static bool is_whole(const struct run_opts *opts)
{
	return !opts->jobs->nr && !opts->tags->nr && !opts->exclude->nr &&
	       !env_ours("EXCLUDE");
}

/* The trees of the commits that have passed a hook with all its jobs. */
static void write_trees(
	struct json *json, const struct execution *execution, int result)
{
	const struct run_opts *opts = execution->opts;
	const struct strvec *trees = opts->trees;
	struct oid tree = { "" };

	if (result || !is_whole(opts))
		return;
	if (!trees && !strcmp(opts->hook->name, "pre-commit"))
		staged_tree(opts->repo, &tree);
	if (!trees && !*tree.hex)
		return;
	json_key(json, "trees");
	json_open(json, '[');
	if (*tree.hex)
		json_str(json, tree.hex);
	for (size_t i = 0; trees && i < trees->nr; i++)
		json_str(json, trees->v[i]);
	json_close(json, ']');
}

static void write_commit(
	struct json *json, const struct execution *execution, int result)
{
	const struct run_opts *opts = execution->opts;
	struct oid oid;

	json_kstr(json, "worktree", repo_worktree(opts->repo));
	staged_head(opts->repo, &oid);
	if (*oid.hex)
		json_kstr(json, "head", oid.hex);
	write_trees(json, execution, result);
}

static const char *outcome_of(const struct execution *execution, int result)
{
	if (execution->sig)
		return "interrupted";
	if (result)
		return "failed";
	return execution->plan->skip.kind ? "skipped" : "passed";
}

static void write_run(
	struct writer *writer, int64_t date_ms, int result, const char *error)
{
	const struct execution *execution = writer->execution;
	const struct event *event = execution->opts->event;
	struct json *json = writer->json;

	json_kint(json, "version", RECORDING_VERSION);
	json_kint(json, "date", date_ms);
	json_kstr(json, "hook", execution->opts->hook->name);
	json_kstr(json, "outcome", outcome_of(execution, result));
	json_kint(json, "ms", execution->all.ms);
	json_key(json, "args");
	json_open(json, '[');
	for (size_t i = 0; i < event->nargs; i++)
		json_str(json, event->args[i]);
	json_close(json, ']');
	if (error)
		json_kstr(json, "error", error);
	if (execution->plan->skip.kind)
		explain_json_reason(json, &execution->plan->skip);
	write_caller(json, execution);
	write_commit(json, execution, result);
}

/* The tree of the commit before, where somebody may be told that it has passed
 * over the hook; "" else. */
static void tree_before(
	const struct execution *execution, int result, struct oid *ret)
{
	*ret = (struct oid){ "" };
	if (!result && execution->out_is_tty && !execution->opts->trees &&
		!strcmp(execution->opts->hook->name, "pre-commit"))
		staged_head_tree(execution->opts->repo, ret);
}

static bool has_passed(const struct recording *run, const char *tree)
{
	for (const char **one = run->trees; *one; one++)
		if (!strcmp(*one, tree))
			return true;
	return false;
}

/* The last records do not have the tree of HEAD: look into all of them, and
 * whether HEAD is a commit that was made here at all.  The first is our own,
 * and where there is no other nothing is known. */
static void tell_of_bypass(struct execution *execution, const char *tree)
{
	struct repo *repo = execution->opts->repo;
	AUTO_ARENA arena = ARENA_INIT;
	struct recordings runs;
	struct err ignored;
	bool any = false;

	if (!repo_head_was_committed(repo) ||
		recordings_read(repo_commondir(repo), &arena, "pre-commit",
			RUNS_MAX, &runs, &ignored))
		return;
	for (size_t i = 1; i < runs.nr; i++) {
		any = any || *runs.v[i].trees;
		if (has_passed(&runs.v[i], tree))
			return;
	}
	if (any)
		report_warning(&execution->report,
			"the commit before has not passed pre-commit (hookrun "
			"last --bypassed)");
}

/* Into the log; and who is in a terminal may be told something. */
static void append(struct execution *execution, int64_t date_ms, int result,
	const struct strbuf *record)
{
	struct oid before;

	if (!execution->opts->record || record->len > RUNLOG_RECORD_MAX)
		return;
	tree_before(execution, result, &before);
	if (!runlog_append(repo_commondir(execution->opts->repo), record,
		    record->len > LOOK_BYTES || date_ms % LOOK_EACH == 0,
		    *before.hex ? before.hex : NULL))
		tell_of_bypass(execution, before.hex);
}

static int write_record(struct execution *execution, int64_t date_ms,
	int result, const char *error, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct json json;
	struct writer writer = { .json = &json,
		.execution = execution,
		.opts = { .worktree = repo_worktree(execution->opts->repo),
			.brief = true },
		.began_ms = execution->began_ms };

	json_init(&json, &text, 0);
	json_open(&json, '{');
	write_run(&writer, date_ms, result, error);
	json_key(&json, "jobs");
	json_open(&json, '[');
	write_list(&writer, &execution->setup_result, "");
	write_list(&writer, &execution->all, "");
	json_close(&json, ']');
	json_close(&json, '}');
	append(execution, date_ms, result, &text);
	return report_files_write(&execution->opts->reports, &text, err);
}

/* The message of why it could not run is `err`'s own, which must not be written
 * over before it is read. */
int recorder_write(struct execution *execution, int64_t date_ms, int result,
	struct err *err)
{
	struct err failure;

	if (!execution->opts->record && !execution->opts->reports.nr)
		return 0;
	if (!write_record(execution, date_ms, result,
		    result < 0 ? err->msg : NULL, &failure))
		return 0;
	if (result < 0)
		return err_set(err, "%s (%s)", err->msg, failure.msg);
	return err_set(err, "%s", failure.msg);
}

void run_record_failure(const struct run_opts *opts, const char *message)
{
	struct plan plan = { 0 };
	struct execution execution = {
		.opts = opts, .plan = &plan, .out_is_tty = isatty(opts->out_fd)
	};
	struct err ignored; /* the run has failed, which is said */

	if (opts->record || opts->reports.nr)
		write_record(
			&execution, clock_date_ms(), -1, message, &ignored);
}
