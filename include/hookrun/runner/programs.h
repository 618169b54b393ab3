/*
 * Which programs a command starts, as far as its text tells.
 */
#ifndef HOOKRUN_RUNNER_PROGRAMS_H
#define HOOKRUN_RUNNER_PROGRAMS_H

#include "hookrun/base/strvec.h"

/* Push to `ret`, once each, the programs without which the shell command `text`
 * would surely fail, as they are written there.  What the shell knows itself,
 * what is named by a variable or a template, what may fail (`x || y`) and all
 * behind what changes the meaning of names (a function, `case`, `command -v`)
 * is left out: too few are named rather than one too many. */
void programs_of(const char *text, struct strvec *ret);

#endif
