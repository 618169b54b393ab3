/*
 * The plan as text: of each job whether it runs, by which key and line that was
 * decided, how many files each filter has left, and what would be started.  It
 * only reads what the plan has; where a sentence here would need to decide
 * something, the plan lacks it.
 */
#include "hookrun/runner/explain.h"

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

static void add_filter(struct strbuf *out, const struct plan_job *job,
	const char *key, size_t before, size_t after)
{
	const struct plan_origin *origin = job->origin;
	bool written = false;

	for (; origin; origin = origin->outer) {
		const struct node *node = node_get(origin->node, key);

		if (!node || (written && !strcmp(key, "root")))
			continue;
		strbuf_addf(out, written ? " or " : "    %s ", key);
		add_value(out, node);
		node_add_place(out, node);
		written = true;
	}
	if (!written && before == after)
		return;
	if (!written)
		strbuf_addf(out, "    %s", key);
	strbuf_addf(out, ": %zu of %zu files\n", after, before);
}

static void add_files(struct strbuf *out, const struct plan_job *job)
{
	static const char *const names[SET_COUNT] = { [SET_STAGED] = "staged",
		[SET_PUSH] = "pushed",
		[SET_ALL] = "tracked",
		[SET_FILES] = "named by 'files'",
		[SET_DELETED] = "deleted" };
	const struct plan_inspected *list = job->inspected;

	for (; list; list = list->next) {
		const struct filter_counts *n = &list->counts;

		strbuf_addf(
			out, "    files %s: %zu\n", names[list->set], n->all);
		add_filter(out, job, "glob", n->all, n->glob);
		add_filter(out, job, "exclude", n->glob, n->exclude);
		add_filter(out, job, "root", n->exclude, n->root);
		add_filter(out, job, "file_types", n->root, n->file_types);
	}
}

/* ---- jobs -----------------------------------------------------------------
 */

static void add_commands(
	struct strbuf *out, const struct plan_job *job, const char *worktree)
{
	size_t len = strlen(worktree);

	for (size_t i = 0; i < job->commands.nr; i++) {
		strbuf_addstr(out, "    $ ");
		strbuf_add_printable(out, job->commands.v[i], true);
		strbuf_addch(out, '\n');
	}
	if (!job->cwd || !strcmp(job->cwd, worktree))
		return;
	strbuf_addstr(out, "    in ");
	strbuf_add_printable(out,
		strncmp(job->cwd, worktree, len) ? job->cwd
						 : job->cwd + len + 1,
		false);
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

static const char *flow(const struct plan_list *list)
{
	if (list->parallel)
		return "in parallel";
	return list->piped ? "in turn, until one fails" : "in turn";
}

static void add_list(struct strbuf *out, const struct plan_list *list,
	const char *outer, const char *worktree)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct plan_job *job = &list->jobs[i];
		AUTO_STRBUF path = STRBUF_INIT;

		strbuf_addf(&path, "%s%s", outer, *outer ? " > " : "");
		strbuf_add_printable(&path, job->name, false);
		strbuf_addf(out, "  %s", path.buf);
		node_add_place(out, job->config->node);
		strbuf_addstr(out, " ");
		add_verdict(out, job);
		add_files(out, job);
		add_commands(out, job, worktree);
		if (!job->group)
			continue;
		strbuf_addf(out, "    a group, %s\n", flow(job->group));
		add_list(out, job->group, path.buf, worktree);
	}
}

void explain_plan(
	const struct plan *plan, const char *worktree, struct strbuf *out)
{
	strbuf_add_printable(out, plan->hook->name, false);
	node_add_place(out, plan->hook->node);
	strbuf_addch(out, ' ');
	if (plan->skip.kind)
		add_reason(out, "skipped", &plan->skip);
	else if (plan->open.kind)
		add_reason(out, "open", &plan->open);
	else
		strbuf_addf(out, "runs its jobs %s\n", flow(&plan->list));
	add_list(out, &plan->setup, "", worktree);
	add_list(out, &plan->list, "", worktree);
}
