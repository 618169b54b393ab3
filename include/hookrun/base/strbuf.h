/*
 * struct strbuf: a byte string that grows, always NUL-terminated, with an
 * optional ceiling.  Initialise with STRBUF_INIT; release with
 * strbuf_release(), or declare it AUTO_STRBUF.
 */
#ifndef HOOKRUN_BASE_STRBUF_H
#define HOOKRUN_BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct strbuf {
	char *buf;  /* never NULL; buf[len] is NUL; may hold NULs inside */
	size_t len; /* bytes */
	size_t cap; /* bytes allocated; 0 while buf is the shared empty text */
};

extern char strbuf_empty[1];
#define STRBUF_INIT                                                            \
	{                                                                      \
		.buf = strbuf_empty                                            \
	}
#define AUTO_STRBUF __attribute__((cleanup(strbuf_release))) struct strbuf

void strbuf_init(struct strbuf *sb);
void strbuf_release(struct strbuf *sb); /* frees, leaves it initialised */
void strbuf_reset(struct strbuf *sb);	/* empties, keeps the memory */

/* Take the text away: malloc'd, NUL-terminated, the caller frees it. */
char *strbuf_detach(struct strbuf *sb, size_t *ret_len);

void strbuf_grow(struct strbuf *sb, size_t extra);
void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_addstr(struct strbuf *sb, const char *str);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

void strbuf_setlen(struct strbuf *sb, size_t len); /* shorten only */
void strbuf_rtrim(struct strbuf *sb);		   /* white space at the end */

/* Insert or replace: `cut` bytes at `pos` become `len` bytes of `data`. */
void strbuf_splice(struct strbuf *sb, size_t pos, size_t cut, const void *data,
	size_t len);

/* Read once from `fd`, up to `max` bytes, retrying EINTR; as read(2). */
ssize_t strbuf_read_once(struct strbuf *sb, int fd, size_t max);

/* `text` with its control characters, which may drive a terminal, written as
 * escapes; line breaks and tabs stay where `lines` is set. */
void strbuf_add_printable(struct strbuf *out, const char *text, bool lines);

#endif
