/*
 * The names of the hooks that git itself calls, from githooks(5) of git 2.39.
 */
#ifndef HOOKRUN_BASE_HOOKNAME_H
#define HOOKRUN_BASE_HOOKNAME_H

#include <stdbool.h>

extern const char *const hookname_all[]; /* NULL-ended */

bool hookname_is_git(const char *name);

#endif
