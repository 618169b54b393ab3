/* A child is not to outlive us. */
#ifndef PROC_DEATHSIGNAL_H
#define PROC_DEATHSIGNAL_H

/* In the parent, before it forks a child that will ask and runs a function of
 * ours. */
void deathsignal_offer(void);

/* In the child: get `sig` when the parent dies, however that is.  Where no
 * signal tells that, deathsignal_keep() does. */
void deathsignal_ask(int sig);

/* After that, where the child runs a function of ours, and `above` all numbers
 * that it is told to have: keep what deathsignal_fd() tells by. */
void deathsignal_keep(int sig, int above);

/* -1, or what is at its end, from then on, as soon as our parent has died:
 * `*ret_sig` is the signal that we asked for. */
int deathsignal_fd(int *ret_sig);

#endif
