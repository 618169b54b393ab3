/*
 * What the word under the cursor may become.
 */
#ifndef HOOKRUN_CLI_CANDIDATES_H
#define HOOKRUN_CLI_CANDIDATES_H

#include "hookrun/base/strvec.h"

#include <stdbool.h>

struct command;

/* A command line up to the cursor; the texts are the caller's. */
struct line {
	const struct command *commands; /* all, see args.c */
	const struct command *command;	/* the one it begins with */
	struct strvec words;		/* before the cursor, no options */
	const char *current;		/* the word under the cursor */
	/* How many bytes of it stand before what is looked for: "--option=",
	 * or the members of a list that are there already. */
	size_t before;
	bool in_list;
	size_t list;	     /* where that begins in `current` */
	struct strvec found; /* what `current` may become, each once */
	bool files;	     /* and the names of files, after `before` */
};

/* Add what `words` stand for, as the synopsis of a command and the values of
 * its options are written: "JOB|FILE", "on|off|auto", "KEY=VALUE". */
void candidates_offer(struct line *line, const char *words);

#endif
