/*
 * No signal tells it.  A child that runs a function of ours, and waits in a
 * loop, sees it by a socket whose other end nobody has but its parent.  (Not a
 * pipe: those of others are closed in such a child.)  A program knows nothing
 * of it, and outlives a parent that is killed: its output has nobody who reads
 * it, and that is what ends most.
 */
#include "proc/deathsignal.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static int ours = -1, theirs = -1;    /* of our children */
static int parents = -1, parents_sig; /* our parent's `theirs` */

void deathsignal_offer(void)
{
	int fds[2];

	if (ours >= 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		return;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	ours = fds[0];
	theirs = fds[1];
}

void deathsignal_ask(int sig)
{
	(void)sig;
}

void deathsignal_keep(int sig, int above)
{
	if (parents >= 0)
		close(parents);
	parents = fcntl(theirs, F_DUPFD_CLOEXEC, above);
	parents_sig = sig;
	close(theirs);
	close(ours);
	ours = theirs = -1;
}

int deathsignal_fd(int *ret_sig)
{
	*ret_sig = parents_sig;
	return parents;
}
