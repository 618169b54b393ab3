/*
 * What failed jobs say about places in files, as results of one run of the tool
 * hookrun; a job is the rule.  A failed job that names no place is a result at
 * the line of the configuration where it is written, since services pass over
 * results without a place.  A job that prints SARIF itself says it better: its
 * runs are taken over as they are, whether it has failed or not.
 */
#include "runner/sarif.h"

#include "runner/mark.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/json.h"
#include "hookrun/base/version.h"
#include "hookrun/config/node.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define DEPTH_MAX (JSON_MAX_DEPTH - 4) /* of a run within ours */

struct sarif {
	struct json *json;
	const struct recording *run;
	const struct recorded_job *job;
	size_t nr; /* results of the job */
};

/* ---- places ---- */

static void add_uri(struct strbuf *out, const char *path)
{
	for (; *path; path++)
		if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
			strbuf_addch(out, *path);
		else
			strbuf_addf(out, "%%%02X", (unsigned char)*path);
}

static void add_location(
	struct json *json, const char *path, int64_t line, int64_t column)
{
	AUTO_STRBUF uri = STRBUF_INIT;

	if (*path == '/')
		strbuf_addstr(&uri, "file://");
	add_uri(&uri, path);
	json_key(json, "locations");
	json_open(json, '[');
	json_open(json, '{');
	json_key(json, "physicalLocation");
	json_open(json, '{');
	json_key(json, "artifactLocation");
	json_open(json, '{');
	json_kstr(json, "uri", uri.buf);
	if (*path != '/')
		json_kstr(json, "uriBaseId", "SRCROOT");
	json_close(json, '}');
	json_key(json, "region");
	json_open(json, '{');
	json_kint(json, "startLine", line > 0 ? line : 1);
	if (column > 0)
		json_kint(json, "startColumn", column);
	json_close(json, '}');
	json_close(json, '}');
	json_close(json, '}');
	json_close(json, ']');
}

static void add_message(struct json *json, const char *text)
{
	json_key(json, "message");
	json_open(json, '{');
	json_kstr(json, "text", text);
	json_close(json, '}');
}

/* ---- results ---- */

static void begin_result(struct sarif *sarif, const char *text)
{
	struct json *json = sarif->json;

	json_open(json, '{');
	json_kstr(json, "ruleId", sarif->job->path);
	json_kstr(json, "level", sarif->job->allowed ? "warning" : "error");
	add_message(json, text);
	sarif->nr++;
}

static bool add_mark(const struct mark *mark, void *data)
{
	struct sarif *sarif = data;

	begin_result(sarif, *mark->text ? mark->text : sarif->job->path);
	add_location(sarif->json, mark_path(mark, sarif->run->worktree),
		mark->line, mark->column);
	json_close(sarif->json, '}');
	return true;
}

static void add_failure(struct sarif *sarif)
{
	const struct recorded_job *job = sarif->job;
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%s failed", job->path);
	if (job->why || job->ending)
		strbuf_addf(&text, ": %s", job->why ? job->why : job->ending);
	begin_result(sarif, text.buf);
	if (job->file)
		add_location(sarif->json, job->file, job->line, 0);
	json_close(sarif->json, '}');
}

static bool has_failed(const struct recorded_job *job)
{
	return !strcmp(job->outcome, "failed") && strcmp(job->kind, "group");
}

static void add_results_of(struct sarif *sarif)
{
	const struct recorded_job *job = sarif->job;
	AUTO_FREE char *dir = fs_join(
		sarif->run->worktree, job->folder ? job->folder : ".");

	sarif->nr = 0;
	if (job->output)
		marks_each(
			job->output, strlen(job->output), dir, add_mark, sarif);
	if (!sarif->nr)
		add_failure(sarif);
}

/* ---- what jobs print as SARIF ---- */

static size_t depth_of(const struct node *node)
{
	size_t most = 0;

	node_each (child, node) {
		size_t depth = depth_of(child);

		if (depth > most)
			most = depth;
	}
	return most + 1;
}

static bool looks_like_sarif(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '{' && strstr(text, "\"runs\"");
}

/* Its list of runs, in `arena`; NULL where the output is something else. */
static const struct node *own_runs(
	struct arena *arena, const struct recorded_job *job)
{
	const char *text = job->output;
	const struct node *runs;
	struct node *root;
	struct err ignored;

	if (!text || !looks_like_sarif(text) ||
		node_read_json(arena, job->path, text, strlen(text), false,
			&root, &ignored))
		return NULL;
	runs = node_get(root, "runs");
	if (!runs || runs->kind != NODE_LIST || depth_of(runs) > DEPTH_MAX)
		return NULL;
	node_each (run, runs) {
		if (!node_get(run, "tool"))
			return NULL;
	}
	return runs;
}

/* ---- our own run ---- */

static void add_tool(struct sarif *sarif, const bool *is_sarif)
{
	struct json *json = sarif->json;

	json_key(json, "tool");
	json_open(json, '{');
	json_key(json, "driver");
	json_open(json, '{');
	json_kstr(json, "name", "hookrun");
	json_kstr(json, "version", HOOKRUN_VERSION);
	json_key(json, "rules");
	json_open(json, '[');
	for (size_t i = 0; i < sarif->run->nr; i++) {
		const struct recorded_job *job = &sarif->run->jobs[i];

		if (!has_failed(job) || is_sarif[i])
			continue;
		json_open(json, '{');
		json_kstr(json, "id", job->path);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, '}');
}

static void add_notification(
	struct json *json, const char *level, const char *text)
{
	json_open(json, '{');
	json_kstr(json, "level", level);
	add_message(json, text);
	json_close(json, '}');
}

/* SARIF of which only a part was kept is no SARIF any more. */
static void tell_cut(struct json *json, const struct recorded_job *job)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!job->output || !looks_like_sarif(job->output) ||
		job->output_bytes <= (int64_t)strlen(job->output))
		return;
	strbuf_addf(&text,
		"the SARIF of %s is left out: its %" PRId64
		" bytes are more than is kept",
		job->path, job->output_bytes);
	add_notification(json, "warning", text.buf);
}

/* Whether the run ended well, what kept it from running at all, and what is not
 * here. */
static void add_invocation(struct sarif *sarif)
{
	const struct recording *run = sarif->run;
	struct json *json = sarif->json;
	bool skipped = !strcmp(run->outcome, "skipped");

	json_key(json, "invocations");
	json_open(json, '[');
	json_open(json, '{');
	json_kbool(json, "executionSuccessful",
		skipped || !strcmp(run->outcome, "passed"));
	json_key(json, "toolExecutionNotifications");
	json_open(json, '[');
	if (run->error)
		add_notification(json, skipped ? "note" : "error", run->error);
	for (size_t i = 0; i < run->nr; i++)
		tell_cut(json, &run->jobs[i]);
	json_close(json, ']');
	json_close(json, '}');
	json_close(json, ']');
}

static void add_root(struct sarif *sarif)
{
	AUTO_STRBUF uri = STRBUF_INIT;
	struct json *json = sarif->json;

	strbuf_addstr(&uri, "file://");
	add_uri(&uri, sarif->run->worktree);
	strbuf_addch(&uri, '/');
	json_key(json, "originalUriBaseIds");
	json_open(json, '{');
	json_key(json, "SRCROOT");
	json_open(json, '{');
	json_kstr(json, "uri", uri.buf);
	json_close(json, '}');
	json_close(json, '}');
}

static void add_own(struct sarif *sarif, const bool *is_sarif)
{
	struct json *json = sarif->json;

	json_open(json, '{');
	add_tool(sarif, is_sarif);
	add_invocation(sarif);
	add_root(sarif);
	json_key(json, "results");
	json_open(json, '[');
	for (size_t i = 0; i < sarif->run->nr; i++) {
		sarif->job = &sarif->run->jobs[i];
		if (has_failed(sarif->job) && !is_sarif[i])
			add_results_of(sarif);
	}
	json_close(json, ']');
	json_close(json, '}');
}

void sarif_add(struct strbuf *out, const struct recording *run)
{
	AUTO_ARENA arena = ARENA_INIT;
	const struct node **runs = arena_alloc(
		&arena, (run->nr + 1) * sizeof(*runs));
	bool *is_sarif = arena_alloc(&arena, run->nr + 1);
	struct json json;
	struct sarif sarif = { .json = &json, .run = run };

	for (size_t i = 0; i < run->nr; i++) {
		runs[i] = own_runs(&arena, &run->jobs[i]);
		is_sarif[i] = runs[i] != NULL;
	}
	json_init(&json, out, 1);
	json_open(&json, '{');
	json_kstr(&json, "$schema", SCHEMA);
	json_kstr(&json, "version", "2.1.0");
	json_key(&json, "runs");
	json_open(&json, '[');
	add_own(&sarif, is_sarif);
	for (size_t i = 0; i < run->nr; i++)
		node_each (one, runs[i]) {
			node_write_json(one, &json);
		}
	json_close(&json, ']');
	json_close(&json, '}');
	strbuf_addch(out, '\n');
}
