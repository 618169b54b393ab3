/*
 * A commit was checked where pre-commit has passed for its tree: whoever only
 * changes the message has nothing to check again, and after --no-verify,
 * HOOKRUN=0, or while another tool has the hooks, there is no such tree.
 */
#include "cli/checked.h"

#include "hookrun/runner/recording.h"

#define RUNS_MAX 100000

int checked_read(struct checked *checked, struct repo *repo, struct err *err)
{
	struct recordings runs;

	*checked = (struct checked){ .trees = KEYMAP_INIT };
	if (recordings_read(repo_commondir(repo), &checked->arena, "pre-commit",
		    RUNS_MAX, &runs, err))
		return -1;
	for (size_t i = 0; i < runs.nr; i++)
		for (const char **tree = runs.v[i].trees; *tree; tree++)
			keymap_put(&checked->trees, *tree, &checked->trees);
	if (runs.nr)
		checked->since_ms = runs.v[runs.nr - 1].date_ms;
	return 0;
}

void checked_release(struct checked *checked)
{
	keymap_release(&checked->trees);
	arena_release(&checked->arena);
}

bool checked_has(const struct checked *checked, const char *tree)
{
	return keymap_get(&checked->trees, tree);
}
