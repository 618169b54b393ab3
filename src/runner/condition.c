/*
 * skip and only.  The state of the repository is one word and not a set, as in
 * lefthook: during a merge whose HEAD happens to be a merge commit it is
 * "merge", and a `merge-commit` condition does not hold.  The states that
 * lefthook does not know hold besides that word.  Commands of
 * conditions run with our own hooks off, or a condition that commits would ask
 * itself.
 */
#include "runner/condition.h"

#include "hookrun/base/glob.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/git/job_env.h"
#include "hookrun/proc/env.h"

static const char *state_word(struct condition_env *env)
{
	unsigned bits;

	if (env->state)
		return env->state;
	bits = repo_state(env->repo);
	if (bits & REPO_MERGE)
		env->state = "merge";
	else if (bits & REPO_REBASE)
		env->state = "rebase";
	else if (repo_head_is_merge(env->repo))
		env->state = "merge-commit";
	else
		env->state = "";
	return env->state;
}

/* A rebase picks commits, too; that is no state of its own. */
static bool state_holds(struct condition_env *env, const char *word)
{
	unsigned bits = repo_state(env->repo);

	if (!strcmp(word, "cherry-pick"))
		return bits & REPO_CHERRY_PICK && !(bits & REPO_REBASE);
	if (!strcmp(word, "revert"))
		return bits & REPO_REVERT && !(bits & REPO_REBASE);
	if (!strcmp(word, "bisect"))
		return bits & REPO_BISECT;
	if (!strcmp(word, "am"))
		return repo_state_file(env->repo, "rebase-apply/applying",
			       env->arena) != NULL;
	return !strcmp(state_word(env), word);
}

static const char *branch(struct condition_env *env)
{
	if (!env->branch)
		env->branch = repo_branch(env->repo, env->arena);
	if (!env->branch)
		env->branch = "";
	return env->branch;
}

static int malformed(const struct condition *cond, struct err *err)
{
	struct err plain = *err;

	if (!cond->node)
		return err_prefix(err, "condition 'ref: %s'", cond->text);
	return node_error(err, cond->node, "%s", plain.msg);
}

static int ref_holds(struct condition_env *env, const struct condition *cond,
	bool *ret, struct err *err)
{
	const char *pattern = cond->text;
	struct glob *glob;

	if (!strcmp(branch(env), pattern)) {
		*ret = true;
		return 0;
	}
	if (glob_compile(env->arena, pattern, 0, &glob, err))
		return malformed(cond, err);
	*ret = glob_match(glob, env->branch, strlen(env->branch));
	return 0;
}

/* A ref on the remote: by its branch's or tag's name, or in full. */
static bool name_matches(const struct glob *glob, const char *name)
{
	static const char *const prefixes[] = { "refs/heads/", "refs/tags/" };

	if (glob_match(glob, name, strlen(name)))
		return true;
	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(prefixes[i]);

		if (!strncmp(name, prefixes[i], len) &&
			glob_match(glob, name + len, strlen(name + len)))
			return true;
	}
	return false;
}

/* To skip, all pushed refs must match, or a ref would pass unchecked beside
 * another; elsewhere one is enough. */
static int push_ref_holds(struct condition_env *env,
	const struct condition *cond, bool *ret, struct err *err)
{
	const struct push_opts *push;
	struct glob *glob;
	size_t matching = 0;

	if (!env->pushed)
		return 0;
	if (pushed_get(env->pushed, env->arena, &push, err))
		return err_prefix(err, "condition 'push_ref: %s'", cond->text);
	if (glob_compile(env->arena, cond->text, 0, &glob, err))
		return malformed(cond, err);
	if (push->by_hand) {
		*ret = name_matches(glob, branch(env));
		return 0;
	}
	for (size_t i = 0; i < push->refs.nr; i++)
		matching += name_matches(glob, push->refs.v[i].remote);
	*ret = matching && (!env->skipping || matching == push->refs.nr);
	return 0;
}

static int command_holds(
	struct condition_env *env, const char *text, bool *ret, struct err *err)
{
	AUTO_STRVEC vars = STRVEC_INIT;
	AUTO_STRVEC argv = STRVEC_INIT;
	struct cmd cmd = { .cwd = repo_worktree(env->repo) };
	int status;

	job_env_fill(env->repo, &vars);
	env_set(&vars, "LEFTHOOK", "0");
	env_set(&vars, "HOOKRUN", "0");
	strvec_push(&argv, "/bin/sh");
	strvec_push(&argv, "-c");
	strvec_push(&argv, text);
	cmd.argv = argv.v;
	cmd.env = vars.v;
	if (cmd_run(&cmd, &status, NULL, NULL, err))
		return err_prefix(err, "condition 'run: %s'", text);
	*ret = status == 0;
	return 0;
}

static int holds(struct condition_env *env, const struct condition *cond,
	bool *ret, struct err *err)
{
	switch (cond->kind) {
	case COND_TRUE:
	case COND_FALSE:
		*ret = cond->kind == COND_TRUE;
		return 0;
	case COND_STATE:
		*ret = state_holds(env, cond->text);
		return 0;
	case COND_REF:
		return ref_holds(env, cond, ret, err);
	case COND_PUSH_REF:
		return push_ref_holds(env, cond, ret, err);
	case COND_RUN:
		return command_holds(env, cond->text, ret, err);
	}
	return err_set(err, "unknown condition");
}

/* The first that holds or, where programs are not asked, that asks one. */
static int find_holding(struct condition_env *env,
	const struct conditions *list, const struct condition **ret,
	struct err *err)
{
	*ret = NULL;
	for (size_t i = 0; i < list->nr && !*ret; i++) {
		const struct condition *cond = &list->v[i];
		bool held = false;

		if (env->no_programs && cond->kind == COND_RUN)
			held = true;
		else if (holds(env, cond, &held, err))
			return -1;
		if (held)
			*ret = cond;
	}
	return 0;
}

/* What refs and states are compared with, in words. */
static const char *what_is_now(
	struct condition_env *env, const struct conditions *asked)
{
	bool ref = false, state = false;

	for (size_t i = 0; i < asked->nr; i++) {
		ref = ref || asked->v[i].kind == COND_REF;
		state = state || asked->v[i].kind == COND_STATE;
	}
	if (ref && *branch(env))
		return arena_printf(env->arena, "on '%s'", branch(env));
	if (ref)
		return "on no branch";
	if (!state)
		return NULL;
	return *state_word(env) ? arena_printf(env->arena, "during '%s'",
					  state_word(env))
				: "in no such state";
}

static void set_reason(struct condition_env *env, enum reason_kind kind,
	const char *key, const struct conditions *asked, struct reason *ret)
{
	*ret = (struct reason){ .kind = kind,
		.key = key,
		.value = kind == REASON_ONLY ? NULL : asked->v->text,
		.at = asked->node,
		.asked = *asked };
	/* of a state that holds all is said */
	if (kind == REASON_ONLY ||
		(kind == REASON_SKIP && asked->v->kind != COND_STATE))
		ret->now = what_is_now(env, asked);
}

/* One of `list`, which holds or has to be asked. */
static void set_one(struct condition_env *env, enum reason_kind kind,
	const char *key, const struct condition *cond, struct reason *ret)
{
	const struct conditions one = { cond, 1, cond->node };

	if (env->no_programs && cond->kind == COND_RUN)
		kind = REASON_ASKS_CONDITION;
	if (kind)
		set_reason(env, kind, key, &one, ret);
}

int condition_decide(struct condition_env *env, const struct conditions *skip,
	const struct conditions *only, struct reason *ret, struct err *err)
{
	struct reason reason = { 0 };
	const struct condition *cond;

	env->skipping = true;
	if (find_holding(env, skip, &cond, err))
		return -1;
	env->skipping = false;
	if (cond) {
		set_one(env, REASON_SKIP, "skip", cond, &reason);
	} else if (only->nr) {
		if (find_holding(env, only, &cond, err))
			return -1;
		if (cond)
			set_one(env, REASON_NONE, "only", cond, &reason);
		else
			set_reason(env, REASON_ONLY, "only", only, &reason);
	}
	*ret = reason;
	return 0;
}
