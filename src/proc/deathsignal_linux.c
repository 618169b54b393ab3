/* PR_SET_PDEATHSIG (prctl(2)): the kernel tells it. */
#include "proc/deathsignal.h"

#include <sys/prctl.h>

void deathsignal_ask(int sig)
{
	prctl(PR_SET_PDEATHSIG, sig);
}
