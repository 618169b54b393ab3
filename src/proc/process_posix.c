/*
 * By ps(1).  It prints a command line without telling where its words end,
 * which is enough for a command of git's; it knows neither folders nor
 * descriptors.
 */
#include "hookrun/proc/process.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "proc/ps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two columns cost no more than one; `second` may be NULL. */
static void ask(
	pid_t pid, const char *column, const char *second, struct strbuf *out)
{
	char number[24];
	const char *const options[] = { "-ww", "-p", number, "-o", column,
		second ? "-o" : NULL, second, NULL };

	snprintf(number, sizeof(number), "%ld", (long)pid);
	if (ps_read(options, out) < 0)
		strbuf_reset(out);
	strbuf_rtrim(out);
}

static size_t split_words(const char *at, char *buf, size_t size)
{
	size_t len = 0;

	for (; *at && len + 1 < size; at++)
		if (*at != ' ')
			buf[len++] = *at;
		else if (len && buf[len - 1])
			buf[len++] = '\0';
	buf[len] = '\0';
	if (len && len + 1 < size)
		len++; /* the NUL of the last word */
	buf[len] = '\0';
	return len;
}

size_t process_words(pid_t pid, char *buf, size_t size)
{
	AUTO_STRBUF text = STRBUF_INIT;

	ask(pid, "args=", NULL, &text);
	return split_words(text.buf, buf, size);
}

pid_t process_parent(pid_t pid)
{
	AUTO_STRBUF text = STRBUF_INIT;

	ask(pid, "ppid=", NULL, &text);
	return (pid_t)strtol(text.buf, NULL, 10);
}

size_t process_words_and_parent(
	pid_t pid, char *buf, size_t size, pid_t *ret_parent)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *end;

	ask(pid, "ppid=", "args=", &text);
	*ret_parent = (pid_t)strtol(text.buf, &end, 10);
	return split_words(end, buf, size);
}

/* What it was called by, where that is a path or stands on ours. */
void process_program(pid_t pid, char ret[PATH_MAX])
{
	char words[PATH_MAX];
	AUTO_FREE char *found = NULL;

	*ret = '\0';
	if (process_words(pid, words, sizeof(words)))
		found = fs_find_program(words, NULL);
	if (found && *found == '/')
		snprintf(ret, PATH_MAX, "%s", found);
}

void process_name(pid_t pid, struct strbuf *out)
{
	AUTO_STRBUF text = STRBUF_INIT;

	ask(pid, "comm=", NULL, &text);
	strbuf_addstr(out, fs_basename(text.buf));
}

int process_folder(pid_t pid, struct strbuf *out)
{
	(void)pid;
	(void)out;
	return -1;
}

bool process_writes_elsewhere(pid_t pid)
{
	(void)pid;
	return false;
}

bool process_has_open(pid_t pid, const struct stat *file)
{
	(void)pid;
	(void)file;
	return false;
}

pid_t *process_list(const char *prefix)
{
	static const char *const options[] = { "-A", "-o", "pid=", "-o",
		"comm=", NULL };
	AUTO_STRBUF text = STRBUF_INIT;
	pid_t own = ps_read(options, &text), *pids = NULL;
	size_t nr = 0, cap = 0;
	char *next;

	for (char *at = own > 0 ? text.buf : NULL; at && *at; at = next) {
		char *end = strchr(at, '\n');
		pid_t pid;

		next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		pid = (pid_t)strtol(at, &at, 10);
		at += strspn(at, " ");
		if (pid <= 0 || pid == own ||
			strncmp(fs_basename(at), prefix, strlen(prefix)) != 0)
			continue;
		xgrow(&pids, &cap, nr + 2, sizeof(*pids));
		pids[nr++] = pid;
		pids[nr] = 0;
	}
	return pids;
}

void process_call_us(const char *name)
{
	(void)name;
}
