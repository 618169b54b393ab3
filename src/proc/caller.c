/*
 * Who has called us, from /proc: the hook file has become hookrun, so that git
 * is the parent, and whoever called git is the parent's parent.  Git itself
 * tells hooks next to nothing: GIT_REFLOG_ACTION is there during some commands
 * only.  Where /proc does not answer (another system, another user's process)
 * nothing is known, which is no error.
 */
#include "hookrun/proc/caller.h"

#include "hookrun/base/words.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROC_READ_MAX 1024 /* bytes of a file that are looked at */

/* A file of /proc by its beginning, NUL-terminated; it stays open, because
 * those that are open are closed together, by one call. */
struct proc_file {
	int fd;
	char text[PROC_READ_MAX];
	size_t len; /* 0: it cannot be read */
};

static void proc_read(struct proc_file *file, pid_t pid, const char *name)
{
	char path[64];
	ssize_t got = -1;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd >= 0)
		got = read(file->fd, file->text, PROC_READ_MAX - 1);
	file->len = got > 0 ? (size_t)got : 0;
	file->text[file->len] = '\0';
}

static void proc_close(const struct proc_file *a, const struct proc_file *b)
{
	if (a->fd >= 0 && b->fd == a->fd + 1 &&
		!close_range((unsigned)a->fd, (unsigned)b->fd, 0))
		return;
	if (a->fd >= 0)
		close(a->fd);
	if (b->fd >= 0)
		close(b->fd);
}

/* proc(5): "pid (name) state ppid ..."; a name may hold anything. */
static pid_t parent_in(const char *stat)
{
	const char *end = strrchr(stat, ')');

	if (!end || strlen(end) < 5)
		return 0;
	return (pid_t)strtol(end + 3, NULL, 10);
}

/* git's options that have their value in the next word. */
static bool has_value(const char *option)
{
	return words_have("-c|-C|--git-dir|--work-tree|--namespace|"
			  "--config-env|--super-prefix|--attr-source",
		option);
}

static const char *name_of(const char *program)
{
	const char *slash = strrchr(program, '/');

	return slash ? slash + 1 : program;
}

/* The words end in a NUL, which proc_read() adds to one that was cut. */
void caller_git_command(const char *args, size_t len, char ret[CALLER_WORD_MAX])
{
	const char *end = args + len, *word = args;

	*ret = '\0';
	if (!len || strcmp(name_of(args), "git") != 0)
		return;
	for (word += strlen(word) + 1; word < end; word += strlen(word) + 1) {
		if (*word != '-') {
			snprintf(ret, CALLER_WORD_MAX, "%s", word);
			return;
		}
		if (has_value(word))
			word += strlen(word) + 1;
		if (word >= end)
			return;
	}
}

static void find_program(pid_t pid, char ret[PATH_MAX])
{
	char path[64];
	ssize_t got;

	if (pid <= 0)
		return;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	got = readlink(path, ret, PATH_MAX - 1);
	ret[got > 0 ? got : 0] = '\0';
}

void caller_find(struct caller *ret, bool want_program)
{
	struct proc_file args, stat = { .fd = -1 };
	pid_t parent = getppid();

	*ret = (struct caller){ .command = "" };
	proc_read(&args, parent, "cmdline");
	caller_git_command(args.text, args.len, ret->command);
	if (want_program && *ret->command) {
		proc_read(&stat, parent, "stat");
		parent = parent_in(stat.text);
	}
	if (want_program)
		find_program(parent, ret->program);
	proc_close(&args, &stat);
}
