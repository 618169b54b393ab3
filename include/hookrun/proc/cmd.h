/*
 * One command run to its end with its output captured: git commands, `files`
 * commands, conditions.  Never used for jobs.
 */
#ifndef HOOKRUN_PROC_CMD_H
#define HOOKRUN_PROC_CMD_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define CMD_OUT_MAX (256 * 1024 * 1024) /* bytes; more is an error */

struct cmd {
	char *const *argv; /* NULL-terminated */
	char *const *env;  /* NULL: env_clean() */
	const char *cwd;   /* NULL: ours */
	const void *in;	   /* bytes for its stdin; NULL: /dev/null */
	size_t in_len;
	int timeout_ms;	     /* 0: 60 s; the whole tree is ended then */
	bool inherit_stderr; /* leave stderr where ours goes */
	int out_fd; /* where its stdout goes instead of `out`; 0: nowhere */
};

/* Run; -1 only where it could not be started, timed out, or printed too much.
 * `ret_status` as child_status(); `out` and `errout` (either may be NULL) are
 * appended to. */
int cmd_run(const struct cmd *cmd, int *ret_status, struct strbuf *out,
	struct strbuf *errout, struct err *err);

#endif
