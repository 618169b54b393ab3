/*
 * A program that takes our place for a while: it has our output and our
 * environment, and Ctrl-C is for it.  For the hooks of others and git-lfs; jobs
 * are tasks.
 */
#ifndef HOOKRUN_PROC_FOREGROUND_H
#define HOOKRUN_PROC_FOREGROUND_H

#include "hookrun/base/err.h"

#include <stddef.h>

struct foreground {
	char *const *argv; /* NULL-terminated */
	char *const *env;
	const char *cwd; /* NULL: ours */
	const void *in;	 /* bytes for its stdin; NULL: it has ours */
	size_t in_len;
};

/* Run it to its end, however long that takes; -1 only where it could not be
 * started.  `ret_status` as child_status(). */
int foreground_run(
	const struct foreground *fg, int *ret_status, struct err *err);

#endif
