/*
 * What the child of a step has to say while it works.  Its output comes when it
 * is done; the user's terminal is there at once, and so are the lines that are
 * drawn on it, which make way.
 */
#ifndef HOOKRUN_RUNNER_ASK_H
#define HOOKRUN_RUNNER_ASK_H

#include <stdbool.h>

struct step_ctx;

/* What it does now, for its line: "3/8 add_owner.rb".  False: it has none. */
bool step_doing(const struct step_ctx *ctx, const char *text);

/* Write `text` and a line's end to the terminal, where there is one. */
void step_tell(const struct step_ctx *ctx, const char *text);

/* Write `question` and " [y/N] " to the terminal, read a line.  False also at
 * end of file, after 5 minutes, and where `tty_fd` is -1. */
bool ask_yes(const struct step_ctx *ctx, const char *question);

#endif
