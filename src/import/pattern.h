/* Regular expressions of pre-commit, for keys that take globs. */
#ifndef IMPORT_PATTERN_H
#define IMPORT_PATTERN_H

#include "import/recipe.h"

/* Append globs that match just the paths in which `regex` (Python's, as
 * re.search takes it) finds something, by gobwas's rules where '*' crosses '/'.
 * False where globs cannot say it: nothing is appended. */
bool pattern_globs(struct recipe *recipe, const char *regex, struct words *ret);

/* The same expression in one line, in the arena: (?x) leaves out blanks and
 * comments. */
const char *pattern_one_line(struct recipe *recipe, const char *regex);

#endif
