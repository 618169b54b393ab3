/*
 * `hookrun sync` and `hookrun migrate`: the built-in steps without an event.
 * They take their options from the configuration's own jobs, so that by hand
 * and by hook the same thing happens.
 */
#include "cli/cli.h"
#include "cli/execute.h"

#include "hookrun/base/alloc.h"
#include "hookrun/runner/plan.h"
#include "hookrun/runner/step.h"
#include "hookrun/migrate/migrate.h"

#include <unistd.h>

struct found_steps {
	struct job_config *jobs;
	size_t nr, cap;
	const char *only;
	struct arena *arena;
};

/* What a job has from its hook and the groups around it. */
struct inherited {
	const char *root;
	const struct env_pair *env;
	size_t nenv;
};

static const char *folder_of(const struct job_config *job)
{
	const char *root = node_str(job->with, "root");

	if (!root)
		root = job->root;
	return root ? root : ".";
}

static bool same_env(const struct job_config *a, const struct job_config *b)
{
	for (size_t i = 0; i < a->nenv && i < b->nenv; i++)
		if (strcmp(a->env[i].name, b->env[i].name) != 0 ||
			strcmp(a->env[i].value, b->env[i].value) != 0)
			return false;
	return a->nenv == b->nenv;
}

/* The same step for the same folder, in the same environment, is the same work.
 */
static bool is_known(
	const struct found_steps *found, const struct job_config *job)
{
	for (size_t i = 0; i < found->nr; i++) {
		const struct job_config *old = &found->jobs[i];

		if (!strcmp(old->uses, job->uses) &&
			!strcmp(folder_of(old), folder_of(job)) &&
			same_env(old, job))
			return true;
	}
	return false;
}

static struct inherited hand_down(struct found_steps *found,
	const struct inherited *outer, const struct job_config *job)
{
	struct inherited own = *outer;
	struct env_pair *env;

	if (job->root && *job->root)
		own.root = job->root;
	if (!job->nenv)
		return own;
	env = arena_alloc(
		found->arena, (outer->nenv + job->nenv) * sizeof(*env));
	if (outer->nenv)
		memcpy(env, outer->env, outer->nenv * sizeof(*env));
	memcpy(env + outer->nenv, job->env, job->nenv * sizeof(*env));
	own.env = env;
	own.nenv += job->nenv;
	return own;
}

/* By hand neither conditions nor changed files count. */
static void add(struct found_steps *found, const struct job_config *job,
	const struct inherited *own)
{
	static const char *none[] = { NULL };
	struct job_config step = *job;

	step.root = own->root;
	step.env = own->env;
	step.nenv = own->nenv;
	step.skip.nr = step.only.nr = 0;
	step.glob = step.exclude = step.file_types = none;
	step.files = NULL;
	if (is_known(found, &step))
		return;
	xgrow(&found->jobs, &found->cap, found->nr + 1, sizeof(*found->jobs));
	found->jobs[found->nr++] = step;
}

static void collect(struct found_steps *found, const struct inherited *outer,
	const struct job_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];
		struct inherited own = hand_down(found, outer, job);

		if (job->kind == JOB_GROUP)
			collect(found, &own, job->group);
		if (job->kind == JOB_USES &&
			(!found->only || !strcmp(found->only, job->uses)))
			add(found, job, &own);
	}
}

static void collect_hook(
	struct found_steps *found, const struct hook_config *hook)
{
	const struct inherited own = { hook->root, hook->env, hook->nenv };

	collect(found, &own, &hook->list);
}

const struct hook_config *steps_hook(struct workspace *ws, const char *only)
{
	static const char *const no_strings[] = { NULL };
	struct arena *arena = &ws->config.arena;
	struct hook_config *hook = arena_alloc(arena, sizeof(*hook));
	const struct hook_config *first = config_hook(
		&ws->config, "post-checkout");
	struct found_steps found = { .only = only, .arena = arena };

	if (first)
		collect_hook(&found, first);
	for (size_t i = 0; i < ws->config.nhooks; i++)
		collect_hook(&found, &ws->config.hooks[i]);
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

/* By hand, without arguments; `lists` belong to the caller. */
static struct run_opts by_hand(struct workspace *ws,
	const struct hook_config *hook, struct file_lists *lists)
{
	static const struct strvec none = STRVEC_INIT;
	static char *no_args[] = { NULL };
	static struct event event = { .hook = "", .args = no_args };

	return (struct run_opts){ .config = &ws->config,
		.repo = ws->repo,
		.hook = hook,
		.event = &event,
		.lists = lists,
		.jobs = &none,
		.tags = &none,
		.exclude = &none,
		.by_hand = true };
}

/* `--set KEY=VALUE`, in each step that has the key. */
static int set_option(const struct hook_config *hook, struct arena *arena,
	const char *setting, struct err *err)
{
	bool known = false;

	for (size_t i = 0; i < hook->list.nr; i++) {
		struct job_config *job = &hook->list.jobs[i];
		struct node *with;
		int set = option_override(arena, job->with,
			keys_of_uses(job->uses), setting, &with, err);

		if (set < 0)
			return -1;
		if (set)
			job->with = with;
		known = known || set;
	}
	return known ? 0
		     : err_set(err,
			       "no step here has the option '%.*s' (see "
			       "'hookrun help steps')",
			       (int)strcspn(setting, "="), setting);
}

static int set_options(struct workspace *ws, const struct hook_config *hook,
	const struct args *args)
{
	const struct strvec *settings = args_values(args, "set");
	struct err err;

	for (size_t i = 0; i < settings->nr; i++)
		if (set_option(hook, &ws->config.arena, settings->v[i], &err))
			return complain(&err);
	return 0;
}

static int execute_steps(struct workspace *ws, const struct hook_config *hook,
	const struct args *args)
{
	struct file_lists *lists = lists_new(ws->repo);
	struct execution ex = { .ws = ws, .opts = by_hand(ws, hook, lists) };
	int result;

	ex.opts.verbose = true; /* who asks by hand wants an answer */
	ex.opts.no_tty = args_has(args, "no-tty");
	result = ws->config.unmet ? complain_text("%s", ws->config.unmet)
				  : execute(&ex);
	lists_free(lists);
	return result;
}

static int no_steps(const char *what)
{
	return complain_text("no job in the configuration says 'uses: %s' "
			     "(see 'hookrun help steps')",
		what);
}

int cmd_sync(struct workspace *ws, const struct args *args)
{
	const struct hook_config *hook = ws->has_config ? steps_hook(ws, NULL)
							: NULL;

	if (!hook || !hook->list.nr)
		return no_steps("...");
	if (set_options(ws, hook, args))
		return 1;
	return execute_steps(ws, hook, args);
}

int steps_look(struct workspace *ws, const struct hook_config *hook,
	steps_look_fn *look)
{
	char **ours = environ;
	struct file_lists *lists = lists_new(ws->repo);
	struct run_opts opts = by_hand(ws, hook, lists);
	struct plan plan = { .hook = NULL };
	struct err err;
	int status = 0;

	if (plan_build(&opts, &ws->config.arena, &plan, &err))
		status = complain(&err);
	for (size_t i = 0; i < plan.list.nr; i++) {
		const struct plan_job *job = &plan.list.jobs[i];
		struct step_ctx ctx = { .repo = ws->repo,
			.event = opts.event,
			.with = job->config->with,
			.root = job->cwd,
			.arena = &ws->config.arena,
			.by_hand = true,
			.tty_fd = -1 };

		if (!job->step)
			continue;
		environ = job->env.v;
		status |= look(job->step, &ctx);
		environ = ours;
	}
	plan_release(&plan);
	lists_free(lists);
	return status;
}

static int print_plan(const struct step_ops *step, struct step_ctx *ctx)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int status = 0;

	(void)step;
	if (migrate_print_plan(ctx, &out, &err))
		status = complain(&err);
	fputs(out.buf, stdout);
	return status;
}

int cmd_migrate(struct workspace *ws, const struct args *args)
{
	const struct hook_config *hook =
		ws->has_config ? steps_hook(ws, "migrate") : NULL;

	if (!hook || !hook->list.nr)
		return no_steps("migrate");
	if (set_options(ws, hook, args))
		return 1;
	return args_has(args, "plan") ? steps_look(ws, hook, print_plan)
				      : execute_steps(ws, hook, args);
}
