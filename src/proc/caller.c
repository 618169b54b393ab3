/*
 * The hook file has become hookrun, so that git is the parent, and whoever
 * called git is the parent's parent.  Git itself tells hooks next to nothing:
 * GIT_REFLOG_ACTION is there during some commands only.
 */
#include "hookrun/proc/caller.h"

#include "hookrun/base/words.h"
#include "hookrun/proc/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGS_MAX 1024 /* bytes of a command line that are looked at */

/* git's options that have their value in the next word. */
static bool has_value(const char *option)
{
	return words_have("-c|-C|--git-dir|--work-tree|--namespace|"
			  "--config-env|--super-prefix|--attr-source",
		option);
}

static const char *name_of(const char *program)
{
	const char *slash = strrchr(program, '/');

	return slash ? slash + 1 : program;
}

/* The words end in a NUL, also one that was cut. */
void caller_git_command(const char *args, size_t len, char ret[CALLER_WORD_MAX])
{
	const char *end = args + len, *word = args;

	*ret = '\0';
	if (!len || strcmp(name_of(args), "git") != 0)
		return;
	for (word += strlen(word) + 1; word < end; word += strlen(word) + 1) {
		if (*word != '-') {
			snprintf(ret, CALLER_WORD_MAX, "%s", word);
			return;
		}
		if (has_value(word))
			word += strlen(word) + 1;
		if (word >= end)
			return;
	}
}

void caller_find(struct caller *ret, bool want_program)
{
	pid_t pid = getppid(), parent;
	char args[ARGS_MAX];
	size_t len;

	*ret = (struct caller){ .command = "" };
	if (!want_program) {
		len = process_words(pid, args, sizeof(args));
		caller_git_command(args, len, ret->command);
		return;
	}
	len = process_words_and_parent(pid, args, sizeof(args), &parent);
	caller_git_command(args, len, ret->command);
	if (*ret->command)
		pid = parent;
	if (pid > 0)
		process_program(pid, ret->program);
}
