/*
 * What hooks and groups hand down to their members.  Root, shell and the
 * `files` command of the innermost group win; env, tags, exclude, file types
 * and globs add up.  That globs add up (a job may look at what matches its
 * group's globs or its own) is lefthook's doing and kept, because
 * configurations rely on it.
 */
#include "runner/planner.h"

#include "hookrun/proc/env.h"

static size_t count(const char *const *list)
{
	size_t nr = 0;

	while (list && list[nr])
		nr++;
	return nr;
}

static const char *const *join(
	struct arena *arena, const char *const *a, const char *const *b)
{
	size_t na = count(a), nb = count(b);
	const char **both = arena_alloc(arena, (na + nb + 1) * sizeof(*both));

	for (size_t i = 0; i < na; i++)
		both[i] = a[i];
	for (size_t i = 0; i < nb; i++)
		both[na + i] = b[i];
	return both;
}

static const char *const *same(const char **list)
{
	return (const char *const *)list;
}

static bool has(const char *const *list, const char *word)
{
	for (; word && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

/* "./app/" names the folder that paths call "app"; "." is no root at all. */
static const char *tidy_root(struct arena *arena, const char *root)
{
	size_t len;

	while (!strncmp(root, "./", 2))
		root += 2;
	len = strlen(root);
	while (len > 1 && root[len - 1] == '/')
		len--;
	if (!len || (len == 1 && *root == '.'))
		return NULL;
	return arena_strndup(arena, root, len);
}

const char *const *scope_exclude_tags(struct planner *planner)
{
	const struct hook_config *hook = planner->opts->hook;
	const char *text = env_ours("EXCLUDE");
	const char **words;
	size_t nr = 0;

	if (!text)
		return same(hook->exclude_tags);
	words = arena_alloc(
		planner->arena, (strlen(text) + 2) * sizeof(*words));
	while (*text) {
		size_t len = strcspn(text, ", ");

		if (len)
			words[nr++] = arena_strndup(planner->arena, text, len);
		text += len + (text[len] != '\0');
	}
	return join(planner->arena, same(hook->exclude_tags), same(words));
}

static const struct plan_origin *origin(struct planner *planner,
	const struct node *node, const struct plan_origin *outer)
{
	struct plan_origin *one = arena_alloc(planner->arena, sizeof(*one));

	*one = (struct plan_origin){ node, outer };
	return one;
}

void scope_of_hook(struct planner *planner, struct scope *ret)
{
	static const char *const none[] = { NULL };
	const struct run_opts *opts = planner->opts;
	const struct hook_config *hook = opts->hook;
	const char *const *by_hand = none;

	if (opts->exclude && opts->exclude->nr)
		by_hand = (const char *const *)opts->exclude->v;
	*ret = (struct scope){ .files = hook->files,
		.root = hook->root && *hook->root
				? tidy_root(planner->arena, hook->root)
				: NULL,
		.shell = hook->shell,
		.env = hook->env,
		.nenv = hook->nenv,
		.tags = join(planner->arena, none, same(hook->tags)),
		.glob = join(planner->arena, none, same(hook->glob)),
		.file_types = none,
		.exclude = join(
			planner->arena, by_hand, same(opts->hook->exclude)),
		.job_chosen = !opts->jobs || !opts->jobs->nr,
		.tag_chosen = !opts->tags || !opts->tags->nr,
		.origin = origin(planner, hook->node, NULL) };
}

static void add_env(struct planner *planner, const struct job_config *job,
	struct scope *scope)
{
	struct env_pair *both;

	if (!job->nenv)
		return;
	both = arena_alloc(
		planner->arena, (scope->nenv + job->nenv) * sizeof(*both));
	for (size_t i = 0; i < scope->nenv; i++)
		both[i] = scope->env[i];
	for (size_t i = 0; i < job->nenv; i++)
		both[scope->nenv + i] = job->env[i];
	scope->env = both;
	scope->nenv += job->nenv;
}

static bool is_tagged(const struct scope *scope, const struct strvec *tags)
{
	for (size_t i = 0; i < tags->nr; i++)
		if (has(scope->tags, tags->v[i]))
			return true;
	return false;
}

void scope_of_job(struct planner *planner, const struct scope *outer,
	const struct job_config *job, struct scope *ret)
{
	struct arena *arena = planner->arena;
	const struct run_opts *opts = planner->opts;
	struct scope scope = *outer;

	if (job->root && *job->root)
		scope.root = tidy_root(arena, job->root);
	if (job->files && *job->files)
		scope.files = job->files;
	if (job->shell)
		scope.shell = job->shell;
	scope.tags = join(arena, outer->tags, same(job->tags));
	scope.glob = join(arena, outer->glob, same(job->glob));
	scope.exclude = join(arena, outer->exclude, same(job->exclude));
	scope.file_types = join(
		arena, outer->file_types, same(job->file_types));
	scope.origin = origin(planner, job->node, outer->origin);
	add_env(planner, job, &scope);
	if (!scope.job_chosen)
		scope.job_chosen = job->name &&
				   strvec_has(opts->jobs, job->name);
	if (!scope.tag_chosen)
		scope.tag_chosen = is_tagged(&scope, opts->tags);
	*ret = scope;
}

/* The list is the hook's and the environment's. */
static struct reason exclusion(
	const struct planner *planner, enum reason_kind kind, const char *value)
{
	const struct hook_config *hook = planner->opts->hook;
	struct reason reason = {
		.kind = kind, .key = "exclude_tags", .value = value
	};

	if (has(same(hook->exclude_tags), value))
		reason.at = node_get(hook->node, "exclude_tags");
	else
		reason.key = "HOOKRUN_EXCLUDE";
	return reason;
}

struct reason scope_excluded(const struct planner *planner,
	const struct scope *scope, const struct job_config *job)
{
	for (size_t i = 0; scope->tags[i]; i++)
		if (has(planner->exclude_tags, scope->tags[i]))
			return exclusion(planner, REASON_TAG, scope->tags[i]);
	if (has(planner->exclude_tags, job->name))
		return exclusion(planner, REASON_NAME, job->name);
	return (struct reason){ 0 };
}
