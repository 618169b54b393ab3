/*
 * What we use of GNU's C library and macOS does not have, or under another
 * name; and calls of macOS that do not do what POSIX says of them.
 */
#ifndef HOOKRUN_BASE_LIBC_DARWIN_H
#define HOOKRUN_BASE_LIBC_DARWIN_H

#include "hookrun/base/libc_posix.h"

#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

extern char **environ;

#define st_mtim st_mtimespec
#define st_ctim st_ctimespec

/* Macros here, and good names for fields. */
#undef major
#undef minor

/* poll(2) does not wait for terminals here, select(2) does. */
#define poll libc_poll
#define ppoll libc_ppoll

int libc_poll(struct pollfd *fds, nfds_t nr, int timeout_ms);
int libc_ppoll(struct pollfd *fds, nfds_t nr, const struct timespec *timeout,
	const sigset_t *mask);

/* The flags of socket(2) that POSIX has had since 2024; a socket that nobody
 * reads from is an error and no SIGPIPE, for which MSG_NOSIGNAL is elsewhere.
 */
#undef SOCK_CLOEXEC
#undef SOCK_NONBLOCK
#undef MSG_NOSIGNAL
#define SOCK_CLOEXEC 0x10000000
#define SOCK_NONBLOCK 0x20000000
#define MSG_NOSIGNAL 0
#define socket libc_socket
#define socketpair libc_socketpair

int libc_socket(int domain, int type, int protocol);
int libc_socketpair(int domain, int type, int protocol, int fds[2]);

#endif
