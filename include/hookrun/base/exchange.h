/*
 * Two names of one file system change places in one step.
 */
#ifndef HOOKRUN_BASE_EXCHANGE_H
#define HOOKRUN_BASE_EXCHANGE_H

/* What is at `a` is at `b` then, and the other way round.  -1 with errno;
 * EINVAL or ENOSYS where this file system or this system has no such step:
 * nothing has changed then, and the caller has a longer way. */
int exchange_files(const char *a, const char *b);

/* rename(2), but EEXIST where there is something at `to`.  -1 as above. */
int exchange_free(const char *from, const char *to);

#endif
