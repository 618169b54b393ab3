/*
 * Which maps of keys may stand below which key.  Putting a file into shape,
 * checking, merging and dumping it are four walks over the same nesting; what
 * nests in what is said here, so that a new place for jobs is one row and none
 * of the walks can pass it over.  `with` is not among them: its options depend
 * on the value of another key.
 */
#include "config/grammar.h"

#include <string.h>

const struct nest grammar_nests[] = {
	{ "jobs", NEST_LIST, PLACE_JOB, true, "job" },
	{ "commands", NEST_NAMED, PLACE_COMMAND, true, "command" },
	{ "scripts", NEST_NAMED, PLACE_SCRIPT, true, "script" },
	{ "group", NEST_ONE, PLACE_GROUP, false, "the group" },
	{ "setup", NEST_LIST, PLACE_SETUP, false, "command of 'setup'" },
	{ "remotes", NEST_LIST, PLACE_REMOTE, false, "remote" },
	{ NULL, NEST_ONE, PLACE_TOP, false, NULL },
};

const char *const grammar_kinds[] = { "run", "script", "group", "uses", NULL };

/* Keys of a command that a step would pass over without a word. */
const char *const grammar_not_of_steps[] = { "runner", "args", "use_stdin",
	"interactive", "stage_fixed", "retry", "checkout", "shell", NULL };

/* A group has its own results to try again, and no folder. */
const char *const grammar_not_of_groups[] = { "retry", "checkout", NULL };

const struct nest *grammar_below(const char *key)
{
	for (const struct nest *nest = grammar_nests; nest->key; nest++)
		if (!strcmp(nest->key, key))
			return nest;
	return NULL;
}

bool grammar_has_jobs(const struct node *map)
{
	for (const struct nest *nest = grammar_nests; nest->key; nest++)
		if (nest->jobs && node_get(map, nest->key))
			return true;
	return false;
}
