/*
 * flock has no deadline of its own, and a signal to cut it short would be one
 * more thing to restore, so it is asked again after a nap until the time is up.
 */
#include "hookrun/base/filelock.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/ownership.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define NAP_MS 20

static void nap(int ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000L };

	nanosleep(&ts, NULL);
}

/* 0 we have it, -2 somebody else does, -1 such a lock does not work here. */
static int try_lock(int fd, bool alone)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!(alone ? fcntl(fd, F_SETLK, &whole)
		    : flock(fd, LOCK_EX | LOCK_NB)))
		return 0;
	return errno == EAGAIN || errno == EACCES || errno == EINTR ? -2 : -1;
}

static int wait_for_lock(int fd, int timeout_ms, bool alone)
{
	int64_t deadline = clock_now_ms() + timeout_ms;

	for (;;) {
		int got = try_lock(fd, alone), left = clock_left_ms(deadline);

		if (got != -2 || left <= 0)
			return got;
		nap(left < NAP_MS ? left : NAP_MS);
	}
}

static int take(const char *path, int timeout_ms, bool alone, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int got;

	if (fd < 0 && errno == ENOENT) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fd >= 0)
			ownership_follow(fd, path, true);
	}
	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	got = wait_for_lock(fd, timeout_ms, alone);
	if (!got)
		return fd;
	if (got == -1)
		err_errno(err, "cannot lock '%s'", path);
	close(fd);
	return got;
}

int filelock(const char *path, int timeout_ms, struct err *err)
{
	return take(path, timeout_ms, false, err);
}

int filelock_alone(const char *path, struct err *err)
{
	return take(path, 0, true, err);
}
