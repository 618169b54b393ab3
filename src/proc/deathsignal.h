/* A child is not to outlive us. */
#ifndef PROC_DEATHSIGNAL_H
#define PROC_DEATHSIGNAL_H

/* In the child: get `sig` when the parent dies, however that is. */
void deathsignal_ask(int sig);

#endif
