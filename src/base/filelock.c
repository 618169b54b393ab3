/*
 * flock has no deadline of its own, and a signal to cut it short would be one
 * more thing to restore, so it is asked again after a nap until the time is up.
 */
#include "hookrun/base/filelock.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <fcntl.h>
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

/* 0 we have it, -2 somebody else does, -1 flock does not work here. */
static int wait_for_lock(int fd, int timeout_ms)
{
	int64_t deadline = clock_now_ms() + timeout_ms;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		int left = clock_left_ms(deadline);

		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (left <= 0)
			return -2;
		nap(left < NAP_MS ? left : NAP_MS);
	}
	return 0;
}

int filelock(const char *path, int timeout_ms, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	int got;

	if (fd < 0)
		return err_errno(err, "cannot open '%s'", path);
	got = wait_for_lock(fd, timeout_ms);
	if (!got)
		return fd;
	if (got == -1)
		err_errno(err, "cannot lock '%s'", path);
	close(fd);
	return got;
}
