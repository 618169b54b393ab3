/*
 * The other tools' configurations.  Each reads its file below `top` and adds
 * to the recipe: 1, 0 where it has no file, -1 where that cannot be read.
 */
#ifndef IMPORT_SOURCES_H
#define IMPORT_SOURCES_H

#include "import/recipe.h"

int import_pre_commit(struct recipe *recipe, const char *top, struct err *err);
/* husky's hook files, and "husky" of version 4 in package.json.  Where a line
 * calls lint-staged, what that would run is put in its place. */
int import_husky(struct recipe *recipe, const char *top, struct err *err);
int import_simple_git_hooks(
	struct recipe *recipe, const char *top, struct err *err);
/* Adds to pre-commit, where it is not there already. */
int import_lint_staged(struct recipe *recipe, const char *top, struct err *err);
/* Whether `command` does nothing but call lint-staged. */
bool import_calls_lint_staged(const char *command);
int import_overcommit(struct recipe *recipe, const char *top, struct err *err);

/* What they share: the text of a file below `top` (1, 0 there is none, -1), and
 * the same read by its ending; NULL in `ret` where there is none. */
int import_text(
	const char *top, const char *name, struct strbuf *ret, struct err *err);
int import_read(struct recipe *recipe, const char *top, const char *name,
	struct node **ret, struct err *err);

/* A command as a hook file of sh has it: $1 becomes {1}, "$@" {0}. */
const char *import_command(struct recipe *recipe, const char *text);

#endif
