/*
 * Growing byte strings.  An empty one points at a shared NUL, so that the text
 * can be used as a C string at any time and an unused buffer costs nothing.
 */
#include "hookrun/base/strbuf.h"

#include "hookrun/base/alloc.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#define FIRST_ROOM 64 /* most are paths and lines: one allocation each */

char strbuf_empty[1];

void strbuf_init(struct strbuf *sb)
{
	sb->buf = strbuf_empty;
	sb->len = sb->cap = 0;
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->cap)
		free(sb->buf);
	strbuf_init(sb);
}

void strbuf_reset(struct strbuf *sb)
{
	if (sb->cap)
		strbuf_setlen(sb, 0);
}

char *strbuf_detach(struct strbuf *sb, size_t *ret_len)
{
	char *text;

	strbuf_grow(sb, 0);
	text = sb->buf;
	if (ret_len)
		*ret_len = sb->len;
	strbuf_init(sb);
	return text;
}

void strbuf_grow(struct strbuf *sb, size_t extra)
{
	char *buf = sb->cap ? sb->buf : NULL;
	size_t want = sb->len + extra + 1;

	if (sb->cap >= want)
		return;
	if (!buf && want < FIRST_ROOM)
		want = FIRST_ROOM;
	xgrow(&buf, &sb->cap, want, 1);
	sb->buf = buf;
	sb->buf[sb->len] = '\0';
}

void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	if (!len)
		return;
	strbuf_grow(sb, len);
	memcpy(sb->buf + sb->len, data, len);
	strbuf_setlen(sb, sb->len + len);
}

void strbuf_addstr(struct strbuf *sb, const char *str)
{
	strbuf_add(sb, str, strlen(str));
}

void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

/* Nearly always there is room, and the text is not made a second time. */
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	char first[FIRST_ROOM];
	char *text = sb->cap ? sb->buf + sb->len : first;
	size_t room = sb->cap ? sb->cap - sb->len : sizeof(first);
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(text, room, fmt, again);
	va_end(again);
	if (len <= 0) {
		strbuf_setlen(sb, sb->len);
	} else if ((size_t)len >= room) {
		strbuf_grow(sb, (size_t)len);
		vsnprintf(sb->buf + sb->len, (size_t)len + 1, fmt, ap);
		sb->len += (size_t)len;
	} else if (text == first) {
		strbuf_add(sb, text, (size_t)len);
	} else {
		sb->len += (size_t)len;
	}
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_setlen(struct strbuf *sb, size_t len)
{
	sb->len = len;
	if (sb->cap)
		sb->buf[len] = '\0';
}

void strbuf_rtrim(struct strbuf *sb)
{
	size_t len = sb->len;

	while (len && isspace((unsigned char)sb->buf[len - 1]))
		len--;
	strbuf_setlen(sb, len);
}

void strbuf_splice(
	struct strbuf *sb, size_t pos, size_t cut, const void *data, size_t len)
{
	size_t tail = sb->len - pos - cut;

	strbuf_grow(sb, len);
	memmove(sb->buf + pos + len, sb->buf + pos + cut, tail);
	if (len)
		memcpy(sb->buf + pos, data, len);
	strbuf_setlen(sb, pos + len + tail);
}

ssize_t strbuf_read_once(struct strbuf *sb, int fd, size_t max)
{
	ssize_t got;

	strbuf_grow(sb, max);
	do
		got = read(fd, sb->buf + sb->len, max);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		strbuf_setlen(sb, sb->len + (size_t)got);
	return got;
}

static bool is_control(const unsigned char *p)
{
	/* 0xc2 0x80..0x9f are the C1 controls, some terminals obey them */
	return *p < 0x20 || *p == 0x7f ||
	       (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0);
}

void strbuf_add_printable(struct strbuf *out, const char *text, bool lines)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (lines && (*p == '\n' || *p == '\t'))
			strbuf_addch(out, (char)*p);
		else if (*p == '\n')
			strbuf_addstr(out, "\\n");
		else if (*p == '\t')
			strbuf_addstr(out, "\\t");
		else if (!is_control(p))
			strbuf_addch(out, (char)*p);
		else
			strbuf_addf(out, "\\x%02x", *p == 0xc2 ? *++p : *p);
	}
}
