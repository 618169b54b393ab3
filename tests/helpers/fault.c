/*
 * A library for LD_PRELOAD that ends a program, or makes a call fail, at the
 * n-th call that changes anything on the disk, counted over hookrun and all
 * git commands that it starts.
 *
 *   FAULT_STATE  a file of some size that all processes share: the count, the
 *                pid of hookrun, whether it happened, then a letter for each
 *                call (h or g), of which process it was
 *   FAULT_AT     at which call; 0: only count
 *   FAULT_KIND   kill: only the process that makes the call; killall: hookrun
 *                too; a write is done by half first.  ENOSPC: from this call
 *                on all that need room fail.  EIO: this call fails.  EINVAL:
 *                every renameat2() fails, and hookrun dies at the call.
 *   FAULT_SENDS  if set, messages of hookrun to processes of its own count
 *                too, twice each: before one is sent, and after
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>
#include <utime.h>

#define LETTERS 4000

struct state {
	uint32_t count, hookrun, fired;
	char letters[LETTERS];
};

enum kind { KILL, KILLALL, NO_SPACE, IO_ERROR, NO_EXCHANGE };

static struct state *state;
static uint32_t at;
static enum kind kind;
static char letter;

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("FAULT_STATE"), *what = getenv("FAULT_KIND");
	const char *number = getenv("FAULT_AT");
	void *mapped;
	int fd;

	if (!strcmp(program_invocation_short_name, "hookrun"))
		letter = 'h';
	else if (!strcmp(program_invocation_short_name, "git"))
		letter = 'g';
	if (!letter || !path || !what || !number)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	mapped = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED,
		fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		return;
	at = (uint32_t)strtoul(number, NULL, 10);
	kind = !strcmp(what, "kill")	  ? KILL
	       : !strcmp(what, "killall") ? KILLALL
	       : !strcmp(what, "ENOSPC")  ? NO_SPACE
	       : !strcmp(what, "EINVAL")  ? NO_EXCHANGE
					  : IO_ERROR;
	state = mapped;
	if (letter == 'h')
		state->hookrun = (uint32_t)getpid();
}

static void die(void)
{
	if (kind != KILL && state->hookrun)
		kill((pid_t)state->hookrun, SIGKILL);
	kill(getpid(), SIGKILL);
}

/* Count a call.  True: it has to die after half of it, which only a write can
 * be; errno is set and the result -1 where it has to fail. */
static int step(int needs_room, int *ret_half)
{
	uint32_t now;

	*ret_half = 0;
	if (!state)
		return 0;
	now = __atomic_add_fetch(&state->count, 1, __ATOMIC_SEQ_CST);
	if (now <= LETTERS)
		state->letters[now - 1] = letter;
	if (!at || now < at)
		return 0;
	if (kind == NO_SPACE && needs_room) {
		state->fired = 1;
		errno = ENOSPC;
		return -1;
	}
	if (now != at)
		return 0;
	state->fired = 1;
	if (kind == IO_ERROR) {
		errno = EIO;
		return -1;
	}
	*ret_half = kind != NO_SPACE;
	return 0;
}

static int check(int needs_room)
{
	int half, failed = step(needs_room, &half);

	if (half)
		die();
	return failed;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Pipes and terminals are no disk. */
static int is_file(int fd)
{
	struct stat st;

	return fd > 2 && !fstat(fd, &st) && S_ISREG(st.st_mode);
}

ssize_t write(int fd, const void *buf, size_t len)
{
	int half = 0;

	if (state && is_file(fd) && step(1, &half))
		return -1;
	if (half) {
		REAL(write)(fd, buf, len / 2);
		die();
	}
	return REAL(write)(fd, buf, len);
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t pos)
{
	if (state && is_file(fd) && check(1))
		return -1;
	return REAL(pwrite)(fd, buf, len, pos);
}

ssize_t pwrite64(int fd, const void *buf, size_t len, off64_t pos)
{
	if (state && is_file(fd) && check(1))
		return -1;
	return REAL(pwrite64)(fd, buf, len, pos);
}

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		mode_t mode = 0;                                               \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, flags);                                           \
		if (flags & (O_CREAT | O_TMPFILE))                             \
			mode = va_arg(ap, mode_t);                             \
		va_end(ap);                                                    \
		if ((flags & (O_CREAT | O_TRUNC)) && check(1))                 \
			return -1;                                             \
		return REAL(name)(path, flags, mode);                          \
	}
OPEN(open)
OPEN(open64)

#define CALL(type, name, room, params, args)                                   \
	type name params                                                       \
	{                                                                      \
		if (check(room))                                               \
			return -1;                                             \
		return REAL(name) args;                                        \
	}
CALL(int, mkstemp64, 1, (char *path), (path))
CALL(int, mkostemp, 1, (char *path, int flags), (path, flags))
CALL(int, mkostemp64, 1, (char *path, int flags), (path, flags))
CALL(int, rename, 0, (const char *from, const char *to), (from, to))
CALL(int, link, 1, (const char *from, const char *to), (from, to))
CALL(int, symlink, 1, (const char *from, const char *to), (from, to))
CALL(int, unlink, 0, (const char *path), (path))
CALL(int, rmdir, 0, (const char *path), (path))
CALL(int, mkdir, 1, (const char *path, mode_t mode), (path, mode))
CALL(int, chmod, 0, (const char *path, mode_t mode), (path, mode))
CALL(int, fchmod, 0, (int fd, mode_t mode), (fd, mode))
CALL(int, futimens, 0, (int fd, const struct timespec times[2]), (fd, times))
CALL(int, utimensat, 0,
	(int dir, const char *path, const struct timespec times[2], int flags),
	(dir, path, times, flags))
CALL(int, utime, 0, (const char *path, const struct utimbuf *times),
	(path, times))
CALL(int, utimes, 0, (const char *path, const struct timeval times[2]),
	(path, times))
CALL(int, ftruncate, 1, (int fd, off_t len), (fd, len))
CALL(int, ftruncate64, 1, (int fd, off64_t len), (fd, len))
CALL(int, fsync, 0, (int fd), (fd))
CALL(int, syncfs, 0, (int fd), (fd))

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	int counts = state && letter == 'h' && getenv("FAULT_SENDS");
	ssize_t sent;

	if (counts && check(0))
		return -1;
	sent = REAL(send)(fd, buf, len, flags);
	if (counts && check(0))
		return -1;
	return sent;
}

/* The bare call, since some C libraries have no function for it. */
long syscall(long number, ...)
{
	long args[6];
	va_list ap;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_renameat2) {
		if (check(0))
			return -1;
		if (state && kind == NO_EXCHANGE) {
			errno = EINVAL;
			return -1;
		}
	}
	return REAL(syscall)(
		number, args[0], args[1], args[2], args[3], args[4], args[5]);
}
