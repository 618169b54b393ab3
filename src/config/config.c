/*
 * Loading in one sentence: read the files, lay them over each other, check
 * each and then the whole, bind.  Checking comes after merging, because what
 * is a hook is known only then; nothing is bound unless all is well, so the
 * binder has no errors.
 */
#include "hookrun/config/config.h"

#include "config/bind.h"
#include "config/check.h"
#include "config/load.h"
#include "config/merge.h"

#include <string.h>

struct hook_config *config_hook(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->nhooks; i++)
		if (!strcmp(config->hooks[i].name, name))
			return &config->hooks[i];
	return NULL;
}

int config_mistake(const struct mistake *mistake, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;

	return err_set(
		err, "%s: %s", node_place(&arena, mistake->at), mistake->why);
}

void config_release(struct config *config)
{
	arena_release(&config->arena);
	strvec_release(&config->files);
	strvec_release(&config->remotes);
	strvec_release(&config->warnings);
	memset(config, 0, sizeof(*config));
}

/* The merged tree; an empty map where the files say nothing. */
static struct node *merge_layers(
	struct arena *arena, const struct layers *layers)
{
	struct node *merged = node_new(arena, NODE_MAP);

	if (layers->nr && layers->v[0].root->kind == NODE_MAP)
		merged->source = layers->v[0].root->source;
	for (size_t i = 0; i < layers->nr; i++) {
		/* The first layer is laid over nothing, not over itself: a
		 * `{cmd}` in it stays as it is. */
		if (!merged->first && layers->v[i].root->kind == NODE_MAP)
			merged = layers->v[i].root;
		else
			merged = merge_trees(arena, merged, layers->v[i].root,
				layers->v[i].extended);
	}
	return merged;
}

/* `worktree`: look also at what the files name there, for `validate`. */
static struct node *merge_and_check(struct arena *arena,
	const struct layers *layers, const char *worktree,
	struct problems *problems)
{
	struct node *merged = merge_layers(arena, layers);
	struct check check = { .arena = arena,
		.problems = problems,
		.merged = merged,
		.worktree = worktree,
		.remotes = &layers->remotes };
	struct node *extends;

	for (size_t i = 0; i < layers->nr; i++) {
		check.extended = layers->v[i].extended;
		check_file(&check, layers->v[i].root);
	}
	check_rules(&check);
	extends = layers->forgets_extends ? node_get(merged, "extends") : NULL;
	if (extends)
		extends->kind = NODE_NULL;
	return merged;
}

int layers_bind(struct layers *layers, struct problems *problems, bool strict,
	struct config *config, struct err *err)
{
	config->root = merge_and_check(&config->arena, layers, NULL, problems);
	if (problems->first_error)
		return err_set(err, "%s", problems->first_error);
	if (strict && problems->nr)
		return err_set(err, "%s", problems->v[0].msg);
	for (size_t i = 0; i < problems->nr; i++)
		strvec_push(&config->warnings, problems->v[i].msg);
	if (problems->total > problems->nr)
		strvec_pushf(&config->warnings, "and %zu more such warnings",
			problems->total - problems->nr);
	bind_config(config);
	config->lacking = layers->lacking;
	config->files = layers->files;
	memset(&layers->files, 0, sizeof(layers->files));
	config->remotes = layers->remotes;
	memset(&layers->remotes, 0, sizeof(layers->remotes));
	return 0;
}

int config_load(const char *root, const struct config_remotes *remotes,
	bool strict, struct config *ret, struct err *err)
{
	struct config config = { 0 };
	struct problems problems = { .arena = &config.arena };
	struct layers layers = { 0 };
	int found = layers_load(
		root, remotes, &config.arena, &problems, &layers);

	if (found > 0 && layers_bind(&layers, &problems, strict, &config, err))
		found = -1;
	layers_release(&layers);
	if (found > 0)
		*ret = config;
	else
		config_release(&config);
	return found;
}

static void print_problems(const struct problems *problems, struct strbuf *out)
{
	for (size_t i = 0; i < problems->nr; i++)
		strbuf_addf(out, "%s%s\n", i ? "\n" : "", problems->v[i].msg);
	if (problems->total > problems->nr)
		strbuf_addf(out, "\nand %zu more\n",
			problems->total - problems->nr);
}

int config_validate(const char *root, const struct config_remotes *remotes,
	struct strbuf *out)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct problems problems = { .arena = &arena };
	struct layers layers = { 0 };
	struct err err;
	int found = layers_load(root, remotes, &arena, &problems, &layers);

	if (found > 0)
		merge_and_check(&arena, &layers, root, &problems);
	else
		config_none(root, &err);
	if (found <= 0)
		problem_add(&problems, false, err.msg);
	print_problems(&problems, out);
	layers_release(&layers);
	return (int)problems.total;
}
