/*
 * Commands that need no shell.
 */
#ifndef RUNNER_DIRECT_H
#define RUNNER_DIRECT_H

#include "hookrun/base/strvec.h"

#include <stdbool.h>

/* Whether sh would do nothing with `command` but split it into words and start
 * the first; then the words are pushed to `ret_argv`. */
bool direct_argv(const char *command, struct strvec *ret_argv);

#endif
