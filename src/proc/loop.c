/*
 * poll and a self-pipe.
 *
 * Signal handlers only write their number into a pipe that poll watches, so a
 * signal that comes a moment before poll sleeps still wakes it; and several of
 * one kind are several bytes, which a flag would lose.
 *
 * Callbacks may add and remove anything at any time.  So removal only marks an
 * entry, and the lists are packed before the next sleep: during a round an
 * index means the same entry from beginning to end, and what was added during
 * it is first looked at in the next.
 */
#include "hookrun/proc/loop.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOST_STATUS (255 << 8) /* reaped by somebody else */

struct watch {
	int fd; /* -1: removed */
	short events;
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
	struct watch *watches;
	size_t watch_nr, watch_cap;
	struct pollfd *polls; /* as watches, and the self-pipe at the end */
	size_t poll_cap;
	struct timer *timers; /* the nearest first */
	size_t timer_nr, timer_cap;
	uint64_t last_id;
	struct kid *kids;
	size_t kid_nr, kid_cap;
	bool look_at_kids;
	void (*on_signal)(int sig, void *data);
	void *signal_data;
	struct sigaction old[ARRAY_SIZE(signals)];
	int pipe_fds[2];
	pid_t owner;
	bool stopped;
};

static struct loop *active; /* what the handlers write to */

/* ---- signals ------------------------------------------------------------ */

static void handle_signal(int sig)
{
	unsigned char byte = (unsigned char)sig;
	int saved = errno;
	ssize_t ignored = write(active->pipe_fds[1], &byte, 1);

	(void)ignored;
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

		sigaction(signals[i], NULL, &loop->old[i]);
		if (signals[i] == SIGPIPE)
			action.sa_handler = SIG_IGN;
		if (signals[i] == SIGHUP && loop->old[i].sa_handler == SIG_IGN)
			continue;
		sigfillset(&action.sa_mask);
		sigaction(signals[i], &action, NULL);
	}
}

static void serve_signals(struct loop *loop)
{
	unsigned char bytes[256];
	ssize_t got;

	while ((got = read(loop->pipe_fds[0], bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < got; i++) {
			if (bytes[i] == SIGCHLD)
				loop->look_at_kids = true;
			else if (loop->on_signal)
				loop->on_signal(bytes[i], loop->signal_data);
		}
}

void loop_on_signal(
	struct loop *loop, void (*func)(int sig, void *data), void *data)
{
	loop->on_signal = func;
	loop->signal_data = data;
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
	loop->owner = getpid();
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
	free(loop->watches);
	free(loop->polls);
	free(loop->timers);
	free(loop->kids);
	free(loop);
}

/* ---- descriptors -------------------------------------------------------- */

void loop_watch(struct loop *loop, int fd, short events,
	void (*func)(int fd, short revents, void *data), void *data)
{
	loop_unwatch(loop, fd);
	xgrow(&loop->watches, &loop->watch_cap, loop->watch_nr + 1,
		sizeof(*loop->watches));
	loop->watches[loop->watch_nr++] = (struct watch){
		.fd = fd,
		.events = events,
		.func = func,
		.data = data,
	};
}

void loop_unwatch(struct loop *loop, int fd)
{
	for (size_t i = 0; i < loop->watch_nr; i++)
		if (loop->watches[i].fd == fd)
			loop->watches[i].fd = -1;
}

static void serve_watches(struct loop *loop, size_t polled)
{
	for (size_t i = 0; i < polled && !loop->stopped; i++) {
		struct watch watch = loop->watches[i];

		if (watch.fd >= 0 && loop->polls[i].revents)
			watch.func(
				watch.fd, loop->polls[i].revents, watch.data);
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

/* It may have ended before, when nobody looked for it. */
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
	loop->look_at_kids = true;
}

static void serve_kids(struct loop *loop)
{
	size_t nr = loop->kid_nr;

	if (!loop->look_at_kids)
		return;
	loop->look_at_kids = false;
	for (size_t i = 0; i < nr; i++) {
		struct kid kid = loop->kids[i];
		int status = LOST_STATUS;

		if (loop->stopped) {
			loop->look_at_kids = true;
			return;
		}
		if (!kid.pid || !waitpid(kid.pid, &status, WNOHANG))
			continue;
		loop->kids[i].pid = 0;
		kid.func(kid.pid, status, kid.data);
	}
}

/* ---- the loop ----------------------------------------------------------- */

static void pack_lists(struct loop *loop)
{
	size_t watches = 0, kids = 0;

	for (size_t i = 0; i < loop->watch_nr; i++)
		if (loop->watches[i].fd >= 0)
			loop->watches[watches++] = loop->watches[i];
	for (size_t i = 0; i < loop->kid_nr; i++)
		if (loop->kids[i].pid)
			loop->kids[kids++] = loop->kids[i];
	loop->watch_nr = watches;
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

/* Sleep until there is something to serve; the number of watches polled. */
static size_t poll_watches(struct loop *loop)
{
	size_t nr = loop->watch_nr;

	xgrow(&loop->polls, &loop->poll_cap, nr + 1, sizeof(*loop->polls));
	for (size_t i = 0; i < nr; i++)
		loop->polls[i] = (struct pollfd){
			.fd = loop->watches[i].fd,
			.events = loop->watches[i].events,
		};
	loop->polls[nr] = (struct pollfd){
		.fd = loop->pipe_fds[0],
		.events = POLLIN,
	};
	if (poll(loop->polls, nr + 1, sleep_ms(loop)) < 0)
		return 0;
	return nr;
}

/* Output is served before deaths, so that a child which prints and exits is
 * mostly read to its end before it is reaped. */
void loop_run(struct loop *loop)
{
	for (;;) {
		size_t polled;

		pack_lists(loop);
		if (loop->stopped ||
			!(loop->watch_nr || loop->timer_nr || loop->kid_nr))
			break;
		polled = poll_watches(loop);
		serve_signals(loop);
		serve_watches(loop, polled);
		serve_kids(loop);
		serve_timers(loop);
	}
	loop->stopped = false;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
