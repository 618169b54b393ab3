/*
 * Who has called us: which git command, and which program called git.
 */
#ifndef HOOKRUN_PROC_CALLER_H
#define HOOKRUN_PROC_CALLER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define CALLER_WORD_MAX 64

struct caller {
	char command[CALLER_WORD_MAX]; /* "commit"; "": git has not */
	char program[PATH_MAX];	       /* "/usr/share/code/code"; "": unknown */
};

/* What can be known of it; `program` only where it is asked for.  Of the
 * command line nothing is kept but the command: a URL may have a password. */
void caller_find(struct caller *ret, bool want_program);

/* The command among git's words, "" where there is none; for caller_find() and
 * its test.  `args` is as process_words() has it: each word with its NUL. */
void caller_git_command(
	const char *args, size_t len, char ret[CALLER_WORD_MAX]);

#endif
