/* Questions on the user's terminal. */
#ifndef HOOKRUN_RUNNER_ASK_H
#define HOOKRUN_RUNNER_ASK_H

#include <stdbool.h>

struct step_ctx;

/* Write `question` and " [y/N] " to the terminal, read a line.  False also at
 * end of file, after 5 minutes, and where `tty_fd` is -1. */
bool ask_yes(const struct step_ctx *ctx, const char *question);

#endif
