/*
 * Hooks of other repositories that pre-commit's users share: what each runs, on
 * which files.
 */
#ifndef IMPORT_KNOWN_H
#define IMPORT_KNOWN_H

#include <stdbool.h>

struct known_hook {
	const char *repos; /* last parts of its addresses, between '|' */
	const char *id;
	const char
		*entry;	  /* the command, with the arguments that are its own */
	const char *args; /* those that the user's `args` replace */
	const char *types;    /* all of these */
	const char *types_or; /* and one of these */
	const char *files;    /* and this expression */
	const char *stage;    /* NULL: any */
	const char *from;     /* where its program comes from */
	bool no_names;	      /* is given no files */
	bool always;	      /* runs without any too */
};

/* The hook `id` of the repository at the address `repo`, or NULL. */
const struct known_hook *known_find(const char *repo, const char *id);

#endif
