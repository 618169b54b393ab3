/*
 * What we use of GNU's C library and POSIX does not have, or has only had since
 * 2024.  The Makefile includes this file into every unit of such a port.  The
 * names are defined anew also where the library has them, so that what is here
 * is tried wherever it can be.
 */
#ifndef HOOKRUN_BASE_LIBC_POSIX_H
#define HOOKRUN_BASE_LIBC_POSIX_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define memrchr libc_memrchr
#define strchrnul libc_strchrnul
#define pipe2 libc_pipe2

void *libc_memrchr(const void *bytes, int wanted, size_t len);
char *libc_strchrnul(const char *text, int wanted);

/* O_CLOEXEC and O_NONBLOCK, not in one step with the pipe: we have no threads
 * that could fork in between. */
int libc_pipe2(int fds[2], int flags);

/* To look names up below a folder, which has to be readable then. */
#undef O_PATH
#define O_PATH O_RDONLY

#endif
