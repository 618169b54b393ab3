/*
 * `hookrun sync` and `hookrun migrate`: the built-in steps without an event.
 * They take their options from the configuration's own jobs, so that by hand
 * and by hook the same thing happens.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/runner/step.h"
#include "hookrun/migrate/migrate.h"

struct found_steps {
	struct job_config *jobs;
	size_t nr, cap;
	const char *only;
};

/* The same step for the same folder is the same work. */
static bool is_known(
	const struct found_steps *found, const struct job_config *job)
{
	const char *root = node_str(job->with, "root");

	for (size_t i = 0; i < found->nr; i++) {
		const struct job_config *old = &found->jobs[i];
		const char *old_root = node_str(old->with, "root");

		if (!strcmp(old->uses, job->uses) &&
			!strcmp(old_root ? old_root : ".", root ? root : "."))
			return true;
	}
	return false;
}

static void collect(struct found_steps *found, const struct job_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];

		if (job->kind == JOB_GROUP)
			collect(found, job->group);
		if (job->kind != JOB_USES || is_known(found, job) ||
			(found->only && strcmp(found->only, job->uses) != 0))
			continue;
		xgrow(&found->jobs, &found->cap, found->nr + 1,
			sizeof(*found->jobs));
		found->jobs[found->nr] = *job;
		found->jobs[found->nr].skip.nr = 0;
		found->jobs[found->nr++].only.nr = 0;
	}
}

const struct hook_config *steps_hook(struct workspace *ws, const char *only)
{
	static const char *const no_strings[] = { NULL };
	struct arena *arena = &ws->config.arena;
	struct hook_config *hook = arena_alloc(arena, sizeof(*hook));
	const struct hook_config *first = config_hook(
		&ws->config, "post-checkout");
	struct found_steps found = { .only = only };

	if (first)
		collect(&found, &first->list);
	for (size_t i = 0; i < ws->config.nhooks; i++)
		collect(&found, &ws->config.hooks[i].list);
	hook->name = "sync";
	hook->list.piped = true;
	hook->list.nr = found.nr;
	hook->list.jobs = arena_alloc(arena, found.nr * sizeof(*found.jobs));
	if (found.nr)
		memcpy(hook->list.jobs, found.jobs,
			found.nr * sizeof(*found.jobs));
	hook->exclude = hook->exclude_tags = arena_alloc(
		arena, sizeof(no_strings));
	free(found.jobs);
	return hook;
}

/* By hand. */
static int execute_steps(struct workspace *ws, const struct hook_config *hook,
	const struct args *args)
{
	char *no_args[] = { NULL };
	struct event event = { .hook = "", .args = no_args };
	struct execution ex = { .ws = ws,
		.hook = hook,
		.event = &event,
		.lists = lists_new(ws->repo),
		.verbose = true, /* who asks by hand wants an answer */
		.no_tty = args_has(args, "no-tty"),
		.by_hand = true };
	int result = ws->config.unmet ? complain_text("%s", ws->config.unmet)
				      : execute(&ex);

	lists_free(ex.lists);
	return result;
}

static int no_steps(const char *what)
{
	return complain_text("no job in the configuration says 'uses: %s' "
			     "(see 'hookrun help steps')",
		what);
}

int cmd_sync(const struct args *args)
{
	const struct hook_config *hook;
	struct workspace ws;
	int status = workspace_open(&ws, false);

	if (status)
		return status;
	hook = ws.has_config ? steps_hook(&ws, NULL) : NULL;
	status = hook && hook->list.nr ? execute_steps(&ws, hook, args)
				       : no_steps("...");
	workspace_close(&ws);
	return status;
}

static int print_plans(struct workspace *ws, const struct hook_config *hook)
{
	char *no_args[] = { NULL };
	struct event event = { .hook = "", .args = no_args };
	int status = 0;

	for (size_t i = 0; i < hook->list.nr; i++) {
		AUTO_STRBUF out = STRBUF_INIT;
		struct step_ctx ctx = { .repo = ws->repo,
			.event = &event,
			.with = hook->list.jobs[i].with,
			.arena = &ws->config.arena,
			.by_hand = true,
			.tty_fd = -1 };
		struct err err;

		if (migrate_print_plan(&ctx, &out, &err))
			status = complain(&err);
		fputs(out.buf, stdout);
	}
	return status;
}

int cmd_migrate(const struct args *args)
{
	const struct hook_config *hook;
	struct workspace ws;
	int status = workspace_open(&ws, false);

	if (status)
		return status;
	hook = ws.has_config ? steps_hook(&ws, "migrate") : NULL;
	if (!hook || !hook->list.nr)
		status = no_steps("migrate");
	else if (args_has(args, "plan"))
		status = print_plans(&ws, hook);
	else
		status = execute_steps(&ws, hook, args);
	workspace_close(&ws);
	return status;
}
