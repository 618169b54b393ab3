/* /proc tells it all: proc(5). */
#include "hookrun/proc/process.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define STAT_MAX 1024  /* bytes of /proc/PID/stat that matter */
#define COMM_MAX 64    /* bytes of a name; the kernel keeps 15 */
#define MEMORY_MAJOR 1 /* /dev/null and its like */

/* The file stays open, for the caller to close. */
static size_t read_open(
	pid_t pid, const char *name, char *buf, size_t size, int *ret_fd)
{
	char path[64];
	ssize_t got = -1;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*ret_fd >= 0)
		got = read(*ret_fd, buf, size - 1);
	buf[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

static size_t read_file(pid_t pid, const char *name, char *buf, size_t size)
{
	AUTO_FD int fd = -1;

	return read_open(pid, name, buf, size, &fd);
}

size_t process_words(pid_t pid, char *buf, size_t size)
{
	return read_file(pid, "cmdline", buf, size);
}

/* "pid (name) state ppid ..."; a name may hold anything. */
static pid_t parent_in(const char *stat)
{
	const char *end = strrchr(stat, ')');

	if (!end || strlen(end) < 5)
		return 0;
	return (pid_t)strtol(end + 3, NULL, 10);
}

pid_t process_parent(pid_t pid)
{
	char stat[STAT_MAX];

	read_file(pid, "stat", stat, sizeof(stat));
	return parent_in(stat);
}

/* Every commit that is recorded asks this: files beside each other are closed
 * by one call. */
static void close_both(int a, int b)
{
	if (a >= 0 && b == a + 1 &&
		!descriptors_close((unsigned)a, (unsigned)b))
		return;
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
}

size_t process_words_and_parent(
	pid_t pid, char *buf, size_t size, pid_t *ret_parent)
{
	char stat[STAT_MAX];
	int words, parent;
	size_t len = read_open(pid, "cmdline", buf, size, &words);

	read_open(pid, "stat", stat, sizeof(stat), &parent);
	*ret_parent = parent_in(stat);
	close_both(words, parent);
	return len;
}

static ssize_t read_link(pid_t pid, const char *name, char ret[PATH_MAX])
{
	char path[64];
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	got = readlink(path, ret, PATH_MAX - 1);
	ret[got > 0 ? got : 0] = '\0';
	return got;
}

void process_program(pid_t pid, char ret[PATH_MAX])
{
	read_link(pid, "exe", ret);
}

void process_name(pid_t pid, struct strbuf *out)
{
	char name[COMM_MAX];

	read_file(pid, "comm", name, sizeof(name));
	strbuf_addstr(out, name);
	strbuf_rtrim(out);
}

int process_folder(pid_t pid, struct strbuf *out)
{
	char path[PATH_MAX];

	if (read_link(pid, "cwd", path) < 0)
		return -1;
	strbuf_addstr(out, path);
	return 0;
}

static bool leads_elsewhere(pid_t pid, int fd)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
	if (stat(path, &st))
		return errno == ENOENT; /* it is closed */
	return S_ISREG(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && major(st.st_rdev) == MEMORY_MAJOR);
}

bool process_writes_elsewhere(pid_t pid)
{
	return leads_elsewhere(pid, STDOUT_FILENO) &&
	       leads_elsewhere(pid, STDERR_FILENO);
}

/* By stat(2): in a container the name that a link tells is another one. */
bool process_has_open(pid_t pid, const struct stat *file)
{
	char path[64];
	const struct dirent *entry;
	bool found = false;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = !fstatat(dirfd(dir), entry->d_name, &st, 0) &&
			st.st_ino == file->st_ino && st.st_dev == file->st_dev;
	if (dir)
		closedir(dir);
	return found;
}

static bool is_called(pid_t pid, const char *prefix)
{
	AUTO_STRBUF name = STRBUF_INIT;

	process_name(pid, &name);
	return !strncmp(name.buf, prefix, strlen(prefix));
}

pid_t *process_list(const char *prefix)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t *pids = NULL;
	size_t nr = 0, cap = 0;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || (*prefix && !is_called(pid, prefix)))
			continue;
		xgrow(&pids, &cap, nr + 2, sizeof(*pids));
		pids[nr++] = pid;
		pids[nr] = 0;
	}
	if (dir)
		closedir(dir);
	return pids;
}

void process_call_us(const char *name)
{
	prctl(PR_SET_NAME, name);
}
