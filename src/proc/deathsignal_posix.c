/*
 * No signal tells it.  So a child outlives a parent that is killed: its output
 * has nobody who reads it, and that is what ends most.
 */
#include "proc/deathsignal.h"

void deathsignal_ask(int sig)
{
	(void)sig;
}
