/*
 * ps(1) tells how long a process has been there, in whole seconds, so that its
 * start is known to within two of them: what is that close to the start of the
 * same number at the look before is the same process.  Which signals are
 * ignored is no column of POSIX's, but GNU, BSD and BusyBox but for the last
 * have one.
 */
#include "proc/census.h"

#include "hookrun/base/alloc.h"
#include "proc/ps.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define JITTER_S 2

/* "[[days-]hours:]minutes:seconds" */
static uint64_t read_elapsed(const char *text)
{
	const char *dash = strchr(text, '-');
	uint64_t days = dash ? strtoull(text, NULL, 10) : 0, seconds = 0;
	char *end;

	for (const char *at = dash ? dash + 1 : text;; at = end + 1) {
		seconds = seconds * 60 + strtoull(at, &end, 10);
		if (*end != ':')
			break;
	}
	return days * 86400 + seconds;
}

static uint64_t same_start(
	const struct census *before, pid_t pid, uint64_t started)
{
	for (size_t i = 0; i < before->nr; i++) {
		uint64_t then = before->v[i].started;

		if (before->v[i].pid == pid && then <= started + JITTER_S &&
			started <= then + JITTER_S)
			return then;
	}
	return started;
}

static bool read_line(const char *line, uint64_t now, struct process *ret)
{
	char state[16], elapsed[32], ignored[32] = "0";
	long pid, parent, group;
	pid_t session;

	if (sscanf(line, "%ld %ld %ld %15s %31s %31s", &pid, &parent, &group,
		    state, elapsed, ignored) < 5)
		return false;
	session = getsid((pid_t)pid);
	*ret = (struct process){
		.pid = (pid_t)pid,
		.parent = (pid_t)parent,
		.group = (pid_t)group,
		.session = session > 0 ? session : 0,
		.started = now - read_elapsed(elapsed),
		.over = *state == 'Z' || *state == 'X',
		.ignores_hup = strtoull(ignored, NULL, 16) >> (SIGHUP - 1) & 1,
	};
	return true;
}

static pid_t list(struct strbuf *out)
{
	static const char *const most[] = { "-A", "-o", "pid=", "-o",
		"ppid=", "-o", "pgid=", "-o", "stat=", "-o", "etime=", "-o",
		"ignored=", NULL };
	static const char *const least[] = { "-A", "-o", "pid=", "-o",
		"ppid=", "-o", "pgid=", "-o", "stat=", "-o", "etime=", NULL };
	pid_t own = ps_read(most, out);

	if (own > 0)
		return own;
	strbuf_reset(out);
	return ps_read(least, out);
}

int census_take(struct census *census)
{
	static struct census before; /* for the times of start */
	AUTO_STRBUF text = STRBUF_INIT;
	pid_t own = list(&text);
	uint64_t now = (uint64_t)time(NULL);
	struct process process;

	census->nr = 0;
	for (char *line = text.buf, *end; own > 0 && *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (!read_line(line, now, &process) || process.pid == own)
			continue;
		process.started = same_start(
			&before, process.pid, process.started);
		xgrow(&census->v, &census->cap, census->nr + 1,
			sizeof(*census->v));
		census->v[census->nr++] = process;
	}
	if (!census->nr)
		return -1;
	xgrow(&before.v, &before.cap, census->nr, sizeof(*before.v));
	memcpy(before.v, census->v, census->nr * sizeof(*before.v));
	before.nr = census->nr;
	return 0;
}
