/*
 * The output of a job that is shown when the job is done.
 *
 * Nearly all jobs print a few kilobytes, which stay in memory.  The rest of a
 * talkative one goes to a file without a name, so that nothing is left behind
 * however we end.  A full disk costs the tail of the output and nothing else:
 * the job itself must not fail because of our book-keeping.
 */
#include "hookrun/proc/capture.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/nameless.h"
#include "proc/sendfile.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define COPY_CHUNK 65536
#define SEND_CHUNK (1 << 30)

static void count(struct capture *capture, const char *data, size_t len)
{
	if (!len)
		return;
	capture->size += (int64_t)len;
	capture->last = data[len - 1];
}

static void give_up(struct capture *capture)
{
	capture->broken = true;
	capture->error = errno;
}

static void spill(struct capture *capture, const char *data, size_t len)
{
	if (capture->spill_fd < 0)
		capture->spill_fd = nameless_on_disk();
	if (capture->spill_fd < 0) {
		give_up(capture);
		return;
	}
	while (len) {
		ssize_t put = -1;

		if (capture->size + (int64_t)len <= CAPTURE_MAX)
			put = write(capture->spill_fd, data, len);
		else
			errno = EFBIG;
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			give_up(capture);
			return;
		}
		count(capture, data, (size_t)put);
		data += put;
		len -= (size_t)put;
	}
}

void capture_add(struct capture *capture, const void *data, size_t len)
{
	size_t room = CAPTURE_MEMORY - capture->memory.len;
	size_t here = len < room ? len : room;

	if (capture->broken)
		return;
	strbuf_add(&capture->memory, data, here);
	count(capture, data, here);
	if (len > here)
		spill(capture, (const char *)data + here, len - here);
}

/* Our stdout may be set to non-blocking by whoever shares it with us. */
static void wait_for_room(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	poll(&ready, 1, -1);
}

static int write_patiently(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t put = write(fd, data, len);

		if (put < 0 && errno == EAGAIN) {
			wait_for_room(fd);
			continue;
		}
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		data += put;
		len -= (size_t)put;
	}
	return 0;
}

/* Within the kernel, as far as it does that. */
static off_t send_spilled(const struct capture *capture, int fd, off_t len)
{
	off_t pos = 0;

	while (pos < len) {
		size_t left = len - pos < SEND_CHUNK ? (size_t)(len - pos)
						     : SEND_CHUNK;
		ssize_t put = sendfile_some(fd, capture->spill_fd, &pos, left);

		if (put < 0 && errno == EAGAIN)
			wait_for_room(fd);
		else if (!put || (put < 0 && errno != EINTR))
			break;
	}
	return pos;
}

static int copy_spilled(
	const struct capture *capture, int fd, int64_t pos, int64_t spilled)
{
	AUTO_FREE char *chunk = pos < spilled ? xmalloc(COPY_CHUNK) : NULL;

	while (pos < spilled) {
		ssize_t got = pread(
			capture->spill_fd, chunk, COPY_CHUNK, (off_t)pos);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || write_patiently(fd, chunk, (size_t)got))
			return -1;
		pos += got;
	}
	return 0;
}

int capture_write(struct capture *capture, int fd)
{
	int64_t spilled = capture->size - (int64_t)capture->memory.len;

	if (write_patiently(fd, capture->memory.buf, capture->memory.len))
		return -1;
	return copy_spilled(
		capture, fd, send_spilled(capture, fd, spilled), spilled);
}

int capture_tail(const struct capture *capture, size_t max, struct strbuf *out)
{
	const struct strbuf *memory = &capture->memory;
	int64_t from = capture->size - (int64_t)max;
	size_t start = out->len;

	if (from < 0)
		from = 0;
	if (from < (int64_t)memory->len)
		strbuf_add(out, memory->buf + from, memory->len - (size_t)from);
	from -= (int64_t)memory->len;
	if (from < 0)
		from = 0;
	while (out->len - start < max &&
		from < capture->size - (int64_t)memory->len) {
		char chunk[4096];
		size_t want = max - (out->len - start);
		ssize_t got = pread(capture->spill_fd, chunk,
			want < sizeof(chunk) ? want : sizeof(chunk),
			(off_t)from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		strbuf_add(out, chunk, (size_t)got);
		from += got;
	}
	return 0;
}

void capture_release(struct capture *capture)
{
	strbuf_release(&capture->memory);
	if (capture->spill_fd >= 0)
		close(capture->spill_fd);
	*capture = (struct capture)CAPTURE_INIT;
}
