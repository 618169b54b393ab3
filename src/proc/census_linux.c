/*
 * The lists of children under /proc/PID/task are not built into every kernel.
 * So all of /proc is read, which takes a few milliseconds.
 */
#include "proc/census.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_MAX 1024 /* bytes of /proc/PID/stat that matter */

/* Places in it, as proc(5) counts them. */
enum { PARENT = 4, GROUP, SESSION, THREADS = 20, STARTED = 22, IGNORED = 33 };

static bool read_stat(int proc, const char *name, char *text)
{
	char path[64];
	AUTO_FD int fd = -1;
	ssize_t got;

	snprintf(path, sizeof(path), "%.20s/stat", name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, STAT_MAX - 1);
	if (got <= 0)
		return false;
	text[got] = '\0';
	return true;
}

/* The program's name may hold anything, but no later field a parenthesis. */
static bool parse_stat(const char *text, struct process *ret)
{
	uint64_t fields[IGNORED + 1] = { 0 };
	const char *pos = strrchr(text, ')');
	char state, *end;

	if (!pos || pos[1] != ' ' || !pos[2])
		return false;
	state = pos[2];
	pos += 3;
	for (int i = PARENT; i <= IGNORED; i++) {
		fields[i] = strtoull(pos, &end, 10);
		if (end == pos)
			return false;
		pos = end;
	}
	*ret = (struct process){ .pid = (pid_t)strtol(text, NULL, 10),
		.parent = (pid_t)fields[PARENT],
		.group = (pid_t)fields[GROUP],
		.session = (pid_t)fields[SESSION],
		.started = fields[STARTED],
		.over = (state == 'Z' || state == 'X') && fields[THREADS] <= 1,
		.ignores_hup = fields[IGNORED] >> (SIGHUP - 1) & 1 };
	return true;
}

int census_take(struct census *census)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char text[STAT_MAX];

	census->nr = 0;
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		struct process process;

		if (!isdigit((unsigned char)entry->d_name[0]) ||
			!read_stat(dirfd(dir), entry->d_name, text) ||
			!parse_stat(text, &process))
			continue;
		xgrow(&census->v, &census->cap, census->nr + 1,
			sizeof(*census->v));
		census->v[census->nr++] = process;
	}
	closedir(dir);
	return census->nr ? 0 : -1;
}
