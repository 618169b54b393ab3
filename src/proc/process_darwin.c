/*
 * libproc, and sysctl(3) for the command line.  Both tell root of everybody,
 * and others of their own processes, which is what a job's are.
 */
#include "hookrun/proc/process.h"

#include "hookrun/base/alloc.h"

#include <errno.h>
#include <libproc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <unistd.h>

#define ARGS_MAX (1 << 20) /* bytes; KERN_ARGMAX is no more */
#define SPARE 64	   /* pids that may come between two calls */
#define MEMORY_MAJOR 3	   /* /dev/null and its like: xnu's mem.c */

/* KERN_PROCARGS2: the number of words, the program's path, NULs, the words. */
static size_t find_words(const char *args, size_t len, const char **ret)
{
	const char *at = args + sizeof(int), *end = args + len, *word;
	int words;

	if (len <= sizeof(words))
		return 0;
	memcpy(&words, args, sizeof(words));
	while (at < end && *at)
		at++;
	while (at < end && !*at)
		at++;
	for (word = at; word < end && words; word++)
		words -= !*word;
	*ret = at;
	return (size_t)(word - at);
}

size_t process_words(pid_t pid, char *buf, size_t size)
{
	int name[] = { CTL_KERN, KERN_PROCARGS2, (int)pid };
	AUTO_FREE char *args = xmalloc(ARGS_MAX);
	const char *words = args;
	size_t len = ARGS_MAX, got;

	*buf = '\0';
	if (sysctl(name, 3, args, &len, NULL, 0))
		return 0;
	got = find_words(args, len, &words);
	if (got > size - 1)
		got = size - 1;
	memcpy(buf, words, got);
	buf[got] = '\0';
	return got;
}

pid_t process_parent(pid_t pid)
{
	struct proc_bsdshortinfo info;
	int got = proc_pidinfo(
		(int)pid, PROC_PIDT_SHORTBSDINFO, 0, &info, (int)sizeof(info));

	return got == (int)sizeof(info) ? (pid_t)info.pbsi_ppid : 0;
}

size_t process_words_and_parent(
	pid_t pid, char *buf, size_t size, pid_t *ret_parent)
{
	*ret_parent = process_parent(pid);
	return process_words(pid, buf, size);
}

void process_program(pid_t pid, char ret[PATH_MAX])
{
	char path[PROC_PIDPATHINFO_MAXSIZE];
	int got = proc_pidpath((int)pid, path, sizeof(path));

	if (got < 0 || got >= PATH_MAX)
		got = 0;
	memcpy(ret, path, (size_t)got);
	ret[got] = '\0';
}

void process_name(pid_t pid, struct strbuf *out)
{
	char name[2 * MAXCOMLEN + 1] = "";

	if (proc_name((int)pid, name, sizeof(name)) > 0)
		strbuf_addstr(out, name);
}

int process_folder(pid_t pid, struct strbuf *out)
{
	struct proc_vnodepathinfo info;
	int got = proc_pidinfo(
		(int)pid, PROC_PIDVNODEPATHINFO, 0, &info, (int)sizeof(info));

	if (got != (int)sizeof(info) || !*info.pvi_cdir.vip_path)
		return -1;
	strbuf_addstr(out, info.pvi_cdir.vip_path);
	return 0;
}

/* What is no file of a file system (a pipe, a socket) has no vnode. */
static bool leads_elsewhere(pid_t pid, int fd)
{
	struct vnode_fdinfo info;
	int got = proc_pidfdinfo(
		(int)pid, fd, PROC_PIDFDVNODEINFO, &info, (int)sizeof(info));
	const struct vinfo_stat *st = &info.pvi.vi_stat;

	if (got != (int)sizeof(info))
		return errno == EBADF; /* it is closed */
	return S_ISREG(st->vst_mode) ||
	       (S_ISCHR(st->vst_mode) && st->vst_rdev >> 24 == MEMORY_MAJOR);
}

bool process_writes_elsewhere(pid_t pid)
{
	return leads_elsewhere(pid, STDOUT_FILENO) &&
	       leads_elsewhere(pid, STDERR_FILENO);
}

bool process_has_open(pid_t pid, const struct stat *file)
{
	(void)pid;
	(void)file;
	return false;
}

static bool is_called(pid_t pid, const char *prefix)
{
	AUTO_STRBUF name = STRBUF_INIT;

	process_name(pid, &name);
	return !strncmp(name.buf, prefix, strlen(prefix));
}

pid_t *process_list(const char *prefix)
{
	int room = proc_listallpids(NULL, 0), got, kept = 0;
	pid_t *pids;

	if (room <= 0)
		return NULL;
	room += SPARE;
	pids = xcalloc((size_t)room + 1, sizeof(*pids));
	got = proc_listallpids(pids, room * (int)sizeof(*pids));
	for (int i = 0; i < got; i++)
		if (is_called(pids[i], prefix))
			pids[kept++] = pids[i];
	pids[kept] = 0;
	return pids;
}

void process_call_us(const char *name)
{
	(void)name;
}
