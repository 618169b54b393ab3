/*
 * Messages between two processes of one hookrun: a list of texts, any of which
 * may be missing (NULL).
 *
 *	frame_begin(&out);
 *	frame_add(&out, "open");
 *	frame_add(&out, NULL);
 *	frame_send(fd, &out, err);
 *
 * On the wire: the number of bytes that follow and the number of texts, both
 * as this machine writes a uint32_t; then each text as a byte 1, its bytes and
 * a NUL, or as a byte 0 where it is missing.
 */
#ifndef HOOKRUN_BASE_FRAME_H
#define HOOKRUN_BASE_FRAME_H

#include "hookrun/base/err.h"
#include "hookrun/base/strbuf.h"

#include <stdint.h>

#define FRAME_MAX_BYTES (32 << 20) /* of one message */

/* Empty `out` for the texts of the next message. */
void frame_begin(struct strbuf *out);
void frame_add(struct strbuf *out, const char *text);

/* Send it over the stream socket `fd`; -1 also where the other side is gone,
 * without a SIGPIPE. */
int frame_send(int fd, struct strbuf *out, struct err *err);

struct frame {
	struct strbuf data;
	const char **v; /* `nr` texts or NULLs, in `data` */
	size_t nr;
};

#define FRAME_INIT                                                             \
	{                                                                      \
		.data = STRBUF_INIT                                            \
	}
#define AUTO_FRAME __attribute__((cleanup(frame_release))) struct frame

/* Wait for a message until `deadline_ms` (of clock_now_ms(); negative: for
 * ever), into `frame`, whose former texts are gone.  1; 0 where the other side
 * has closed; -1 for a deadline that passed, a read that failed and whatever is
 * no message. */
int frame_receive(
	int fd, int64_t deadline_ms, struct frame *frame, struct err *err);

/* The text `i`, NULL also where there are fewer. */
const char *frame_text(const struct frame *frame, size_t i);

void frame_release(struct frame *frame); /* frees, leaves it initialised */

#endif
