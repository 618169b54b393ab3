/*
 * A time in which a signal may not end us, since something has to be put back
 * first: INT, TERM, HUP and QUIT are noted, a broken pipe is an error of
 * write(2).  The loop takes over while it runs.
 */
#ifndef HOOKRUN_PROC_INTERRUPT_H
#define HOOKRUN_PROC_INTERRUPT_H

#include <stdbool.h>

void interrupt_hold(void);
/* The first signal that came since, also after the release; 0: none. */
int interrupt_noted(void);
void interrupt_release(void);

/* Commands (cmd_run()) end at a noted signal, but not while it is deferred:
 * what puts things back must come to its end. */
void interrupt_defer(bool on);
bool interrupt_ends_commands(void);

#endif
