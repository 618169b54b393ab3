/*
 * One after the other: a repository often has two, husky to call lint-staged
 * or pre-commit.  pre-commit comes first, since its expressions need globs that
 * cross slashes, and only one kind of glob can be in a file.
 */
#include "hookrun/import/import.h"

#include "import/sources.h"

#include "hookrun/base/alloc.h"

static const struct {
	const char *name;
	int (*read)(struct recipe *recipe, const char *top, struct err *err);
} tools[] = {
	{ "pre-commit", import_pre_commit },
	{ "overcommit", import_overcommit },
	{ "husky", import_husky },
	{ "simple-git-hooks", import_simple_git_hooks },
	{ "lint-staged", import_lint_staged },
};

/* What was in `all` and the notes of the recipe. */
static void conclude(const struct recipe *recipe, struct imported *ret)
{
	AUTO_STRBUF head = STRBUF_INIT;

	for (size_t i = 0; i < recipe->notes.nr; i++)
		strvec_push(&ret->left, recipe->notes.v[i]);
	ret->njobs = recipe->njobs;
	if (!recipe->njobs)
		return;
	strbuf_addstr(&head, "Taken over from ");
	for (size_t i = 0; i < ret->sources.nr; i++)
		strbuf_addf(&head, "%s%s", i ? ", " : "", ret->sources.v[i]);
	strbuf_addstr(&head, " by hookrun import.\n");
	if (recipe->notes.nr)
		strbuf_addstr(&head, "\nNot taken over:\n");
	for (size_t i = 0; i < recipe->notes.nr; i++)
		strbuf_addf(&head, "  %s\n", recipe->notes.v[i]);
	recipe_write(recipe, head.buf, &ret->text);
}

int import_all(const char *top, struct imported *ret, struct err *err)
{
	AUTO_ARENA arena = ARENA_INIT;
	struct recipe recipe;
	int found = 0;

	recipe_init(&recipe, &arena);
	for (size_t i = 0; found >= 0 && i < ARRAY_SIZE(tools); i++) {
		found = tools[i].read(&recipe, top, err);
		if (found > 0)
			strvec_push(&ret->sources, tools[i].name);
	}
	if (found >= 0)
		conclude(&recipe, ret);
	recipe_release(&recipe);
	return found < 0 ? -1 : 0;
}

void imported_release(struct imported *imported)
{
	strvec_release(&imported->sources);
	strbuf_release(&imported->text);
	strvec_release(&imported->left);
}
