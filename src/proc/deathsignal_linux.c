/* PR_SET_PDEATHSIG (prctl(2)): the kernel tells it, functions as well as
 * programs. */
#include "proc/deathsignal.h"

#include <sys/prctl.h>

void deathsignal_offer(void)
{
}

void deathsignal_ask(int sig)
{
	prctl(PR_SET_PDEATHSIG, sig);
}

void deathsignal_keep(int sig, int above)
{
	(void)sig;
	(void)above;
}

int deathsignal_fd(int *ret_sig)
{
	(void)ret_sig;
	return -1;
}
