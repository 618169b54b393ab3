/*
 * The plan: everything that can be known before the first job starts is known
 * here, so that running decides nothing and `--plan` can show the same.  The
 * cheap questions (names, tags) come before those that start processes
 * (conditions, `files` commands).  What keeps one job from running is that
 * job's error and lets the others run.
 */
#include "runner/checkouts.h"
#include "runner/planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/nearest.h"

/* Who names a job and then tags that it has not wants to know. */
static bool is_named_in_vain(const struct planner *planner,
	const struct scope *scope, const struct job_config *config)
{
	return !scope->tag_chosen && config->kind != JOB_GROUP &&
	       config->name && strvec_has(planner->opts->jobs, config->name);
}

static void plan_list(struct planner *planner, const struct scope *scope,
	const struct job_list *config, struct plan_list *ret);

static int run_commands(const struct job_config *config, const char *text,
	const struct template_values *values, struct plan_job *job,
	struct err *err)
{
	if (config->kind != JOB_RUN)
		return 0;
	return template_expand(text, values, TEMPLATE_MAX, &job->commands, err);
}

/* The text in which file templates count, in the arena; NULL: none. */
static const char *template_text(
	struct planner *planner, const struct job_config *config)
{
	size_t len;

	if (config->kind == JOB_SCRIPT)
		return config->args ? config->args : "";
	if (config->kind != JOB_RUN)
		return NULL;
	if (!config->args || !*config->args)
		return config->run;
	len = strlen(config->run);
	while (len && strchr(" \t\n", config->run[len - 1]))
		len--;
	return arena_printf(
		planner->arena, "%.*s %s", (int)len, config->run, config->args);
}

static bool has_filter(const struct scope *scope)
{
	return *scope->glob || *scope->exclude || *scope->file_types;
}

/* lefthook gates scripts by their `args` alone; a step decides for itself what
 * it has to do, unless it was given a filter. */
static bool is_gated(const struct job_config *config, const struct scope *scope,
	const char *text)
{
	if (config->kind == JOB_SCRIPT)
		return template_sets(text) != 0;
	if (config->kind == JOB_USES)
		return config->files || has_filter(scope);
	return true;
}

static int set_cwd(struct planner *planner, const struct scope *scope,
	struct plan_job *job, struct err *err)
{
	const char *worktree = repo_worktree(planner->opts->repo);
	AUTO_FREE char *path = NULL;

	job->cwd = worktree;
	if (!scope->root)
		return 0;
	path = fs_clean(worktree, scope->root);
	/* A step finds nothing to do where its application is not. */
	if (job->config->kind != JOB_USES && !fs_is_dir(path))
		return err_set(
			err, "root '%s' is not a directory", scope->root);
	job->cwd = arena_strdup(planner->arena, path);
	return 0;
}

static bool wants_given(struct planner *planner, struct plan_job *job)
{
	const struct run_opts *opts = planner->opts;

	/* what is changed in a checkout goes with it */
	if (planner->commit)
		return false;
	job->stages = opts->stage_fixed && job->config->stage_fixed &&
		      !strcmp(opts->hook->name, "pre-commit");
	return job->stages || opts->fail_on_changes;
}

static struct template_values template_values(
	struct planner *planner, const struct plan_job *job)
{
	const struct run_opts *opts = planner->opts;

	return (struct template_values){
		.args = opts->as_lefthook ? opts->event->args
					  : event_args_from(opts->event,
						    repo_worktree(opts->repo),
						    job->cwd, planner->arena),
		.nargs = opts->event->nargs,
		.job_name = job->name,
		.prefix_dashes = opts->prefix_dashes,
		.own = planner->own,
		.nown = opts->config->ntemplates
	};
}

static void use_files(
	struct template_values *values, const struct job_files *files)
{
	for (int set = 0; set < SET_COUNT; set++)
		values->files[set] = files->known[set] ? &files->lists[set]
						       : NULL;
}

/* No list that is empty keeps them from running. */
static int fill_setup(struct planner *planner, const struct scope *scope,
	struct plan_job *job, struct err *err)
{
	struct template_values values = template_values(planner, job);
	int failed = 0;

	for (const char **text = job->config->setup; *text && !failed; text++) {
		struct job_files files = { 0 };

		failed = gating_fill(
			planner, scope, *text, job->cwd, &files, err);
		use_files(&values, &files);
		if (!failed)
			failed = template_expand(*text, &values, TEMPLATE_MAX,
				&job->commands, err);
		job_files_release(&files);
	}
	return failed;
}

static int fill_commands(struct planner *planner, const struct scope *scope,
	struct plan_job *job, struct err *err)
{
	const struct job_config *config = job->config;
	const char *text = template_text(planner, config);
	struct job_files files = { 0 };
	struct template_values values = template_values(planner, job);
	int failed = 0;

	if (is_gated(config, scope, text))
		failed = gating_files(planner, scope, text, job->cwd, &files,
			&job->skip, err);
	job->inspected = files.inspected;
	use_files(&values, &files);
	if (!failed && !job->skip.kind && config->kind == JOB_SCRIPT)
		failed = script_commands(planner, config, &values, job, err);
	else if (!failed && !job->skip.kind)
		failed = run_commands(config, text, &values, job, err);
	if (!failed && !job->skip.kind && wants_given(planner, job))
		failed = gating_given(planner, scope, text, job->cwd, &files,
			&job->given, err);
	job_files_release(&files);
	return failed;
}

static int fill_job(struct planner *planner, const struct scope *scope,
	struct plan_job *job, struct err *err)
{
	const struct job_config *config = job->config;
	struct err no_root = ERR_INIT;
	bool rootless;
	int failed;

	if (planner->commit && checkouts_make(planner, err))
		return -1;
	/* A root that a branch has not is no failure where no file is in it. */
	rootless = set_cwd(planner, scope, job, &no_root) != 0;
	failed = (config->kind == JOB_SETUP ? fill_setup : fill_commands)(
		planner, scope, job, err);

	if (!failed && job->skip.kind)
		return 0;
	if (rootless)
		*err = no_root;
	if (failed || rootless)
		return -1;
	environment_fill(planner, scope, &job->env);
	if (config->kind == JOB_RUN || config->kind == JOB_SETUP)
		job->shell = shell_words(planner->arena, scope->shell);
	if (config->kind != JOB_USES)
		return 0;
	job->open = (struct reason){ .kind = REASON_ASKS_STEP,
		.key = "uses",
		.value = config->uses,
		.at = node_get(config->node, "uses") };
	job->step = step_find(config->uses);
	if (!job->step)
		return err_set(err, "unknown step '%s'", config->uses);
	return !config->files && has_filter(scope)
		       ? gating_event(planner, scope, &job->filter, err)
		       : 0;
}

/* Display names that are a block of YAML end in a line break. */
static const char *tidy_name(struct arena *arena, const char *name)
{
	size_t len = strlen(name);

	while (len && strchr(" \t\r\n", name[len - 1]))
		len--;
	return arena_strndup(arena, name, len);
}

static void plan_group(struct planner *planner, const struct scope *scope,
	struct plan_job *job)
{
	if (job->group)
		return;
	job->group = arena_alloc(planner->arena, sizeof(*job->group));
	plan_list(planner, scope, job->config->group, job->group);
	job->group->timeout_ms = job->config->timeout_ms;
}

static void settle(struct planner *planner, const struct scope *scope,
	struct plan_job *job)
{
	struct err err = ERR_INIT;
	const struct job_config *config = job->config;
	int failed;

	if (planner->opts->strict && config->mistake.why)
		failed = config_mistake(&config->mistake, &err);
	else
		failed = condition_decide(&planner->conditions, &config->skip,
			&config->only, &job->skip, &err);
	if (!failed && !job->skip.kind && job->config->broken)
		failed = err_set(&err, "%s", job->config->broken);
	if (!failed && !job->skip.kind && job->config->kind == JOB_GROUP)
		plan_group(planner, scope, job);
	else if (!failed && !job->skip.kind)
		failed = fill_job(planner, scope, job, &err);
	if (failed)
		job->error = arena_strdup(planner->arena, err.msg);
}

struct plan_later {
	struct planner *planner;
	struct scope scope;
};

void plan_settle(struct plan_job *job)
{
	struct plan_later *later = job->later;

	if (!later)
		return;
	job->later = NULL;
	job->open = (struct reason){ 0 };
	settle(later->planner, &later->scope, job);
}

/* Whether it is one of those that can be watched for changes. */
static bool has_files(const struct job_config *config)
{
	return config->kind != JOB_GROUP && config->kind != JOB_SETUP;
}

static bool asks_program(const struct conditions *list)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->v[i].kind == COND_RUN)
			return true;
	return false;
}

/* What a program decides waits for the job's turn; but the files of a job
 * that is watched for changes have to be known before the first job starts. */
static struct reason find_open(struct planner *planner,
	const struct scope *scope, struct plan_job *job)
{
	const struct job_config *config = job->config;
	bool asks_files = config->kind != JOB_GROUP && scope->files;
	struct reason reason = { 0 };
	struct err ignored;
	int failed;

	if (!asks_files && !planner->commit && !asks_program(&config->skip) &&
		!asks_program(&config->only))
		return reason;
	if (!planner->opts->plan_only && has_files(config) &&
		wants_given(planner, job))
		return reason;
	planner->conditions.no_programs = true;
	failed = condition_decide(&planner->conditions, &config->skip,
		&config->only, &reason, &ignored);
	planner->conditions.no_programs = planner->opts->plan_only;
	if (failed || (reason.kind && !reason_is_open(&reason)))
		return (struct reason){ 0 };
	if (!reason.kind && planner->commit)
		reason = (struct reason){ .kind = REASON_ASKS_CHECKOUT,
			.key = "checkout",
			.value = planner->commit->commit.hex,
			.at = node_get(config->node, "checkout") };
	else if (!reason.kind && asks_files)
		reason = (struct reason){ .kind = REASON_ASKS_FILES,
			.key = "files",
			.value = scope->files,
			.at = plan_origin_find(scope->origin, "files") };
	return reason;
}

static void plan_job(struct planner *planner, const struct scope *scope,
	const struct job_config *config, struct plan_job *job)
{
	*job = (struct plan_job){ .config = config, .origin = scope->origin };
	job->name = tidy_name(planner->arena, config->display);
	job->skip = scope_excluded(planner, scope, config);
	if (job->skip.kind)
		return;
	job->open = find_open(planner, scope, job);
	if (!job->open.kind) {
		settle(planner, scope, job);
		return;
	}
	job->later = arena_alloc(planner->arena, sizeof(*job->later));
	*job->later = (struct plan_later){ planner, *scope };
	if (config->kind == JOB_GROUP)
		plan_group(planner, scope, job);
}

/* "test (topic)", for that each commit has its line in what is printed. */
static const char *name_with_ref(struct arena *arena, const char *name,
	const struct pushed_commit *commit)
{
	static const char *const prefixes[] = { "refs/heads/", "refs/" };
	const char *ref = commit->refs.v->remote;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(ref, prefixes[i], strlen(prefixes[i])))
			return arena_printf(arena, "%s (%s)", name,
				ref + strlen(prefixes[i]));
	return arena_printf(arena, "%s (%s)", name, ref);
}

/* Once for every pushed commit. */
static void plan_pushed(struct planner *planner, const struct scope *scope,
	const struct job_config *config, const struct checkouts *all,
	struct plan_list *ret)
{
	for (size_t i = 0; i < all->nr; i++) {
		struct plan_job *job = &ret->jobs[ret->nr++];

		plan_job(&all->v[i].planner, scope, config, job);
		job->commit = all->v[i].commit.hex;
		if (all->nr > 1)
			job->name = name_with_ref(
				planner->arena, job->name, &all->v[i]);
	}
}

/* One that asks for what is pushed where nothing is. */
static void plan_unpushed(struct planner *planner, const struct scope *scope,
	const struct job_config *config, const char *error,
	struct plan_job *job)
{
	*job = (struct plan_job){ .config = config,
		.name = tidy_name(planner->arena, config->display),
		.skip = scope_excluded(planner, scope, config),
		.origin = scope->origin };
	if (job->skip.kind)
		return;
	if (error)
		job->error = arena_strdup(planner->arena, error);
	else
		job->skip = (struct reason){ .kind = REASON_NO_COMMIT,
			.key = "checkout",
			.value = "pushed",
			.at = node_get(config->node, "checkout") };
}

static void plan_leaf(struct planner *planner, const struct scope *scope,
	const struct job_config *config, struct plan_list *ret)
{
	const struct checkouts *all = NULL;
	struct err err = ERR_INIT;
	bool push = !strcmp(planner->opts->hook->name, "pre-push");

	if (!config->checkout) {
		plan_job(planner, scope, config, &ret->jobs[ret->nr++]);
		return;
	}
	if (!push)
		err_set(&err,
			"'checkout: pushed' has no meaning in hook '%s', in "
			"which nothing is pushed",
			planner->opts->hook->name);
	if (push && !checkouts_get(planner, &all, &err) && all->nr)
		plan_pushed(planner, scope, config, all, ret);
	else
		plan_unpushed(planner, scope, config, *err.msg ? err.msg : NULL,
			&ret->jobs[ret->nr++]);
}

/* How many jobs the list may come to. */
static size_t room_for(struct planner *planner, const struct job_list *config)
{
	const struct checkouts *all;
	struct err ignored;

	for (size_t i = 0; i < config->nr; i++)
		if (config->jobs[i].checkout &&
			!strcmp(planner->opts->hook->name, "pre-push") &&
			!checkouts_get(planner, &all, &ignored))
			return config->nr * (all->nr + 1) + 1;
	return config->nr + 1;
}

/* Whether --job and --tag leave anything of it; `scope` is the job's own. */
static bool is_chosen(struct planner *planner, const struct scope *scope,
	const struct job_config *config)
{
	const struct job_list *members = config->group;

	if (config->kind != JOB_GROUP)
		return scope->job_chosen && scope->tag_chosen;
	for (size_t i = 0; members && i < members->nr; i++) {
		struct scope inner;

		scope_of_job(planner, scope, &members->jobs[i], &inner);
		if (is_chosen(planner, &inner, &members->jobs[i]))
			return true;
	}
	return false;
}

/* What was not chosen, for those who want to know of it. */
static struct plan_job passed_over(struct planner *planner,
	const struct scope *scope, const struct job_config *config)
{
	const struct run_opts *opts = planner->opts;
	struct reason why = { .kind = REASON_OTHER_TAG, .key = "--tag" };

	if (!scope->job_chosen)
		why = (struct reason){ .kind = REASON_NOT_NAMED,
			.key = "--job" };
	why.values = (const char *const *)(scope->job_chosen ? opts->tags
							     : opts->jobs)
			     ->v;
	return (struct plan_job){ .config = config,
		.name = tidy_name(planner->arena, config->display),
		.skip = why,
		.origin = scope->origin };
}

/* More jobs at once than there are processors take longer together, and make
 * the machine useless for who waits. */
static void set_limit(const struct run_opts *opts,
	const struct job_list *config, struct plan_list *ret)
{
	if (config->jobs_limit >= 0)
		ret->jobs_limit = config->jobs_limit;
	else if (ret->parallel && ret->nr > opts->processors)
		ret->jobs_limit = (int64_t)opts->processors;
}

static void plan_list(struct planner *planner, const struct scope *scope,
	const struct job_list *config, struct plan_list *ret)
{
	ret->parallel = config->parallel;
	ret->piped = config->piped && !config->parallel;
	ret->jobs = arena_alloc(
		planner->arena, room_for(planner, config) * sizeof(*ret->jobs));
	for (size_t i = 0; i < config->nr; i++) {
		const struct job_config *job = &config->jobs[i];
		struct scope own;

		scope_of_job(planner, scope, job, &own);
		if (is_chosen(planner, &own, job))
			plan_leaf(planner, &own, job, ret);
		else if (planner->opts->plan_only ||
			 is_named_in_vain(planner, &own, job))
			ret->jobs[ret->nr++] = passed_over(planner, &own, job);
	}
	set_limit(planner->opts, config, ret);
	needs_resolve(planner->arena, ret);
}

static bool has_any(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

/* Whether a job of the list has the name or the tag. */
static bool has_word(const struct job_list *list, const char *word, bool is_tag,
	struct nearest *nearest)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct job_config *job = &list->jobs[i];
		const char *const none[] = { NULL }, *const named[] = {
			job->name, NULL
		};
		const char *const *words = is_tag ? job->tags : named;

		for (words = words ? words : none; *words; words++) {
			if (!strcmp(*words, word))
				return true;
			nearest_offer(nearest, *words);
		}
		if (job->group && has_word(job->group, word, is_tag, nearest))
			return true;
	}
	return false;
}

/* Those of `words` that nobody has are appended to `out`, to `hints` what they
 * may have been meant to be. */
static size_t find_unknown(const struct run_opts *opts, struct arena *arena,
	const struct strvec *words, bool is_tag, struct strbuf *out,
	struct strbuf *hints)
{
	size_t nr = 0;

	for (size_t i = 0; words && i < words->nr; i++) {
		const char *word = words->v[i];
		struct nearest nearest;

		nearest_init(&nearest, word);
		if (is_tag && opts->hook->tags &&
			has_any(opts->hook->tags, word))
			continue;
		if (has_word(&opts->hook->list, word, is_tag, &nearest))
			continue;
		strbuf_addf(out, "%s%s", nr++ ? ", " : "", word);
		strbuf_addstr(hints, nearest_hint(arena, nearest.best));
	}
	return nr;
}

/* A mistyped --job that passes in silence is a check that never ran.  Where
 * others of the list are known it is only told: one list may be for several
 * hooks. */
static int check_words(const struct run_opts *opts, struct plan *plan,
	const struct strvec *words, bool is_tag, struct err *err)
{
	AUTO_STRBUF names = STRBUF_INIT, hints = STRBUF_INIT;
	size_t nr = find_unknown(
		opts, plan->arena, words, is_tag, &names, &hints);
	const char *text;

	if (!nr)
		return 0;
	text = arena_printf(plan->arena, "no job %s %s found in hook \"%s\"%s",
		is_tag ? "with tag" : "matching", names.buf, opts->hook->name,
		opts->as_lefthook ? "" : hints.buf);
	if (nr == words->nr)
		return err_set(err, "failed to run the hook: %s", text);
	plan->note = text;
	return 0;
}

/* lefthook runs nothing for a tag that nobody has, and is content. */
static int check_names(
	const struct run_opts *opts, struct plan *plan, struct err *err)
{
	if (check_words(opts, plan, opts->jobs, false, err))
		return -1;
	if (opts->as_lefthook || (opts->jobs && opts->jobs->nr))
		return 0;
	return check_words(opts, plan, opts->tags, true, err);
}

static struct planner *new_planner(
	const struct run_opts *opts, struct arena *arena)
{
	struct planner *planner = arena_alloc(arena, sizeof(*planner));
	const struct config *config = opts->config;
	struct template_pair *own = arena_alloc(
		arena, (config->ntemplates + 1) * sizeof(*own));

	for (size_t i = 0; i < config->ntemplates; i++)
		own[i] = (struct template_pair){ config->templates[i].name,
			config->templates[i].value };
	*planner = (struct planner){ .opts = opts,
		.arena = arena,
		.conditions = { .repo = opts->repo, .arena = arena },
		.own = own,
		.pushed = { .event = opts->event, .base = opts->hook->base },
		.top = repo_worktree(opts->repo),
		.checkouts = arena_alloc(arena, sizeof(struct checkouts)),
		.doublestar = config->glob_matcher &&
			      !strcmp(config->glob_matcher, "doublestar") };
	planner->conditions.no_programs = opts->plan_only;
	if (!strcmp(opts->hook->name, "pre-push"))
		planner->conditions.pushed = &planner->pushed;
	planner->exclude_tags = scope_exclude_tags(planner);
	return planner;
}

/* What comes before the jobs runs in the root of the work tree, whatever root
 * the hook has, and whichever jobs were chosen. */
static void plan_setup(
	struct planner *planner, const struct scope *scope, struct plan *plan)
{
	static const char *const none[] = { NULL };
	struct scope own = *scope;

	own.root = NULL;
	own.tags = none;
	own.job_chosen = own.tag_chosen = true;
	plan_list(planner, &own, &planner->opts->hook->setup, &plan->setup);
}

int plan_build(const struct run_opts *opts, struct arena *arena,
	struct plan *ret, struct err *err)
{
	const struct hook_config *hook = opts->hook;
	struct planner *planner;
	struct scope scope;
	struct plan plan = { .arena = arena, .hook = hook };

	if (hook->list.parallel && hook->list.piped)
		return err_set(err,
			"conflicting options 'piped' and 'parallel' are set "
			"to 'true', remove one of this option from hook group");
	if (check_names(opts, &plan, err))
		return -1;
	planner = new_planner(opts, arena);
	if (condition_decide(&planner->conditions, &hook->skip, &hook->only,
		    &plan.skip, err))
		return err_prefix(err, "hook '%s'", hook->name);
	if (reason_is_open(&plan.skip)) {
		plan.open = plan.skip;
		plan.skip = (struct reason){ 0 };
	}
	plan.checkouts = planner->checkouts;
	scope_of_hook(planner, &scope);
	if (!plan.skip.kind) {
		plan_setup(planner, &scope, &plan);
		plan_list(planner, &scope, &hook->list, &plan.list);
		plan.list.timeout_ms = hook->timeout_ms;
	}
	*ret = plan;
	return 0;
}

static void release_list(struct plan_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		strvec_release(&list->jobs[i].commands);
		strvec_release(&list->jobs[i].env);
		strvec_release(&list->jobs[i].given);
		if (list->jobs[i].group)
			release_list(list->jobs[i].group);
	}
	list->nr = 0;
}

void plan_release(struct plan *plan)
{
	release_list(&plan->setup);
	release_list(&plan->list);
	checkouts_release(plan->checkouts);
}
