/*
 * Rules that hold of the merged configuration only.  A local file may add
 * `tags` to a job that another file defines, so whether a job has a command,
 * or which options its `with` may have, is known when all files are laid over
 * each other.  Types were checked file by file before; what has a wrong one is
 * passed over here, it was reported.
 */
#include "config/check.h"

#include "config/grammar.h"
#include "config/min_version.h"
#include "config/source.h"
#include "config/value.h"
#include "hookrun/config/config.h"
#include "hookrun/config/nearest.h"
#include "hookrun/base/hookname.h"

#include <ctype.h>
#include <string.h>

/* An empty text is no command and no name. */
static bool has(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node && node->kind != NODE_NULL && !(node->str && !*node->str);
}

/* `run:` without a command; one of blanks is run, and always passes.  True
 * where that was the case, and was said. */
static bool check_empty_run(
	struct check *check, const struct node *job, const char *what)
{
	const struct node *run = node_get(job, "run");

	if (!run || !run->str ||
		(run->kind != NODE_NULL &&
			run->str[strspn(run->str, " \t\r\n")]))
		return false;
	problem_warn(check->problems, AT_KEY, run,
		"'run' in %s is empty (the command stands behind 'run: ')",
		what);
	return true;
}

/* No error: of a group lefthook runs the jobs in parallel, and a hook is
 * refused when it runs, so that the others still do. */
static void check_flow(
	struct check *check, const struct node *list, const char *what)
{
	if (value_flag(list, "piped") && value_flag(list, "parallel"))
		problem_warn(check->problems, AT_KEY,
			node_get(list, "parallel"),
			"'piped' and 'parallel' cannot both be true in %s",
			what);
}

/* ---- jobs ---------------------------------------------------------------- */

static void check_jobs(
	struct check *check, const struct node *jobs, const char *parent);

static void check_with(
	struct check *check, const struct node *job, const char *what)
{
	const struct node *with = node_get(job, "with");
	const char *uses = node_str(job, "uses");
	const struct key *options;

	if (!has(job, "with"))
		return;
	if (!has(job, "uses")) {
		problem_error(check->problems, AT_KEY, with,
			"'with' in %s needs 'uses', which names a step", what);
		return;
	}
	if (with->kind != NODE_MAP || !uses)
		return;
	options = keys_of_uses(uses);
	if (options)
		check_options(check, with, options,
			arena_printf(
				check->arena, "'with' of step '%s'", uses));
}

static void check_step_keys(
	struct check *check, const struct node *job, const char *what)
{
	const char *const *key = grammar_not_of_steps;

	for (; has(job, "uses") && *key; key++)
		if (has(job, *key))
			problem_error(check->problems, AT_KEY,
				node_get(job, *key),
				"'%s' has no meaning for the built-in step of "
				"%s",
				*key, what);
}

/* No errors where lefthook's own kinds are mixed up or missing: such a job
 * fails when it runs, and the others are not kept from running. */
static void check_kind(
	struct check *check, const struct node *job, const char *what)
{
	const char *first = NULL;
	bool empty = check_empty_run(check, job, what);

	for (const char *const *kind = grammar_kinds; *kind; kind++) {
		if (!has(job, *kind))
			continue;
		/* lefthook runs the one and does not look at the other. */
		if (first && !strcmp(*kind, "group"))
			problem_warn(check->problems, AT_KEY,
				node_get(job, *kind),
				"'group' has no effect beside '%s' in %s",
				first, what);
		else if (first)
			(strcmp(*kind, "uses") != 0 ? problem_warn
						    : problem_error)(
				check->problems, AT_KEY, node_get(job, *kind),
				"%s has both '%s' and '%s', of which only one "
				"is possible",
				what, first, *kind);
		first = *kind;
	}
	if (!first && !empty)
		problem_warn(check->problems, AT_VALUE, job,
			"%s needs one of 'run', 'script', 'group' or 'uses'",
			what);
}

static void check_group_keys(
	struct check *check, const struct node *job, const char *what)
{
	const char *const *key = grammar_not_of_groups;

	for (; has(job, "group") && *key; key++)
		if (has(job, *key))
			problem_error(check->problems, AT_KEY,
				node_get(job, *key),
				"'%s' has no meaning for the group of %s (it "
				"has for the jobs in it)",
				*key, what);
}

/* What is fixed in a checkout is thrown away with it. */
static void check_checkout(
	struct check *check, const struct node *job, const char *what)
{
	const struct node *node = node_get(job, "checkout");

	if (!node || node->kind == NODE_NULL)
		return;
	if (value_flag(job, "stage_fixed"))
		problem_error(check->problems, AT_KEY,
			node_get(job, "stage_fixed"),
			"'stage_fixed' has no meaning for %s, which looks at a "
			"commit that is checked out for it",
			what);
	if (strcmp(check->hook, "pre-push") != 0)
		problem_warn(check->problems, AT_KEY, node,
			"'checkout' of %s has no meaning in hook '%s', in "
			"which nothing is pushed: the job fails",
			what, source_brief(check->arena, check->hook));
}

static void check_group(
	struct check *check, const struct node *job, const char *what)
{
	const struct node *group = node_get(job, "group");
	bool outer = check->has_files;

	if (!has(job, "group") || group->kind != NODE_MAP ||
		check->groups == GROUP_MAX_DEPTH)
		return;
	what = arena_printf(check->arena, "the group of %s", what);
	check_flow(check, group, what);
	if (!has(group, "jobs") || !node_get(group, "jobs")->first)
		problem_warn(check->problems, AT_KEY, group, "%s has no 'jobs'",
			what);
	check_needs(check, group);
	check->groups++;
	check->has_files = outer || has(job, "files");
	check_jobs(check, node_get(group, "jobs"), what);
	check->has_files = outer;
	check->groups--;
}

static void check_jobs(
	struct check *check, const struct node *jobs, const char *parent)
{
	size_t number = 0;

	if (!jobs || jobs->kind != NODE_LIST)
		return;
	node_each (job, jobs) {
		const char *what = check_name_of(
			check, "job", job, ++number, parent);

		if (job->kind != NODE_MAP)
			continue;
		check_kind(check, job, what);
		check_root(check, job, what);
		check_templates(check, job, what);
		if (check->worktree && node_str(job, "script") &&
			!has(job, "run"))
			check_script(check, job, node_get(job, "script"),
				node_str(job, "script"));
		check_with(check, job, what);
		check_step_keys(check, job, what);
		check_group_keys(check, job, what);
		check_checkout(check, job, what);
		check_group(check, job, what);
	}
}

static void check_command(struct check *check, const struct node *command)
{
	const char *what = arena_printf(check->arena, "command '%s'",
		source_brief(check->arena, command->key));

	check_root(check, command, what);
	check_checkout(check, command, what);
	check_templates(check, command, what);
	if (!check_empty_run(check, command, what) &&
		!node_get(command, "run") &&
		(command->kind == NODE_MAP || command->kind == NODE_NULL))
		problem_warn(check->problems, AT_KEY, command,
			"%s has no 'run'", what);
}

static void check_commands(struct check *check, const struct node *commands)
{
	if (!commands || commands->kind != NODE_MAP)
		return;
	node_each (command, commands) {
		check_command(check, command);
	}
}

static void check_scripts(struct check *check, const struct node *scripts)
{
	if (!scripts || scripts->kind != NODE_MAP)
		return;
	node_each (script, scripts) {
		const char *what = arena_printf(check->arena, "script '%s'",
			source_brief(check->arena, script->key));

		check_root(check, script, what);
		check_checkout(check, script, what);
		check_templates(check, script, what);
		check_script(check, script, script, script->key);
	}
}

/* ---- hooks and the top --------------------------------------------------- */

/* Names become file names in the hooks folder and words of a shell script. */
static bool is_hook_name(const char *name)
{
	if (!*name || *name == '-')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '-' &&
			*name != '_' && *name != ':')
			return false;
	return true;
}

/* Where no file gets the name, the other hooks need not suffer for it. */
static void refuse_hook_name(struct check *check, const struct node *hook)
{
	bool installed = value_flag(check->merged, "install_non_git_hooks");

	if (check_is_private(hook->key) && !installed)
		return;
	(installed ? problem_error : problem_warn)(check->problems, AT_KEY,
		hook,
		"'%s' cannot be the name of a hook (only letters, digits, "
		"'-', '_' and ':' can be in it)",
		source_brief(check->arena, hook->key));
}

/* A hook that git never calls because of one wrong letter in its name.  Longer
 * names that merely begin like git's are somebody's own. */
static void check_hook_name(struct check *check, const struct node *hook)
{
	if (!is_hook_name(hook->key)) {
		refuse_hook_name(check, hook);
		return;
	}
	for (const char *const *name = hookname_all; *name; name++) {
		struct nearest nearest;

		nearest_init(&nearest, hook->key);
		if (nearest.distance > 2)
			nearest.distance = 2;
		nearest_offer(&nearest, *name);
		if (nearest.best && strlen(*name) > 6 &&
			strncmp(hook->key, *name, strlen(*name)) != 0)
			problem_warn(check->problems, AT_KEY, hook,
				"git does not know the hook '%s'%s", hook->key,
				nearest_hint(check->arena, *name));
	}
}

static void check_hook(struct check *check, const struct node *hook)
{
	const char *what = arena_printf(check->arena, "hook '%s'",
		source_brief(check->arena, hook->key));

	if (!hookname_is_git(hook->key))
		check_hook_name(check, hook);
	check->hook = hook->key;
	check->has_files = has(hook, "files");
	check_flow(check, hook, what);
	check_root(check, hook, what);
	check_jobs(check, node_get(hook, "jobs"), what);
	check_commands(check, node_get(hook, "commands"));
	check_scripts(check, node_get(hook, "scripts"));
	check_needs(check, hook);
}

static void check_min_version(struct check *check, const struct node *root)
{
	const char *why = min_version_unmet(check->arena, root);

	if (why)
		problem_warn(check->problems, AT_VALUE,
			node_get(root, "min_version"), "%s", why);
}

static void check_remotes(struct check *check, const struct node *remotes)
{
	size_t number = 0;

	if (!remotes || remotes->kind != NODE_LIST)
		return;
	node_each (remote, remotes) {
		number++;
		if (remote->kind == NODE_MAP && !has(remote, "git_url"))
			problem_warn(check->problems, AT_VALUE, remote,
				"remote %zu has no 'git_url', and nothing is "
				"read from it",
				number);
	}
}

void check_rules(struct check *check)
{
	if (check->problems->first_error && check->merged->count > TOP_MAX_KEYS)
		return; /* reported, and long */
	check_min_version(check, check->merged);
	check_remotes(check, node_get(check->merged, "remotes"));
	node_each (child, check->merged) {
		if (check_is_hook(check->merged, child->key))
			check_hook(check, child);
	}
}
