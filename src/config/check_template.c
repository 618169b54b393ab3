/*
 * Templates that are none.  `{staged_file}` reaches the shell as it is, which
 * runs the command on a file of that name.  Braces are common in shell text,
 * so only what is some letters away from a template is told, not what is near
 * `{files}` (`xargs -I{file}`), and nothing is refused.
 */
#include "config/check.h"

#include "config/source.h"
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

static void check_text(
	struct check *check, const struct node *node, const char *what)
{
	if (!node || !node->str)
		return;
	for (const char *pos = node->str; (pos = strchr(pos, '{')); pos++) {
		size_t len = strspn(pos + 1, NAME_BYTES);
		const char *name, *best;

		if (!len || pos[1 + len] != '}' ||
			(pos > node->str && strchr("$\\", pos[-1])))
			continue;
		name = arena_strndup(check->arena, pos + 1, len);
		best = meant(check, name);
		if (best)
			problem_warn(check->problems, AT_KEY, node,
				"'{%s}' in %s is no template (did you mean "
				"'{%s}'?)",
				source_brief(check->arena, name), what, best);
	}
}

void check_templates(
	struct check *check, const struct node *job, const char *what)
{
	check_text(check, node_get(job, "run"), what);
	check_text(check, node_get(job, "args"), what);
}
