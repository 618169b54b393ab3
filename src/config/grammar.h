/* Where maps of keys stand below keys: jobs in hooks and groups, and so on. */
#ifndef CONFIG_GRAMMAR_H
#define CONFIG_GRAMMAR_H

#include "hookrun/config/keys.h"

struct nest {
	const char *key; /* below which it is */
	enum nest_form {
		NEST_ONE,   /* one map */
		NEST_LIST,  /* a list of maps */
		NEST_NAMED, /* a map of names, each with a map */
	} form;
	enum key_place place; /* of the keys of each such map */
	bool jobs;	      /* each of them is a job */
	const char *noun;     /* what messages call one */
};

extern const struct nest grammar_nests[]; /* ended by a NULL key */

/* What stands below a key of that name, or NULL. */
const struct nest *grammar_below(const char *key);

/* What a job does: one of these keys.  And those that have no meaning beside
 * `uses`, or `group`; all NULL-ended. */
extern const char *const grammar_kinds[],
	*const grammar_not_of_steps[], *const grammar_not_of_groups[];

/* Whether a map has anything that could run: then it is a hook, whatever its
 * name. */
bool grammar_has_jobs(const struct node *map);

#endif
