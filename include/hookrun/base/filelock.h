/*
 * A lock on a file, by flock(2): whoever holds it may be killed in any way and
 * the kernel gives it back, so that no lock has to be judged stale.
 */
#ifndef HOOKRUN_BASE_FILELOCK_H
#define HOOKRUN_BASE_FILELOCK_H

#include "hookrun/base/err.h"

/* Open (or create) `path`, whose folder exists, and lock it.  The descriptor,
 * which closing unlocks; -2 where somebody else still has it after
 * `timeout_ms`; -1 on error. */
int filelock(const char *path, int timeout_ms, struct err *err);

#endif
