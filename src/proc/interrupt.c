/*
 * Signals that have to wait.  Nothing is blocked: the handler only notes what
 * came, so that a command that is waited for can be ended early, and whoever
 * holds the signals asks for the note when the work tree is whole.
 */
#include "hookrun/proc/interrupt.h"

#include "hookrun/base/alloc.h"

#include <signal.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
static struct sigaction old[ARRAY_SIZE(signals)];
static volatile sig_atomic_t noted;
static bool held, deferred;

static void note_signal(int sig)
{
	if (!noted)
		noted = sig;
}

/* What is ignored, as nohup(1) does, stays ignored. */
void interrupt_hold(void)
{
	if (held)
		return;
	held = true;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction action = { .sa_handler = note_signal,
			.sa_flags = SA_RESTART };

		if (signals[i] == SIGPIPE)
			action.sa_handler = SIG_IGN;
		sigaction(signals[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

int interrupt_noted(void)
{
	return noted;
}

void interrupt_release(void)
{
	if (!held)
		return;
	held = deferred = false;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &old[i], NULL);
}

void interrupt_defer(bool on)
{
	deferred = on;
}

bool interrupt_ends_commands(void)
{
	return held && noted && !deferred;
}
