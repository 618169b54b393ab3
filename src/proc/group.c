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
#include "proc/census.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define LOOK_MS 20	   /* between two looks at a group */
#define AFTER_KILL_MS 2000 /* longer stays only who is stuck in the kernel */

void child_signal_group(pid_t pid, int sig)
{
	if (pid > 1)
		kill(-pid, sig);
}

bool child_group_alive(pid_t pid)
{
	struct census census = { 0 };
	bool found = false;

	if (pid <= 1 || (kill(-pid, 0) && errno == ESRCH))
		return false;
	if (census_take(&census))
		return true;
	for (size_t i = 0; !found && i < census.nr; i++)
		found = census.v[i].group == pid && !census.v[i].over;
	census_release(&census);
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
