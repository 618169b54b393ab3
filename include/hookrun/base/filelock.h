/*
 * A lock on a file: whoever holds it may be killed in any way and the kernel
 * gives it back, so that no lock has to be judged stale.
 */
#ifndef HOOKRUN_BASE_FILELOCK_H
#define HOOKRUN_BASE_FILELOCK_H

#include "hookrun/base/err.h"

/* Open (or create) `path`, whose folder exists, and lock it by flock(2): who is
 * forked holds it too.  The descriptor, which closing unlocks; -2 where
 * somebody else still has it after `timeout_ms`; -1 on error. */
int filelock(const char *path, int timeout_ms, struct err *err);

/* The same without waiting, by fcntl(2): it is this process's alone, and ends
 * with it whoever was forked.  Both kinds on one file do not see each other. */
int filelock_alone(const char *path, struct err *err);

#endif
