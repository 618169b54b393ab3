/* ps(1), where the kernel itself tells nothing. */
#ifndef PROC_PS_H
#define PROC_PS_H

#include "hookrun/base/strbuf.h"

#include <sys/types.h>

/* Append what ps prints for these options.  The pid that it had, or -1 where it
 * cannot be run or fails. */
pid_t ps_read(const char *const *options, struct strbuf *out);

#endif
