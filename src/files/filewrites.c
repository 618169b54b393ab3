/*
 * Comparing a file before and after tells that somebody wrote it, not how
 * often: of two programs that had it at one time both may have, or one.  Once
 * is one of them, and nobody has undone what another did.  That much inotify
 * knows; who it was it does not say.
 */
#include "hookrun/files/filewrites.h"

#include <limits.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <unistd.h>

#define WRITTEN (IN_CLOSE_WRITE | IN_MOVED_TO)
#define LOST (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

int filewrites_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

int filewrites_watch(int fd, const char *dir)
{
	return inotify_add_watch(
		fd, dir, WRITTEN | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

static void pass_on(
	const struct inotify_event *event, filewrites_fn *fn, void *data)
{
	if (event->mask & IN_Q_OVERFLOW)
		fn(data, -1, NULL);
	else if (event->mask & LOST)
		fn(data, event->wd, NULL);
	else if (event->len && event->mask & WRITTEN)
		fn(data, event->wd, event->name);
}

void filewrites_read(int fd, filewrites_fn *fn, void *data)
{
	_Alignas(struct inotify_event) char buf[4096];
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf))) > 0)
		for (char *s = buf; s < buf + got;) {
			const struct inotify_event *event = (void *)s;

			pass_on(event, fn, data);
			s += sizeof(*event) + event->len;
		}
}
