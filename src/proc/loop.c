/*
 * A set of descriptors and a self-pipe.
 *
 * Signal handlers write their number into a pipe that is in the set, so a
 * signal that comes a moment before we sleep still wakes us; and several of
 * one kind are several bytes, which a flag would lose.  A flag only says
 * whether there is something to read.
 *
 * Callbacks may add and remove anything at any time.  So a watch has a number
 * that is never used again, by which an event of one that is gone is known; and
 * removal of a child only marks its entry until the next round.
 */
#include "hookrun/proc/loop.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "proc/deathsignal.h"
#include "proc/loop_census.h"
#include "proc/orphans.h"
#include "proc/pollset.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOST_STATUS (255 << 8) /* reaped by somebody else */
#define DEAD_MAX 64	       /* reaped in one round */
#define EVENTS_MAX 64	       /* descriptors served in one round */
#define PARENT_ID UINT32_MAX   /* of the event that our parent has died */

/* At the place of its descriptor in a list. */
struct watch {
	uint32_t id; /* 0: there is none; else never used again */
	void (*func)(int fd, short revents, void *data);
	void *data;
};

struct timer {
	uint64_t id;
	int64_t deadline_ms;
	void (*func)(void *data);
	void *data;
};

struct kid {
	pid_t pid; /* 0: reaped */
	void (*func)(pid_t pid, int wait_status, void *data);
	void *data;
};

static const int signals[] = {
	SIGCHLD,
	SIGINT,
	SIGTERM,
	SIGHUP,
	SIGQUIT,
	SIGWINCH,
	SIGPIPE,
};

struct loop {
	struct watch *watches; /* by descriptor */
	size_t fd_nr, fd_cap;  /* entries */
	size_t watch_nr;       /* those that are in use */
	uint32_t last_watch;
	struct pollset *pollset;
	struct timer *timers; /* the nearest first */
	size_t timer_nr, timer_cap;
	uint64_t last_id;
	struct kid *kids;
	size_t kid_nr, kid_cap;
	bool look_at_kids;
	bool missed_end; /* of one that was not in `kids` */
	struct past {
		pid_t pid;
		bool silent;
	} * pids; /* of all that ever were in `kids` */
	size_t pid_nr, pid_cap;
	bool adopts;
	struct census census;
	bool census_is_fresh; /* taken in this round */
	void (*on_signal)(int sig, void *data);
	void *signal_data;
	struct sigaction old[ARRAY_SIZE(signals)];
	int pipe_fds[2];
	pid_t owner;
	bool stopped;
};

static struct loop *active;		  /* what the handlers write to */
static volatile sig_atomic_t signalled;	  /* since they were served */
static volatile sig_atomic_t interrupted; /* since loop_new() */

/* ---- signals ------------------------------------------------------------ */

static void handle_signal(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;
	ssize_t ignored = write(active->pipe_fds[1], &byte, 1);

	(void)ignored;
	signalled = 1;
	if (sig != SIGCHLD && sig != SIGWINCH)
		interrupted = 1;
	errno = saved;
}

/* nohup(1) ignores SIGHUP for us, and that stays so. */
static void install_handlers(struct loop *loop)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction action = {
			.sa_handler = handle_signal,
			.sa_flags = SA_RESTART | SA_NOCLDSTOP,
		};

		if (signals[i] == SIGPIPE)
			action.sa_handler = SIG_IGN;
		sigfillset(&action.sa_mask);
		sigaction(signals[i], &action, &loop->old[i]);
		if (signals[i] == SIGHUP && loop->old[i].sa_handler == SIG_IGN)
			sigaction(SIGHUP, &loop->old[i], NULL);
	}
}

static bool is_signalled(const struct pollset_event *events, int nr)
{
	if (signalled)
		return true;
	for (int i = 0; i < nr; i++)
		if (!events[i].id)
			return true;
	return false;
}

static void serve_signals(struct loop *loop)
{
	unsigned char bytes[256];
	ssize_t got;

	signalled = 0;
	do {
		got = read(loop->pipe_fds[0], bytes, sizeof(bytes));
		for (ssize_t i = 0; i < got; i++) {
			if (bytes[i] == SIGCHLD)
				loop->look_at_kids = true;
			else if (loop->on_signal)
				loop->on_signal(bytes[i], loop->signal_data);
		}
	} while (got == sizeof(bytes));
}

bool loop_interrupted(void)
{
	return active && active->owner == getpid() && interrupted;
}

void loop_on_signal(
	struct loop *loop, void (*func)(int sig, void *data), void *data)
{
	loop->on_signal = func;
	loop->signal_data = data;
}

/* ---- our parent --------------------------------------------------------- */

static void watch_parent(struct loop *loop)
{
	int sig, fd = deathsignal_fd(&sig);

	if (fd >= 0)
		pollset_add(loop->pollset, fd, POLLIN, PARENT_ID);
}

/* Once: it stays at its end. */
static void parent_has_died(struct loop *loop)
{
	int sig, fd = deathsignal_fd(&sig);

	pollset_remove(loop->pollset, fd);
	raise(sig);
}

/* ---- life --------------------------------------------------------------- */

/* A child that runs a function of ours has a copy of the loop, but neither its
 * handlers nor its pipe any more: it may have one of its own. */
int loop_new(struct loop **ret, struct err *err)
{
	struct loop *loop;

	if (active && active->owner == getpid())
		return err_set(err, "there is a loop already");
	loop = xcalloc(1, sizeof(*loop));
	if (pipe2(loop->pipe_fds, O_CLOEXEC | O_NONBLOCK)) {
		free(loop);
		return err_errno(err, "cannot create a pipe");
	}
	loop->pollset = pollset_new();
	if (!loop->pollset) {
		close(loop->pipe_fds[0]);
		close(loop->pipe_fds[1]);
		free(loop);
		return err_errno(err, "cannot create a poll set");
	}
	pollset_add(loop->pollset, loop->pipe_fds[0], POLLIN, 0);
	watch_parent(loop);
	loop->owner = getpid();
	signalled = 0;
	interrupted = 0;
	active = loop;
	install_handlers(loop);
	*ret = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &loop->old[i], NULL);
	active = NULL;
	close(loop->pipe_fds[0]);
	close(loop->pipe_fds[1]);
	pollset_free(loop->pollset);
	free(loop->watches);
	free(loop->timers);
	free(loop->kids);
	free(loop->pids);
	census_release(&loop->census);
	if (loop->adopts)
		orphans_adopt(false);
	free(loop);
}

/* ---- descriptors -------------------------------------------------------- */

void loop_watch(struct loop *loop, int fd, short events,
	void (*func)(int fd, short revents, void *data), void *data)
{
	size_t nr = (size_t)fd + 1;

	loop_unwatch(loop, fd);
	xgrow(&loop->watches, &loop->fd_cap, nr, sizeof(*loop->watches));
	while (loop->fd_nr < nr)
		loop->watches[loop->fd_nr++] = (struct watch){ 0 };
	loop->watches[fd] = (struct watch){
		.id = ++loop->last_watch,
		.func = func,
		.data = data,
	};
	loop->watch_nr++;
	pollset_add(loop->pollset, fd, events, loop->last_watch);
}

/* Not left to close(2): a child may have the descriptor as well. */
void loop_unwatch(struct loop *loop, int fd)
{
	if ((size_t)fd >= loop->fd_nr || !loop->watches[fd].id)
		return;
	loop->watches[fd].id = 0;
	loop->watch_nr--;
	pollset_remove(loop->pollset, fd);
}

/* An event may be of a watch that is gone, its number in use again. */
static void serve_watches(
	struct loop *loop, const struct pollset_event *events, int nr)
{
	for (int i = 0; i < nr && !loop->stopped; i++) {
		const struct watch *watch;

		if (events[i].id == PARENT_ID)
			parent_has_died(loop);
		if (!events[i].id || events[i].id == PARENT_ID)
			continue;
		watch = &loop->watches[events[i].fd];
		if (watch->id == events[i].id)
			watch->func(
				events[i].fd, events[i].events, watch->data);
	}
}

/* ---- deadlines ---------------------------------------------------------- */

uint64_t loop_timer(struct loop *loop, int64_t deadline_ms,
	void (*func)(void *data), void *data)
{
	size_t pos = loop->timer_nr;

	xgrow(&loop->timers, &loop->timer_cap, loop->timer_nr + 1,
		sizeof(*loop->timers));
	while (pos && loop->timers[pos - 1].deadline_ms > deadline_ms)
		pos--;
	memmove(loop->timers + pos + 1, loop->timers + pos,
		(loop->timer_nr - pos) * sizeof(*loop->timers));
	loop->timer_nr++;
	loop->timers[pos] = (struct timer){
		.id = ++loop->last_id,
		.deadline_ms = deadline_ms,
		.func = func,
		.data = data,
	};
	return loop->last_id;
}

static void remove_timer(struct loop *loop, size_t pos)
{
	loop->timer_nr--;
	memmove(loop->timers + pos, loop->timers + pos + 1,
		(loop->timer_nr - pos) * sizeof(*loop->timers));
}

void loop_cancel(struct loop *loop, uint64_t id)
{
	for (size_t i = 0; i < loop->timer_nr; i++)
		if (loop->timers[i].id == id) {
			remove_timer(loop, i);
			return;
		}
}

/* The first timer that is due and existed when the round began; so a timer
 * that sets itself anew for "now" cannot keep the rest from being served. */
static bool take_due(
	struct loop *loop, int64_t now_ms, uint64_t newest, struct timer *ret)
{
	for (size_t i = 0; i < loop->timer_nr; i++) {
		if (loop->timers[i].deadline_ms > now_ms)
			return false;
		if (loop->timers[i].id > newest)
			continue;
		*ret = loop->timers[i];
		remove_timer(loop, i);
		return true;
	}
	return false;
}

static void serve_timers(struct loop *loop)
{
	int64_t now_ms = clock_now_ms();
	uint64_t newest = loop->last_id;
	struct timer timer;

	while (!loop->stopped && take_due(loop, now_ms, newest, &timer))
		timer.func(timer.data);
}

/* ---- children ----------------------------------------------------------- */

/* It may have ended before, and that be known to us; else its end is still to
 * be told by a signal. */
void loop_child(struct loop *loop, pid_t pid,
	void (*func)(pid_t pid, int wait_status, void *data), void *data)
{
	xgrow(&loop->kids, &loop->kid_cap, loop->kid_nr + 1,
		sizeof(*loop->kids));
	loop->kids[loop->kid_nr++] = (struct kid){
		.pid = pid,
		.func = func,
		.data = data,
	};
	xgrow(&loop->pids, &loop->pid_cap, loop->pid_nr + 1,
		sizeof(*loop->pids));
	loop->pids[loop->pid_nr++] = (struct past){ .pid = pid };
	loop->look_at_kids |= loop->missed_end;
}

static struct past *find_past(const struct loop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop->pid_nr; i++)
		if (loop->pids[i].pid == pid)
			return &loop->pids[i];
	return NULL;
}

bool loop_is_child(const struct loop *loop, pid_t pid)
{
	return find_past(loop, pid) != NULL;
}

bool loop_had_children(const struct loop *loop)
{
	return loop->pid_nr > 0;
}

void loop_set_silent(struct loop *loop, pid_t pid)
{
	struct past *past = find_past(loop, pid);

	if (past)
		past->silent = true;
}

bool loop_is_silent(const struct loop *loop, pid_t pid)
{
	const struct past *past = find_past(loop, pid);

	return past && past->silent;
}

bool loop_adopts(const struct loop *loop)
{
	return loop->adopts;
}

void loop_adopt(struct loop *loop)
{
	loop->adopts = orphans_adopt(true);
}

const struct census *loop_census(struct loop *loop)
{
	if (!loop->census_is_fresh && census_take(&loop->census))
		return NULL;
	loop->census_is_fresh = true;
	return &loop->census;
}

/* Who has ended; 0: nobody, -1: we have no children.  A loop that adopts reaps
 * whoever it is, else it is still to be reaped. */
static pid_t next_dead(const struct loop *loop, int *ret_status)
{
	siginfo_t info = { 0 };

	if (loop->adopts)
		return waitpid(-1, ret_status, WNOHANG);
	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT))
		return -1;
	return info.si_pid;
}

static void bury(struct kid *kid, int status)
{
	struct kid dead = *kid;

	kid->pid = 0;
	dead.func(dead.pid, status, dead.data);
}

/* Where the one that has ended is not ours to reap, or has been reaped. */
static void ask_each_kid(struct loop *loop)
{
	size_t nr = loop->kid_nr;

	for (size_t i = 0; i < nr && !loop->stopped; i++) {
		int status = LOST_STATUS;

		if (loop->kids[i].pid &&
			waitpid(loop->kids[i].pid, &status, WNOHANG))
			bury(&loop->kids[i], status);
	}
}

static struct kid *find_kid(const struct loop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop->kid_nr; i++)
		if (loop->kids[i].pid == pid)
			return &loop->kids[i];
	return NULL;
}

/* What an ended kid sets off may start the next one, without end; hence a
 * round looks only at so many. */
static void serve_kids(struct loop *loop)
{
	if (!loop->look_at_kids)
		return;
	loop->look_at_kids = false;
	for (int i = 0; i < DEAD_MAX && !loop->stopped; i++) {
		int status = LOST_STATUS;
		pid_t pid = next_dead(loop, &status);
		struct kid *kid = pid > 0 ? find_kid(loop, pid) : NULL;

		if (!pid)
			return;
		loop->missed_end |= pid > 0 && !kid;
		if (!kid && !(loop->adopts && pid > 0)) {
			ask_each_kid(loop);
			return;
		}
		if (!loop->adopts)
			waitpid(pid, &status, WNOHANG);
		if (kid)
			bury(kid, status);
	}
	loop->look_at_kids = true;
}

/* ---- the loop ----------------------------------------------------------- */

static void pack_kids(struct loop *loop)
{
	size_t kids = 0;

	for (size_t i = 0; i < loop->kid_nr; i++)
		if (loop->kids[i].pid)
			loop->kids[kids++] = loop->kids[i];
	loop->kid_nr = kids;
}

static int sleep_ms(const struct loop *loop)
{
	if (loop->look_at_kids)
		return 0;
	if (loop->timer_nr)
		return clock_left_ms(loop->timers[0].deadline_ms);
	return -1;
}

/* Output is served before deaths, so that a child which prints and exits is
 * mostly read to its end before it is reaped. */
void loop_run(struct loop *loop)
{
	struct pollset_event events[EVENTS_MAX];

	for (;;) {
		int nr;

		pack_kids(loop);
		if (loop->stopped ||
			!(loop->watch_nr || loop->timer_nr || loop->kid_nr))
			break;
		nr = pollset_wait(
			loop->pollset, events, EVENTS_MAX, sleep_ms(loop));
		loop->census_is_fresh = false;
		if (is_signalled(events, nr))
			serve_signals(loop);
		serve_watches(loop, events, nr);
		serve_kids(loop);
		serve_timers(loop);
	}
	loop->stopped = false;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
