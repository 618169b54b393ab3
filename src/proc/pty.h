/* A pseudo terminal for the output of a task. */
#ifndef HOOKRUN_PROC_PTY_H
#define HOOKRUN_PROC_PTY_H

/* The end that we read and the end that the job writes to, both close on
 * exec; -1 where the system has none to give. */
int pty_open(int *ret_ours, int *ret_theirs);

/* Give it the size of the terminal on our stdout, if that is one. */
void pty_copy_size(int fd);

#endif
