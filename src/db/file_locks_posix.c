/*
 * F_GETLK names one who is in the way of a lock, so it is asked again on both
 * sides of what it has named; of several readers of the same bytes one is
 * named.
 *
 * Whoever closes a file loses his own locks on it, and ours may be those of a
 * library: so a process of its own asks.
 */
#include "db/file_locks.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ANSWER_FD 3
#define DEEP 32 /* halves of halves */

static void ask(int fd, long long first, long long last, int deep)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)first,
		.l_len = last == LLONG_MAX ? 0 : (off_t)(last - first + 1) };
	struct file_lock found;

	if (first > last || !deep || fcntl(fd, F_GETLK, &lock) ||
		lock.l_type == F_UNLCK)
		return;
	found = (struct file_lock){ .write = lock.l_type == F_WRLCK,
		.pid = lock.l_pid,
		.first = lock.l_start,
		.last = lock.l_len ? lock.l_start + lock.l_len - 1
				   : LLONG_MAX };
	fs_write_all(ANSWER_FD, &found, sizeof(found));
	ask(fd, first, found.first - 1, deep - 1);
	if (found.last < last)
		ask(fd, found.last + 1, last, deep - 1);
}

static int ask_all(void *data)
{
	AUTO_FD int fd = open(data, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		ask(fd, 0, LLONG_MAX, DEEP);
	return 0;
}

size_t file_locks(const char *path, struct file_lock **ret)
{
	AUTO_FREE char *copy = xstrdup(path);
	struct child_opts opts = { .func = ask_all, .func_data = copy };
	struct err ignored = ERR_INIT;
	struct file_lock lock;
	size_t nr = 0, cap = 0;
	int fds[2];
	pid_t pid;

	*ret = NULL;
	if (pipe2(fds, O_CLOEXEC))
		return 0;
	opts.fds[opts.nfds++] = (struct child_fd){ fds[1], ANSWER_FD };
	pid = child_spawn(&opts, &pid, &ignored) ? -1 : pid;
	close(fds[1]);
	while (pid > 0 && read(fds[0], &lock, sizeof(lock)) == sizeof(lock)) {
		xgrow(ret, &cap, nr + 1, sizeof(**ret));
		(*ret)[nr++] = lock;
	}
	close(fds[0]);
	if (pid > 0)
		child_wait(pid);
	return nr;
}

bool file_is_open_once(int fd)
{
	(void)fd;
	return false;
}
