/*
 * Binding settles what may be written in more than one way: one string is
 * a list of one, `commands` and `scripts` are jobs in lefthook's order, a bare
 * condition is a list of one.  Whoever reads the structs sees one form.
 */
#include "config/bind.h"

#include "config/bind_condition.h"
#include "config/check.h"
#include "config/min_version.h"
#include "config/value.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

/* ---- values -------------------------------------------------------------- */

static int64_t get_int(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	int64_t value = 0;

	if (node)
		value_int(node, &value);
	return value;
}

/* A text that is empty says no more than none. */
static const char *get_text(
	struct arena *arena, const struct node *map, const char *key)
{
	const char *text = value_text(arena, node_get(map, key));

	return text && *text ? text : NULL;
}

/* `run: true` is the command `true`, which lefthook takes for `1`. */
static const char *get_command(struct arena *arena, const struct node *map)
{
	const struct node *node = node_get(map, "run");

	return node && node->kind == NODE_BOOL ? node->str
					       : get_text(arena, map, "run");
}

static const char **get_list(
	struct arena *arena, const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	const char **list;
	size_t nr = 0;

	list = arena_alloc(
		arena, ((node ? node->count : 0) + 2) * sizeof(*list));
	if (node && node->kind != NODE_LIST && node->kind != NODE_NULL)
		list[nr++] = value_text(arena, node);
	node_each (item, node) {
		list[nr++] = value_text(arena, item);
	}
	return list;
}

static const struct env_pair *get_pairs(struct arena *arena,
	const struct node *map, const char *key, size_t *ret_nr)
{
	const struct node *node = node_get(map, key);
	struct env_pair *pairs;
	size_t nr = 0;

	if (!node)
		return NULL;
	pairs = arena_alloc(arena, (node->count + 1) * sizeof(*pairs));
	node_each (item, node) {
		pairs[nr].name = item->key;
		pairs[nr++].value = value_text(arena, item);
	}
	*ret_nr = nr;
	return pairs;
}

static int64_t get_ms(const struct node *map, const char *key)
{
	const char *text = node_str(map, key);
	struct err ignored;
	int64_t ms = 0;

	if (text)
		duration_parse(text, &ms, &ignored);
	return ms;
}

/* ---- jobs ---------------------------------------------------------------- */

static void bind_jobs(
	struct arena *arena, const struct node *map, struct job_list *ret);

/* A key that is known elsewhere only, as `args` for a command, is reported and
 * has no effect. */
static const struct node *known_only(
	struct arena *arena, const struct node *node, enum key_place place)
{
	struct node *map = node_new(arena, NODE_MAP);

	node_each (child, node) {
		if (keys_find(child->key, place))
			node_append(map, node_copy(arena, child));
	}
	return map;
}

static void bind_task(struct arena *arena, const struct node *origin,
	enum key_place place, struct job_config *job)
{
	const struct node *node =
		place == PLACE_JOB ? origin : known_only(arena, origin, place);
	const char *show = node_str(node, "show");

	job->node = origin;
	job->runner = get_text(arena, node, "runner");
	job->args = get_text(arena, node, "args");
	job->root = get_text(arena, node, "root");
	job->files = get_text(arena, node, "files");
	job->fail_text = get_text(arena, node, "fail_text");
	job->timeout_ms = get_ms(node, "timeout");
	job->glob = get_list(arena, node, "glob");
	job->exclude = get_list(arena, node, "exclude");
	job->tags = get_list(arena, node, "tags");
	job->file_types = get_list(arena, node, "file_types");
	job->env = get_pairs(arena, node, "env", &job->nenv);
	job->interactive = value_flag(node, "interactive");
	job->use_stdin = value_flag(node, "use_stdin");
	job->stage_fixed = value_flag(node, "stage_fixed");
	if (node_get(node, "needs"))
		job->needs = get_list(arena, node, "needs");
	job->allow_failure = value_flag(node, "allow_failure");
	job->retry = get_int(node, "retry");
	job->checkout = get_text(arena, node, "checkout") != NULL;
	job->show_always = show && !strcmp(show, "always");
	job->shell = get_text(arena, node, "shell");
	job->priority = (int)get_int(node, "priority");
	job->mistake = condition_bind(arena, node, &job->skip, &job->only);
}

/* What was written by mistake is its own failure, when its turn comes, and no
 * reason for the other jobs not to run. */
static void break_job(struct job_config *job, const char *why)
{
	job->kind = JOB_RUN;
	job->broken = why;
}

static const char no_kind[] =
	"either `run`,`script`, or `group` must be provided for a job";

static void bind_group(struct arena *arena, const struct node *group,
	size_t index, struct job_config *job)
{
	job->kind = JOB_GROUP;
	job->display = arena_printf(arena, "group (%zu)", index);
	job->group = arena_alloc(arena, sizeof(*job->group));
	bind_jobs(arena, group, job->group);
	if (job->group->nr)
		return;
	job->group = NULL;
	break_job(job, "group must have `jobs`");
}

static void bind_job(struct arena *arena, const struct node *node, size_t index,
	struct job_config *job)
{
	const struct node *group = node_get(node, "group");
	const struct node *with = node_get(node, "with");

	bind_task(arena, node, PLACE_JOB, job);
	job->from = FROM_JOBS;
	job->name = get_text(arena, node, "name");
	job->run = get_command(arena, node);
	job->script = get_text(arena, node, "script");
	job->uses = get_text(arena, node, "uses");
	job->with = with && with->kind == NODE_MAP ? with : NULL;
	if (job->run) {
		job->kind = JOB_RUN;
		job->display = job->run;
	} else if (job->script) {
		job->kind = JOB_SCRIPT;
		job->display = job->script;
	} else if (job->uses) {
		job->kind = JOB_USES;
		job->display = job->uses;
	} else if (group && group->kind == NODE_MAP) {
		bind_group(arena, group, index, job);
	} else {
		job->display = arena_printf(arena, "[%zu]", index);
		break_job(job, no_kind);
	}
	if (job->run && job->script)
		break_job(job, no_kind);
	if (job->name)
		job->display = job->name;
}

static void bind_jobs(
	struct arena *arena, const struct node *map, struct job_list *ret)
{
	const struct node *jobs = node_get(map, "jobs");
	const struct node *commands = node_get(map, "commands");
	const struct node *scripts = node_get(map, "scripts");
	size_t room = (jobs ? jobs->count : 0) +
		      (commands ? commands->count : 0) +
		      (scripts ? scripts->count : 0);

	ret->parallel = value_flag(map, "parallel");
	ret->piped = value_flag(map, "piped");
	ret->jobs_limit =
		node_get(map, "jobs_limit") ? get_int(map, "jobs_limit") : -1;
	ret->jobs = arena_alloc(arena, (room + 1) * sizeof(*ret->jobs));
	node_each (job, jobs) {
		bind_job(arena, job, ret->nr, &ret->jobs[ret->nr]);
		ret->nr++;
	}
}

/* ---- commands and scripts ------------------------------------------------ */

/* The number that a name begins with; names without one come last. */
static long long leading_number(const char *name)
{
	return isdigit((unsigned char)*name) ? strtoll(name, NULL, 10)
					     : LLONG_MAX;
}

static int compare(long long a, long long b)
{
	return (a > b) - (a < b);
}

static int by_order(const void *left, const void *right)
{
	const struct job_config *a = left, *b = right;
	int order = compare(a->priority ? a->priority : LLONG_MAX,
		b->priority ? b->priority : LLONG_MAX);

	if (!order)
		order = compare(
			leading_number(a->name), leading_number(b->name));
	return order ? order : strcmp(a->name, b->name);
}

/* The entries of `commands` or `scripts`, sorted, after the jobs. */
static void bind_named(struct arena *arena, const struct node *hook,
	const char *key, struct job_list *ret)
{
	bool command = !strcmp(key, "commands");
	struct job_config *first = &ret->jobs[ret->nr];
	size_t nr = 0;

	node_each (node, node_get(hook, key)) {
		struct job_config *job = &first[nr++];

		bind_task(arena, node, command ? PLACE_COMMAND : PLACE_SCRIPT,
			job);
		job->name = job->display = node->key;
		job->kind = command ? JOB_RUN : JOB_SCRIPT;
		job->from = command ? FROM_COMMANDS : FROM_SCRIPTS;
		if (command)
			job->run = get_command(arena, node);
		else
			job->script = node->key;
		if (command && !job->run)
			break_job(job, no_kind);
	}
	qsort(first, nr, sizeof(*first), by_order);
	ret->nr += nr;
}

/* What a job does not say of itself the hook says for it. */
static void hand_down_stage_fixed(struct job_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		struct job_config *job = &list->jobs[i];

		if (job->group)
			hand_down_stage_fixed(job->group);
		else if (!node_get(job->node, "stage_fixed"))
			job->stage_fixed = true;
	}
}

/* Who hides new files wants to see what is being committed, and no more. */
static enum isolate get_isolate(const struct node *hook, bool hide_untracked)
{
	const struct node *node = node_get(hook, "isolate");
	enum isolate result = ISOLATE_NOTHING;

	if (!node)
		result = strcmp(hook->key, "pre-commit") ? ISOLATE_NOTHING
							 : ISOLATE_STAGED;
	else if (node->str && !strcmp(node->str, "all"))
		result = ISOLATE_ALL;
	else if (value_flag(hook, "isolate"))
		result = ISOLATE_STAGED;
	return result && hide_untracked ? ISOLATE_ALL : result;
}

static enum fail_on_changes get_fail_on_changes(const struct node *hook)
{
	static const struct {
		const char *word;
		enum fail_on_changes value;
	} words[] = { { "always", CHANGES_FAIL }, { "true", CHANGES_FAIL },
		{ "1", CHANGES_FAIL }, { "ci", CHANGES_FAIL_IN_CI },
		{ "non-ci", CHANGES_FAIL_OUTSIDE_CI },
		{ "never", CHANGES_PASS }, { "false", CHANGES_PASS },
		{ "0", CHANGES_PASS }, { "", CHANGES_PASS } };
	const struct node *node = node_get(hook, "fail_on_changes");

	if (node && node->kind == NODE_BOOL)
		return node->boolean ? CHANGES_FAIL : CHANGES_PASS;
	for (size_t i = 0; node && node->str && i < ARRAY_SIZE(words); i++)
		if (!strcmp(node->str, words[i].word))
			return words[i].value;
	return node && node->kind != NODE_NULL ? CHANGES_UNKNOWN : CHANGES_PASS;
}

/* Entries without a command are none; all others are one job's. */
static void bind_setup(
	struct arena *arena, const struct node *hook, struct job_list *ret)
{
	const struct node *list = node_get(hook, "setup");
	struct job_config *job;
	size_t nr = 0;

	if (!list || list->kind != NODE_LIST)
		return;
	job = ret->jobs = arena_alloc(arena, sizeof(*job));
	bind_task(arena, node_new(arena, NODE_MAP), PLACE_JOB, job);
	job->node = list;
	job->kind = JOB_SETUP;
	job->display = "setup";
	job->setup = arena_alloc(
		arena, (list->count + 1) * sizeof(*job->setup));
	node_each (entry, list) {
		if (get_command(arena, entry))
			job->setup[nr++] = get_command(arena, entry);
	}
	ret->nr = nr != 0;
}

/* A hook whose jobs stand under a word that means nothing, or in no map. */
static struct mistake why_no_jobs(struct arena *arena, const struct node *hook)
{
	struct mistake none = { 0 }, mistake = { NULL, hook };

	if (hook->kind != NODE_MAP && hook->kind != NODE_NULL) {
		mistake.why = arena_printf(arena,
			"hook '%s' has no jobs, for it is no map", hook->key);
		return mistake;
	}
	if (node_get(hook, "jobs") || node_get(hook, "commands") ||
		node_get(hook, "scripts"))
		return none;
	node_each (child, hook) {
		if (keys_find(child->key, PLACE_HOOK) ||
			check_is_private(child->key))
			continue;
		mistake.why = arena_printf(arena,
			"hook '%s' has no jobs, but an unknown key '%s'",
			hook->key, child->key);
		return mistake;
	}
	return none;
}

static void bind_hook(
	struct arena *arena, const struct node *node, struct hook_config *hook)
{
	const struct node *diff;

	hook->name = node->key;
	hook->node = node;
	hook->follow = value_flag(node, "follow");
	hook->chain = value_flag(node, "chain");
	hook->fail_on_changes = get_fail_on_changes(node);
	diff = node_get(node, "fail_on_changes_diff");
	if (diff && diff->kind != NODE_NULL)
		hook->fail_on_changes_diff =
			value_flag(node, "fail_on_changes_diff") ? DIFF_ALWAYS
								 : DIFF_NEVER;
	hook->hide_untracked = !strcmp(
		option_str(node, keys_all(), "untracked"), "hide");
	hook->isolate = get_isolate(node, hook->hide_untracked);
	hook->files = get_text(arena, node, "files");
	hook->root = get_text(arena, node, "root");
	hook->shell = get_text(arena, node, "shell");
	hook->glob = get_list(arena, node, "glob");
	hook->tags = get_list(arena, node, "tags");
	hook->env = get_pairs(arena, node, "env", &hook->nenv);
	hook->timeout_ms = get_ms(node, "timeout");
	bind_setup(arena, node, &hook->setup);
	hook->base = get_text(arena, node, "base");
	hook->require = get_list(arena, node, "require");
	hook->exclude_tags = get_list(arena, node, "exclude_tags");
	hook->exclude = get_list(arena, node, "exclude");
	hook->mistake = condition_bind(arena, node, &hook->skip, &hook->only);
	if (!hook->mistake.why)
		hook->mistake = why_no_jobs(arena, node);
	bind_jobs(arena, node, &hook->list);
	bind_named(arena, node, "commands", &hook->list);
	bind_named(arena, node, "scripts", &hook->list);
	if (value_flag(node, "stage_fixed"))
		hand_down_stage_fixed(&hook->list);
}

void bind_config(struct config *config)
{
	const struct node *root = config->root;

	config->binary = get_text(&config->arena, root, "hookrun");
	if (!config->binary)
		config->binary = get_text(&config->arena, root, "lefthook");
	config->unmet = min_version_unmet(&config->arena, root);
	config->rc = get_text(&config->arena, root, "rc");
	config->source_dir = option_str(root, keys_all(), "source_dir");
	config->source_dir_local = option_str(
		root, keys_all(), "source_dir_local");
	config->glob_matcher = option_str(root, keys_all(), "glob_matcher");
	config->dash_names = get_text(&config->arena, root, "dash_names");
	config->no_tty = value_flag(root, "no_tty");
	config->chain = value_flag(root, "chain");
	config->skip_lfs = value_flag(root, "skip_lfs");
	config->no_recorder = node_get(root, "recorder") &&
			      !value_flag(root, "recorder");
	config->no_auto_install = value_flag(root, "no_auto_install");
	config->install_non_git_hooks = value_flag(
		root, "install_non_git_hooks");
	config->assert_installed = value_flag(
		root, "assert_lefthook_installed");
	config->templates = get_pairs(
		&config->arena, root, "templates", &config->ntemplates);
	config->hooks = arena_alloc(
		&config->arena, (root->count + 1) * sizeof(*config->hooks));
	node_each (child, root) {
		struct hook_config *hook = &config->hooks[config->nhooks];

		if (!check_is_hook(root, child->key))
			continue;
		bind_hook(&config->arena, child, hook);
		if (!node_get(child, "chain"))
			hook->chain = config->chain;
		config->nhooks++;
	}
}
