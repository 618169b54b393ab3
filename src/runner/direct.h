/*
 * Commands that need no shell.
 */
#ifndef RUNNER_DIRECT_H
#define RUNNER_DIRECT_H

#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <stdbool.h>

/* Whether sh would do nothing with `command` but split it into words and start
 * the first; then `ret_argv`, empty before, borrows the words from `text`. */
bool direct_argv(
	const char *command, struct strbuf *text, struct strvec *ret_argv);

/* Whether the shell knows the word itself, or has a command of that name. */
bool direct_is_shell_word(const char *word);

#endif
