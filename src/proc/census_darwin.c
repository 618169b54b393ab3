/*
 * sysctl(3) has all processes of one moment in one call, also those of others,
 * of which libproc is silent; but not their sessions.
 */
#include "proc/census.h"

#include "hookrun/base/alloc.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/sysctl.h>
#include <unistd.h>

#define SPARE 64 /* processes that may come between two calls */

static struct process read_process(const struct kinfo_proc *info)
{
	const struct timeval *start = &info->kp_proc.p_starttime;
	pid_t pid = info->kp_proc.p_pid, session = getsid(pid);

	return (struct process){
		.pid = pid,
		.parent = info->kp_eproc.e_ppid,
		.group = info->kp_eproc.e_pgid,
		.session = session > 0 ? session : 0,
		.started = (uint64_t)start->tv_sec * 1000000 +
			   (uint64_t)start->tv_usec,
		.over = info->kp_proc.p_stat == SZOMB,
		.ignores_hup = info->kp_proc.p_sigignore >> (SIGHUP - 1) & 1,
	};
}

int census_take(struct census *census)
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_ALL, 0 };
	AUTO_FREE struct kinfo_proc *list = NULL;
	size_t size = 0;

	census->nr = 0;
	if (sysctl(name, ARRAY_SIZE(name), NULL, &size, NULL, 0))
		return -1;
	size += SPARE * sizeof(*list);
	list = xmalloc(size);
	if (sysctl(name, ARRAY_SIZE(name), list, &size, NULL, 0))
		return -1;
	for (size_t i = 0; i < size / sizeof(*list); i++) {
		xgrow(&census->v, &census->cap, census->nr + 1,
			sizeof(*census->v));
		census->v[census->nr++] = read_process(&list[i]);
	}
	return census->nr ? 0 : -1;
}
