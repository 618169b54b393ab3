/*
 * The plan as JSON, for editors and scripts.  The jobs are one flat list in the
 * order of the plan, each with its path, so that no reader has to walk a tree;
 * what is not known or not set is left out.  The recorder writes the same of a
 * job, so whoever reads one reads the other.
 */
#include "runner/explain_parts.h"

#include <string.h>

/* What a brief text has: bytes of a command, commands of a job, and bytes of
 * all from which on jobs have neither commands nor lists. */
#define BRIEF_COMMAND 2048
#define BRIEF_COMMANDS 8
#define BRIEF_ALL (8 << 20)

static void add_place(struct json *json, const struct node *node)
{
	if (!node_file(node))
		return;
	json_kstr(json, "file", node_file(node));
	json_kint(json, "line", node_line(node));
}

void explain_json_reason(struct json *json, const struct reason *reason)
{
	AUTO_STRBUF text = STRBUF_INIT;
	const char *value = reason->value;

	if (!value && reason->at)
		value = reason->at->str;
	reason_add(&text, reason);
	json_key(json, "reason");
	json_open(json, '{');
	json_kstr(json, "word", reason_word(reason));
	json_kstr(json, "text", text.buf);
	if (reason->key)
		json_kstr(json, "key", reason->key);
	if (value)
		json_kstr(json, "value", value);
	add_place(json, reason->at);
	json_close(json, '}');
}

/* ---- files ----------------------------------------------------------------
 */

static void add_values(struct json *json, const struct node *node)
{
	json_key(json, "values");
	json_open(json, '[');
	if (node->str)
		json_str(json, node->str);
	node_each (item, node) {
		if (item->str)
			json_str(json, item->str);
	}
	json_close(json, ']');
}

/* Where a key was set, innermost first. */
static void add_written(
	struct json *json, const struct plan_job *job, const char *key)
{
	const struct plan_origin *at = job->origin;
	const struct node *node;

	json_kstr(json, "key", key);
	json_key(json, "set");
	json_open(json, '[');
	while ((node = plan_origin_next(&at, key))) {
		json_open(json, '{');
		add_values(json, node);
		add_place(json, node);
		json_close(json, '}');
		if (!strcmp(key, "root"))
			break;
	}
	json_close(json, ']');
}

static void add_filter(struct json *json, const struct plan_job *job,
	const struct filter_step *step)
{
	if (step->before == step->after &&
		!plan_origin_find(job->origin, step->key))
		return;
	json_open(json, '{');
	add_written(json, job, step->key);
	json_kint(json, "before", (int64_t)step->before);
	json_kint(json, "after", (int64_t)step->after);
	json_close(json, '}');
}

static void add_lists(struct json *json, const struct plan_job *job)
{
	const struct plan_inspected *list = job->inspected;

	while (list && list->partial)
		list = list->next;
	if (!list)
		return;
	json_key(json, "lists");
	json_open(json, '[');
	for (; list; list = list->next) {
		struct filter_step steps[FILTER_STEPS];

		if (list->partial)
			continue;
		filter_steps(&list->counts, steps);
		json_open(json, '{');
		json_kstr(json, "list",
			list->set == SET_FILES && !list->instead
				? "files"
				: explain_list_name(list));
		json_kint(json, "files", (int64_t)list->counts.all);
		json_key(json, "filters");
		json_open(json, '[');
		for (size_t i = 0; i < FILTER_STEPS; i++)
			add_filter(json, job, &steps[i]);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void add_fate(struct json *json, const struct plan_job *job)
{
	static const char *const words[] = { [FATE_TAKEN] = "taken",
		[FATE_COUNTED] = "counted",
		[FATE_DROPPED] = "dropped",
		[FATE_ABSENT] = "absent",
		[FATE_NO_LIST] = "no-list" };
	struct explain_fate fate = explain_fate(job);

	json_key(json, "fate");
	json_open(json, '{');
	json_kstr(json, "word", words[fate.kind]);
	if (fate.list)
		json_kbool(json, "listed", fate.list->has_asked);
	if (fate.key)
		add_written(json, job, fate.key);
	json_close(json, '}');
}

/* ---- jobs -----------------------------------------------------------------
 */

static const char *verdict(const struct plan_job *job)
{
	if (job->skip.kind)
		return "skipped";
	if (job->error)
		return "fails";
	return job->open.kind ? "open" : "runs";
}

/* A list of thousands of files is in a record for nobody. */
static void add_command(
	struct json *json, const char *text, const struct explain_opts *opts)
{
	size_t len = strlen(text);

	if (!opts->brief || len <= BRIEF_COMMAND)
		json_strn(json, text, len);
	else
		json_strn(json, text, BRIEF_COMMAND);
}

static void add_commands(struct json *json, const struct plan_job *job,
	const struct explain_opts *opts)
{
	const char *folder = explain_folder(job, opts->worktree);

	json_key(json, "commands");
	json_open(json, '[');
	for (size_t i = 0; i < job->commands.nr; i++)
		if (!opts->brief || i < BRIEF_COMMANDS)
			add_command(json, job->commands.v[i], opts);
	json_close(json, ']');
	if (folder)
		json_kstr(json, "folder", folder);
}

static void add_needs(struct json *json, const struct plan_job *job)
{
	const char **names = job->config->needs;

	if (!names)
		return;
	json_key(json, "needs");
	json_open(json, '[');
	for (; *names; names++)
		json_str(json, *names);
	json_close(json, ']');
}

static void add_details(struct json *json, const struct plan_job *job,
	const struct explain_opts *opts)
{
	add_lists(json, job);
	if (job->commands.nr)
		add_commands(json, job, opts);
}

void explain_json_job(struct json *json, const struct plan_job *job,
	const char *path, const struct explain_opts *opts)
{
	static const char *const kinds[] = { [JOB_RUN] = "run",
		[JOB_SCRIPT] = "script",
		[JOB_GROUP] = "group",
		[JOB_USES] = "uses",
		[JOB_SETUP] = "setup" };

	json_kstr(json, "name", job->name);
	json_kstr(json, "path", path);
	json_kstr(json, "kind", kinds[job->config->kind]);
	add_place(json, job->config->node);
	json_kstr(json, "verdict", verdict(job));
	if (job->skip.kind)
		explain_json_reason(json, &job->skip);
	else if (job->open.kind)
		explain_json_reason(json, &job->open);
	if (job->error)
		json_kstr(json, "error", job->error);
	if (job->group)
		json_kstr(json, "flow", explain_flow(job->group));
	add_needs(json, job);
	if (!opts->brief || json->out->len < BRIEF_ALL)
		add_details(json, job, opts);
	if (opts->file && !job->group)
		add_fate(json, job);
}

/* ---- all of it ------------------------------------------------------------
 */

static void add_list(struct json *json, const struct plan_list *list,
	const char *outer, bool wanted, const struct explain_opts *opts)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];
		AUTO_STRBUF path = STRBUF_INIT;
		bool own;

		explain_path(&path, outer, job->name);
		own = explain_wants(opts, path.buf, job->name, wanted);
		if (own) {
			json_open(json, '{');
			explain_json_job(json, job, path.buf, opts);
			json_close(json, '}');
		}
		if (job->group)
			add_list(json, job->group, path.buf, own, opts);
	}
}

static void add_hook(struct json *json, const struct plan *plan)
{
	const char *word = "runs";

	if (plan->skip.kind)
		word = "skipped";
	else if (plan->open.kind)
		word = "open";
	json_kstr(json, "hook", plan->hook->name);
	add_place(json, plan->hook->node);
	json_kstr(json, "verdict", word);
	if (plan->skip.kind)
		explain_json_reason(json, &plan->skip);
	else if (plan->open.kind)
		explain_json_reason(json, &plan->open);
	else
		json_kstr(json, "flow", explain_flow(&plan->list));
}

void explain_json(const struct plan *plan, const struct explain_opts *opts,
	struct strbuf *out)
{
	struct json json;

	json_init(&json, out, 2);
	json_open(&json, '{');
	json_kint(&json, "version", EXPLAIN_VERSION);
	add_hook(&json, plan);
	if (opts->file)
		json_kstr(&json, "asked", opts->file);
	json_key(&json, "jobs");
	json_open(&json, '[');
	add_list(&json, &plan->setup, "", false, opts);
	add_list(&json, &plan->list, "", false, opts);
	json_close(&json, ']');
	json_close(&json, '}');
	strbuf_addch(out, '\n');
}
