/*
 * close_range(2) takes one call, as a bare system call because musl has no
 * function for it; it is there since Linux 5.9.  Before, /proc lists what is
 * open.
 */
#include "hookrun/proc/descriptors.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GUESS_MAX 65536 /* tried where /proc is not mounted */

int descriptors_close(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0);
}

void descriptors_each(
	int first, void (*func)(int fd, const void *data), const void *data)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!dir) {
		for (int fd = first; fd < GUESS_MAX; fd++)
			func(fd, data);
		return;
	}
	while ((entry = readdir(dir))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (fd >= first && fd != dirfd(dir))
			func(fd, data);
	}
	closedir(dir);
}
