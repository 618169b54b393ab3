/*
 * struct capture: a job's output, in memory up to CAPTURE_MEMORY bytes and
 * beyond that in an unlinked temporary file, so that a job that prints
 * gigabytes costs constant memory.
 */
#ifndef HOOKRUN_PROC_CAPTURE_H
#define HOOKRUN_PROC_CAPTURE_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

#define CAPTURE_MEMORY (1 << 20)
#define CAPTURE_MAX (INT64_C(4) << 30) /* bytes; the rest is dropped */

struct capture {
	struct strbuf memory; /* the first bytes */
	int spill_fd;	      /* the rest; -1: none */
	int64_t size;	      /* bytes in all that are kept */
	char last;	      /* the last byte, for "ends with a line break" */
	bool broken;	      /* disk full or CAPTURE_MAX: no tail */
	int error;	      /* and why, as errno */
};

#define CAPTURE_INIT                                                           \
	{                                                                      \
		.memory = STRBUF_INIT, .spill_fd = -1                          \
	}

void capture_add(struct capture *capture, const void *data, size_t len);
int capture_write(struct capture *capture, int fd); /* all of it, in order */
/* Append its last bytes, at most `max`; -1 where they cannot be read. */
int capture_tail(const struct capture *capture, size_t max, struct strbuf *out);
void capture_release(struct capture *capture);

#endif
