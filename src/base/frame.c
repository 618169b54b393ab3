/*
 * The texts stay where they arrived: each ends with a NUL on the wire, so that
 * the receiver has only to point at them.  Both sides are the same build on the
 * same machine, but one of them runs libraries that are not ours, so what
 * arrives is checked like anything from outside.
 */
#include "hookrun/base/frame.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define READ_MAX 65536

struct header {
	uint32_t bytes, texts;
};

void frame_begin(struct strbuf *out)
{
	struct header header = { 0 };

	strbuf_reset(out);
	strbuf_add(out, &header, sizeof(header));
}

void frame_add(struct strbuf *out, const char *text)
{
	struct header header;

	strbuf_addch(out, text ? 1 : 0);
	if (text)
		strbuf_add(out, text, strlen(text) + 1);
	memcpy(&header, out->buf, sizeof(header));
	header.texts++;
	memcpy(out->buf, &header, sizeof(header));
}

int frame_send(int fd, struct strbuf *out, struct err *err)
{
	struct header header;
	size_t sent = 0;

	if (out->len - sizeof(header) > FRAME_MAX_BYTES)
		return err_set(
			err, "a message of over %d bytes", FRAME_MAX_BYTES);
	memcpy(&header, out->buf, sizeof(header));
	header.bytes = (uint32_t)(out->len - sizeof(header));
	memcpy(out->buf, &header, sizeof(header));
	while (sent < out->len) {
		ssize_t n = send(
			fd, out->buf + sent, out->len - sent, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return err_errno(err, "cannot send a message");
		if (n > 0)
			sent += (size_t)n;
	}
	return 0;
}

/* 1 there is something to read, -1 with the deadline passed. */
static int await_bytes(int fd, int64_t deadline_ms, struct err *err)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	for (;;) {
		int left = deadline_ms < 0 ? -1 : clock_left_ms(deadline_ms);
		int n = left ? poll(&pfd, 1, left) : 0;

		if (n > 0)
			return 1;
		if (n == 0)
			return err_set(err, "no answer in time");
		if (errno != EINTR)
			return err_errno(err, "cannot wait for a message");
	}
}

/* Until `want` bytes are there: 1, 0 at the end of the stream, -1. */
static int read_to(int fd, int64_t deadline_ms, struct strbuf *data,
	size_t want, struct err *err)
{
	while (data->len < want) {
		size_t left = want - data->len;
		ssize_t n;

		if (await_bytes(fd, deadline_ms, err) < 0)
			return -1;
		n = strbuf_read_once(
			data, fd, left < READ_MAX ? left : READ_MAX);
		/* Reset: it closed with a message of ours still unread. */
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return 0;
		if (n < 0)
			return err_errno(err, "cannot read a message");
	}
	return 1;
}

static int bad_message(struct err *err)
{
	return err_set(err, "a message that nobody here writes");
}

/* Each text takes a byte at least, so that their number cannot lie. */
static int find_texts(struct frame *frame, size_t count, struct err *err)
{
	const char *at = frame->data.buf + sizeof(struct header);
	const char *end = frame->data.buf + frame->data.len;

	if (count > (size_t)(end - at))
		return bad_message(err);
	frame->v = xcalloc(count + 1, sizeof(*frame->v));
	for (; frame->nr < count; frame->nr++) {
		const char *nul;

		if (at == end)
			return bad_message(err);
		if (!*at++)
			continue;
		nul = memchr(at, '\0', (size_t)(end - at));
		if (!nul)
			return bad_message(err);
		frame->v[frame->nr] = at;
		at = nul + 1;
	}
	return at == end ? 1 : bad_message(err);
}

int frame_receive(
	int fd, int64_t deadline_ms, struct frame *frame, struct err *err)
{
	struct header header;
	int got;

	frame_release(frame);
	got = read_to(fd, deadline_ms, &frame->data, sizeof(header), err);
	if (got != 1)
		return got == 0 && frame->data.len ? bad_message(err) : got;
	memcpy(&header, frame->data.buf, sizeof(header));
	if (header.bytes > FRAME_MAX_BYTES)
		return bad_message(err);
	got = read_to(fd, deadline_ms, &frame->data,
		sizeof(header) + header.bytes, err);
	if (got != 1)
		return got == 0 ? bad_message(err) : got;
	return find_texts(frame, header.texts, err);
}

const char *frame_text(const struct frame *frame, size_t i)
{
	return i < frame->nr ? frame->v[i] : NULL;
}

void frame_release(struct frame *frame)
{
	strbuf_release(&frame->data);
	free(frame->v);
	frame->v = NULL;
	frame->nr = 0;
}
