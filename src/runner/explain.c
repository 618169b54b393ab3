/*
 * The plan as text: of each job whether it runs, by which key and line that was
 * decided, how many files each filter has left, and what would be started.  It
 * only reads what the plan has; where a sentence here would need to decide
 * something, the plan lacks it.
 */
#include "runner/explain_parts.h"

#include "hookrun/base/alloc.h"

#include <string.h>

/* A scalar, or the scalars of a list. */
static void add_value(struct strbuf *out, const struct node *node)
{
	const char *between = "";

	if (node->str)
		strbuf_add_printable(out, node->str, false);
	node_each (item, node) {
		strbuf_addstr(out, between);
		if (item->str)
			strbuf_add_printable(out, item->str, false);
		between = ", ";
	}
}

static void add_reason(
	struct strbuf *out, const char *verdict, const struct reason *reason)
{
	strbuf_addf(out, "%s: ", verdict);
	reason_add(out, reason);
	strbuf_addch(out, '\n');
}

/* ---- files ----------------------------------------------------------------
 */

/* " glob *.js (lefthook.yml:7)"; false where no line of the configuration set
 * the key. */
static bool add_written(
	struct strbuf *out, const struct plan_job *job, const char *key)
{
	const struct plan_origin *at = job->origin;
	const struct node *node;
	bool written = false;

	while ((node = plan_origin_next(&at, key))) {
		if (written && !strcmp(key, "root"))
			break;
		strbuf_addstr(out, written ? " or " : key);
		strbuf_addstr(out, written ? "" : " ");
		add_value(out, node);
		node_add_place(out, node);
		written = true;
	}
	if (!written)
		strbuf_addstr(out, key);
	return written;
}

static void add_filter(struct strbuf *out, const struct plan_job *job,
	const struct filter_step *step)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (!add_written(&text, job, step->key) && step->before == step->after)
		return;
	strbuf_addf(out, "    %s: %zu of %zu files\n", text.buf, step->after,
		step->before);
}

static void add_files(struct strbuf *out, const struct plan_job *job)
{
	const struct plan_inspected *list = job->inspected;

	for (; list; list = list->next) {
		struct filter_step steps[FILTER_STEPS];

		filter_steps(&list->counts, steps);
		strbuf_addf(out, "    files %s: %zu\n", explain_list_name(list),
			list->counts.all);
		for (size_t i = 0; i < FILTER_STEPS; i++)
			add_filter(out, job, &steps[i]);
	}
}

/* ---- jobs -----------------------------------------------------------------
 */

static void add_commands(
	struct strbuf *out, const struct plan_job *job, const char *worktree)
{
	const char *folder = explain_folder(job, worktree);

	for (size_t i = 0; i < job->commands.nr; i++) {
		strbuf_addstr(out, "    $ ");
		strbuf_add_printable(out, job->commands.v[i], true);
		strbuf_addch(out, '\n');
	}
	if (!folder)
		return;
	strbuf_addstr(out, "    in ");
	strbuf_add_printable(out, folder, false);
	strbuf_addch(out, '\n');
}

/* What has to be done before its turn, and where that is written. */
static void add_needs(struct strbuf *out, const struct plan_job *job)
{
	const struct node *node = node_get(job->config->node, "needs");

	if (!job->config->needs || !node)
		return;
	strbuf_addstr(out, "    needs ");
	add_value(out, node);
	node_add_place(out, node);
	strbuf_addch(out, '\n');
}

static void add_verdict(struct strbuf *out, const struct plan_job *job)
{
	if (job->skip.kind)
		add_reason(out, "skipped", &job->skip);
	else if (job->open.kind)
		add_reason(out, "open", &job->open);
	else if (!job->error)
		strbuf_addstr(out, "runs\n");
	if (!job->error)
		return;
	strbuf_addstr(out, "fails: ");
	strbuf_add_printable(out, job->error, true);
	strbuf_addch(out, '\n');
}

/* ---- one file -------------------------------------------------------------
 */

static void add_fate(struct strbuf *out, const struct plan_job *job)
{
	struct explain_fate fate = explain_fate(job);

	if (job->error)
		fate.kind = FATE_NO_LIST;
	switch (fate.kind) {
	case FATE_TAKEN:
		strbuf_addstr(out, "takes it\n");
		return;
	case FATE_COUNTED:
		strbuf_addstr(out, "runs for it, but is given no names\n");
		return;
	case FATE_DROPPED:
		strbuf_addstr(out, "does not take it: ");
		add_written(out, job, fate.key);
		strbuf_addstr(out, " leaves it out\n");
		return;
	case FATE_ABSENT:
		strbuf_addf(out,
			"does not take it: it is none of the %zu files %s, but "
			"would pass\n",
			fate.list->counts.all, explain_list_name(fate.list));
		return;
	case FATE_NO_LIST:
		add_verdict(out, job);
	}
}

/* ---- all of it ------------------------------------------------------------
 */

static void add_job(struct strbuf *out, const struct plan_job *job,
	const char *path, const struct explain_opts *opts)
{
	if (opts->file && job->group)
		return;
	strbuf_addstr(out, "  ");
	strbuf_add_printable(out, path, false);
	node_add_place(out, job->config->node);
	strbuf_addstr(out, " ");
	if (opts->file) {
		add_fate(out, job);
		return;
	}
	add_verdict(out, job);
	if (!job->skip.kind)
		add_needs(out, job);
	add_files(out, job);
	add_commands(out, job, opts->worktree);
	if (job->group)
		strbuf_addf(out, "    a group, %s\n", explain_flow(job->group));
}

static void add_list(struct strbuf *out, const struct plan_list *list,
	const char *outer, bool wanted, const struct explain_opts *opts)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];
		AUTO_STRBUF path = STRBUF_INIT;
		bool own;

		explain_path(&path, outer, job->name);
		own = explain_wants(opts, path.buf, job->name, wanted);
		if (own)
			add_job(out, job, path.buf, opts);
		if (job->group)
			add_list(out, job->group, path.buf, own, opts);
	}
}

void explain_plan(const struct plan *plan, const struct explain_opts *opts,
	struct strbuf *out)
{
	if (opts->file) {
		strbuf_add_printable(out, opts->file, false);
		strbuf_addstr(out, " in ");
	}
	strbuf_add_printable(out, plan->hook->name, false);
	node_add_place(out, plan->hook->node);
	strbuf_addch(out, ' ');
	if (plan->skip.kind)
		add_reason(out, "skipped", &plan->skip);
	else if (plan->open.kind)
		add_reason(out, "open", &plan->open);
	else
		strbuf_addf(
			out, "runs its jobs %s\n", explain_flow(&plan->list));
	add_list(out, &plan->setup, "", false, opts);
	add_list(out, &plan->list, "", false, opts);
}
