/*
 * Templates that are none, or name no files where they stand.  `{staged_file}`
 * reaches the shell as it is, which runs the command on a file of that name;
 * `{staged_files}` in a hook after the commit makes a job that never runs.
 * Braces are common in shell text,
 * so only what is some letters away from a template is told, not what is near
 * `{files}` (`xargs -I{file}`), and nothing is refused.
 */
#include "config/check.h"

#include "config/source.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/words.h"
#include "hookrun/config/nearest.h"

#include <string.h>

static const char *const names[] = { "staged_files", "push_files", "all_files",
	"files", "deleted_files", "lefthook_job_name", NULL };

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz_"

/* What `name` was probably meant to be; NULL where it is a template, or like
 * none. */
static const char *meant(const struct check *check, const char *name)
{
	const struct node *own = node_get(check->merged, "templates");
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (const char *const *known = names; *known; known++) {
		if (!strcmp(name, *known))
			return NULL;
		if (strchr(*known, '_'))
			nearest_offer(&nearest, *known);
	}
	if (!own || own->kind != NODE_MAP)
		return nearest.best;
	node_each (template, own) {
		if (!strcmp(name, template->key))
			return NULL;
		nearest_offer(&nearest, template->key);
	}
	return nearest.best;
}

/* Hooks in which nothing is staged but by chance. */
static bool stages_nothing(const char *hook)
{
	return !strncmp(hook, "post-", 5) ||
	       words_have("pre-push|pre-rebase|pre-auto-gc|pre-receive|update|"
			  "reference-transaction|push-to-checkout|proc-receive|"
			  "fsmonitor-watchman|sendemail-validate",
		       hook);
}

static bool is_own(const struct check *check, const char *name)
{
	return node_get(node_get(check->merged, "templates"), name);
}

/* A template that is one, but mostly empty in this hook. */
static void check_use(struct check *check, const struct node *node,
	const char *name, bool has_files, const char *what)
{
	bool push = !strcmp(check->hook, "pre-push");

	if (is_own(check, name))
		return;
	if (!strcmp(name, "files") && !has_files && check->worktree)
		problem_warn(check->problems, AT_KEY, node,
			"'{files}' in %s has no 'files' command: the job is "
			"skipped unless files are named by hand",
			what);
	if ((!strcmp(name, "staged_files") && stages_nothing(check->hook)) ||
		(!strcmp(name, "deleted_files") && !push &&
			stages_nothing(check->hook)))
		problem_warn(check->problems, AT_KEY, node,
			"'{%s}' in %s: in '%s' nothing is staged as a rule, "
			"and the job is skipped then (%s)",
			name, what, check->hook,
			push ? "did you mean '{push_files}'?"
			     : "a 'files' command can name others, for "
			       "'{files}'");
}

static void check_name(struct check *check, const struct node *node,
	const char *name, bool has_files, const char *what)
{
	const char *best = meant(check, name);

	if (best)
		problem_warn(check->problems, AT_KEY, node,
			"'{%s}' in %s is no template (did you mean '{%s}'?)",
			source_brief(check->arena, name), what, best);
	else
		check_use(check, node, name, has_files, what);
}

/* Each name once in a text. */
static void check_text(struct check *check, const struct node *node,
	bool has_files, const char *what)
{
	AUTO_STRVEC seen = STRVEC_INIT;

	for (const char *pos = node->str; (pos = strchr(pos, '{')); pos++) {
		size_t len = strspn(pos + 1, NAME_BYTES);
		const char *name;

		if (!len || pos[1 + len] != '}' ||
			(pos > node->str && strchr("$\\", pos[-1])))
			continue;
		name = arena_strndup(check->arena, pos + 1, len);
		if (strvec_has(&seen, name))
			continue;
		strvec_push(&seen, name);
		check_name(check, node, name, has_files, what);
	}
}

void check_templates(
	struct check *check, const struct node *job, const char *what)
{
	const char *const keys[] = { "run", "args" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const struct node *text = node_get(job, keys[i]);
		const char *files;

		if (!text || !text->str || !strchr(text->str, '{'))
			continue;
		files = node_str(job, "files");
		check_text(check, text, check->has_files || (files && *files),
			what);
	}
}
