/*
 * The process group of a child: everything that it started and that did not
 * leave on purpose.
 *
 * Nothing tells when a group has become empty, its members being nobody's
 * children once their leader is dead; so whoever ends a group has to look now
 * and then.  kill(2) alone does not answer: it counts zombies, and in a
 * container whose first process does not reap they stay for ever.
 */
#include "hookrun/proc/child.h"

#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STAT_MAX 512	   /* bytes of /proc/PID/stat that matter */
#define LOOK_MS 20	   /* between two looks at a group */
#define AFTER_KILL_MS 2000 /* longer stays only who is stuck in the kernel */

void child_signal_group(pid_t pid, int sig)
{
	if (pid > 1)
		kill(-pid, sig);
}

/* Whether /proc/`name`/stat is that of a running member of the group.  The
 * fields after the program's name, which may hold anything: state, parent,
 * group. */
static bool is_member(const char *name, pid_t group)
{
	char path[64], text[STAT_MAX], state;
	AUTO_FD int fd = -1;
	int parent, pgrp;
	const char *fields;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	if (got <= 0)
		return false;
	text[got] = '\0';
	fields = strrchr(text, ')');
	if (!fields ||
		sscanf(fields + 1, " %c %d %d", &state, &parent, &pgrp) != 3)
		return false;
	return pgrp == group && state != 'Z' && state != 'X';
}

bool child_group_alive(pid_t pid)
{
	bool found = false;
	struct dirent *entry;
	DIR *dir;

	if (pid <= 1 || (kill(-pid, 0) && errno == ESRCH))
		return false;
	dir = opendir("/proc");
	if (!dir)
		return true;
	while (!found && (entry = readdir(dir)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			is_member(entry->d_name, pid);
	closedir(dir);
	return found;
}

static bool wait_group(pid_t pid, int64_t deadline_ms)
{
	for (int pause_ms = 1;; pause_ms *= 2) {
		bool reaped = waitpid(pid, NULL, WNOHANG) != 0;

		if (reaped && !child_group_alive(pid))
			return true;
		if (!clock_left_ms(deadline_ms))
			return false;
		if (pause_ms > LOOK_MS)
			pause_ms = LOOK_MS;
		poll(NULL, 0, pause_ms);
	}
}

void child_end_group(pid_t pid, int grace_ms)
{
	child_signal_group(pid, SIGTERM);
	child_signal_group(pid, SIGCONT); /* who is stopped cannot end */
	if (wait_group(pid, clock_now_ms() + grace_ms))
		return;
	child_signal_group(pid, SIGKILL);
	wait_group(pid, clock_now_ms() + AFTER_KILL_MS);
}
