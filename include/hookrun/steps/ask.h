/* Questions on the user's terminal. */
#ifndef HOOKRUN_STEPS_ASK_H
#define HOOKRUN_STEPS_ASK_H

#include <stdbool.h>

/* Write `question` and " [y/N] " to the terminal, read a line.  False also at
 * end of file, after 5 minutes, and where `tty_fd` is -1. */
bool ask_yes(int tty_fd, const char *question);

#endif
