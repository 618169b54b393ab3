/*
 * poll(2) by select(2), over sets that are as large as the largest descriptor:
 * the kernel takes them of any size (_DARWIN_UNLIMITED_SELECT), while FD_SET
 * itself looks at 1,024 bits only.
 */
#define _DARWIN_UNLIMITED_SELECT 1
#include "hookrun/base/libc_darwin.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#undef socket
#undef socketpair

#define WORD_BITS 32 /* of an fd_set */
#define TYPE_FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

struct sets {
	uint32_t *read, *write;
	int nr; /* one more than the largest descriptor */
};

static void mark(uint32_t *set, int fd)
{
	set[fd / WORD_BITS] |= UINT32_C(1) << fd % WORD_BITS;
}

static bool is_marked(const uint32_t *set, int fd)
{
	return set[fd / WORD_BITS] >> fd % WORD_BITS & 1;
}

static int fill(struct sets *sets, const struct pollfd *fds, nfds_t nr)
{
	size_t words;

	sets->nr = 0;
	for (nfds_t i = 0; i < nr; i++)
		if (fds[i].fd >= sets->nr)
			sets->nr = fds[i].fd + 1;
	words = (size_t)sets->nr / (sizeof(fd_set) * CHAR_BIT) + 1;
	sets->read = calloc(2 * words, sizeof(fd_set));
	if (!sets->read)
		return -1;
	sets->write = sets->read + words * sizeof(fd_set) / sizeof(uint32_t);
	for (nfds_t i = 0; i < nr; i++) {
		if (fds[i].fd >= 0 && fds[i].events & POLLIN)
			mark(sets->read, fds[i].fd);
		if (fds[i].fd >= 0 && fds[i].events & POLLOUT)
			mark(sets->write, fds[i].fd);
	}
	return 0;
}

static int take(const struct sets *sets, struct pollfd *fds, nfds_t nr)
{
	int ready = 0;

	for (nfds_t i = 0; i < nr; i++) {
		fds[i].revents = 0;
		if (fds[i].fd < 0)
			continue;
		if (is_marked(sets->read, fds[i].fd))
			fds[i].revents |= POLLIN;
		if (is_marked(sets->write, fds[i].fd))
			fds[i].revents |= POLLOUT;
		ready += fds[i].revents != 0;
	}
	return ready;
}

int libc_ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
	const sigset_t *mask)
{
	struct sets sets;
	int ready;

	if (fill(&sets, fds, nr))
		return -1;
	ready = pselect(sets.nr, (fd_set *)sets.read, (fd_set *)sets.write,
		NULL, timeout, mask);
	if (ready > 0)
		ready = take(&sets, fds, nr);
	else
		for (nfds_t i = 0; i < nr; i++)
			fds[i].revents = 0;
	free(sets.read);
	return ready;
}

int libc_poll(struct pollfd *fds, nfds_t nr, int timeout_ms)
{
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};

	return libc_ppoll(fds, nr, timeout_ms < 0 ? NULL : &timeout, NULL);
}

static void set_up(int fd, int type)
{
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
	if (type & SOCK_CLOEXEC)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (type & SOCK_NONBLOCK)
		fcntl(fd, F_SETFL, O_NONBLOCK);
}

int libc_socket(int domain, int type, int protocol)
{
	int fd = socket(domain, type & ~TYPE_FLAGS, protocol);

	if (fd >= 0)
		set_up(fd, type);
	return fd;
}

int libc_socketpair(int domain, int type, int protocol, int fds[2])
{
	if (socketpair(domain, type & ~TYPE_FLAGS, protocol, fds))
		return -1;
	set_up(fds[0], type);
	set_up(fds[1], type);
	return 0;
}
