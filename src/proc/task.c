/*
 * One child in the loop: its pipes, its deadline, and its end.
 *
 * Three things happen in any order: the output comes to its end, the leader
 * dies, somebody asks for an end.  Each only records itself and calls settle(),
 * and is_over() alone decides.  Two cases make that worth while: a daemon that
 * a job leaves behind keeps the output open, and must neither hang the hook nor
 * be killed; and after Ctrl-C the children that `sh` started in the background
 * live on, SIGINT being ignored there, and must not survive us.
 *
 * The job gets no controlling terminal even where its output is one: what asks
 * on /dev/tty for a password would wait for an answer that nobody can give.
 */
#include "hookrun/proc/task.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "proc/loop_census.h"
#include "proc/pty.h"
#include "proc/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define RUNG_MS 2000 /* from one rung of the ladder to the next */
#define HASTY_MS 450 /* the same for who has pressed Ctrl-C and waits */
#define DRAIN_MS 100 /* for output after the leader's death */
#define LOOK_MS 20   /* between two looks at a group that is ending */
#define READ_MAX 65536
#define FEW_BYTES 4096 /* a large buffer is memory that is new to us */
#define LAST_READS 64  /* reads at the end, should a daemon print for ever */

enum rung {
	RUNG_NONE,  /* nobody asked for an end */
	RUNG_ASKED, /* the caller's signal was sent */
	RUNG_TERM,
	RUNG_KILL,
	RUNG_OUT, /* who survived KILL is stuck in the kernel */
};

struct task {
	struct loop *loop;
	struct task_opts opts;
	pid_t pid;
	int out_fd; /* -1: at its end, or not ours to read */
	int in_fd;  /* -1: all written, or nobody reads */
	size_t in_done;
	enum rung rung;
	int rung_ms;
	struct tree tree; /* who is to be ended, once somebody asked for it */
	bool loud;	  /* the last read filled its buffer */
	bool is_pty, reaped, drained, timed_out, over;
	int wait_status;
	uint64_t timeout_timer, rung_timer, drain_timer, look_timer;
};

static void settle(struct task *task);

/* ---- input and output --------------------------------------------------- */

static void close_fd(struct task *task, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(task->loop, *fd);
	close(*fd);
	*fd = -1;
}

/* The reading end of a terminal says EIO where a pipe has its end of file.
 * False when there is nothing more to read now. */
static bool read_output(struct task *task)
{
	static char *many; /* for those who print that much */
	char few[FEW_BYTES], *data = few;
	size_t room = sizeof(few);
	ssize_t got;

	if (task->loud) {
		if (!many)
			many = xmalloc(READ_MAX);
		data = many;
		room = READ_MAX;
	}
	got = read(task->out_fd, data, room);
	task->loud = got == (ssize_t)room;
	if (got > 0) {
		if (task->opts.on_output)
			task->opts.on_output(
				task, data, (size_t)got, task->opts.data);
		return true;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return errno == EINTR;
	close_fd(task, &task->out_fd);
	return false;
}

static void on_readable(int fd, short revents, void *data)
{
	struct task *task = data;

	(void)fd;
	(void)revents;
	read_output(task);
	if (task->out_fd < 0)
		settle(task);
}

/* A child that does not want its input is no failure. */
static void on_writable(int fd, short revents, void *data)
{
	struct task *task = data;
	ssize_t put;

	(void)revents;
	put = write(fd, (const char *)task->opts.in + task->in_done,
		task->opts.in_len - task->in_done);
	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (put > 0)
		task->in_done += (size_t)put;
	if (put < 0 || task->in_done == task->opts.in_len)
		close_fd(task, &task->in_fd);
}

/* ---- the end ------------------------------------------------------------ */

static void cancel_timers(struct task *task)
{
	loop_cancel(task->loop, task->timeout_timer);
	loop_cancel(task->loop, task->rung_timer);
	loop_cancel(task->loop, task->drain_timer);
	loop_cancel(task->loop, task->look_timer);
}

/* What the leader wrote is in the pipe by now, however late we come to it. */
static void finish(struct task *task)
{
	task->over = true;
	for (int i = 0; i < LAST_READS && task->out_fd >= 0; i++)
		if (!read_output(task))
			break;
	if (task->out_fd < 0)
		loop_set_silent(task->loop, task->pid);
	cancel_timers(task);
	close_fd(task, &task->out_fd);
	close_fd(task, &task->in_fd);
	task->opts.on_done(task, task->opts.data);
}

/* Who is there to be ended now; what a job leaves behind when it ends by itself
 * is not the task's affair.  The first look is before the first signal: a
 * process with a session of its own is found through its living parents. */
static void look(struct task *task)
{
	const struct census *census = loop_census(task->loop);

	if (!census)
		return;
	tree_add_session(&task->tree, census, task->pid);
	tree_follow(&task->tree, census);
}

/* Members that an asked-for end has yet to reach. */
static bool members_remain(struct task *task)
{
	if (task->rung == RUNG_NONE || task->rung == RUNG_OUT)
		return false;
	if (!loop_census(task->loop))
		return !task->opts.interactive && child_group_alive(task->pid);
	look(task);
	return task->tree.nr > 0;
}

static bool is_over(const struct task *task, bool members)
{
	return task->reaped && !members && (task->out_fd < 0 || task->drained);
}

/* An interactive task is in our own group, which must not be signalled. */
static void send_signal(struct task *task, int sig)
{
	if (!task->opts.interactive)
		child_signal_group(task->pid, sig);
	else if (!task->reaped)
		kill(task->pid, sig);
}

/* Whatever groups and sessions they have made for themselves. */
static void signal_all(struct task *task, int sig)
{
	look(task);
	send_signal(task, sig);
	tree_signal(&task->tree, sig, task->pid);
}

static void signal_term(struct task *task)
{
	signal_all(task, SIGTERM);
	signal_all(task, SIGCONT); /* who is stopped cannot end */
}

static void on_rung(void *data)
{
	struct task *task = data;

	task->rung_timer = 0;
	if (task->rung == RUNG_KILL) {
		task->rung = RUNG_OUT;
		settle(task);
		return;
	}
	if (task->rung == RUNG_ASKED) {
		task->rung = RUNG_TERM;
		signal_term(task);
	} else {
		task->rung = RUNG_KILL;
		signal_all(task, SIGKILL);
	}
	task->rung_timer = loop_timer(
		task->loop, clock_now_ms() + task->rung_ms, on_rung, task);
}

/* Up to the next rung now instead of later. */
static void climb(struct task *task)
{
	loop_cancel(task->loop, task->rung_timer);
	on_rung(task);
}

static void on_look(void *data)
{
	struct task *task = data;

	task->look_timer = 0;
	settle(task);
}

static void look_in(struct task *task, int ms)
{
	loop_cancel(task->loop, task->look_timer);
	task->look_timer = loop_timer(
		task->loop, clock_now_ms() + ms, on_look, task);
}

/* To be called after each change of state; `task` may be gone afterwards. */
static void settle(struct task *task)
{
	bool members;

	if (!task->reaped)
		return;
	members = members_remain(task);
	if (is_over(task, members)) {
		finish(task);
		return;
	}
	if (members && task->rung == RUNG_ASKED)
		climb(task);
	else if (members && task->rung == RUNG_KILL)
		signal_all(task, SIGKILL); /* who was born meanwhile */
	if (members)
		look_in(task, LOOK_MS);
}

static void on_drained(void *data)
{
	struct task *task = data;

	task->drain_timer = 0;
	task->drained = true;
	settle(task);
}

static void on_reaped(pid_t pid, int wait_status, void *data)
{
	struct task *task = data;

	(void)pid;
	task->reaped = true;
	task->wait_status = wait_status;
	loop_cancel(task->loop, task->timeout_timer);
	task->timeout_timer = 0;
	if (task->out_fd >= 0)
		task->drain_timer = loop_timer(task->loop,
			clock_now_ms() + DRAIN_MS, on_drained, task);
	settle(task);
}

static void on_timeout(void *data)
{
	struct task *task = data;

	task->timeout_timer = 0;
	task->timed_out = task->rung == RUNG_NONE;
	task_end(task, SIGTERM);
}

static bool terminal_sent(int sig)
{
	return sig == SIGINT || sig == SIGQUIT;
}

void task_end(struct task *task, int sig)
{
	if (sig == SIGKILL) {
		task_kill(task);
		return;
	}
	if (task->over || task->rung == RUNG_OUT)
		return;
	look(task);
	if (sig == SIGTERM)
		signal_term(task);
	else if (!task->opts.interactive || !terminal_sent(sig))
		send_signal(task, sig);
	if (task->rung != RUNG_NONE)
		return;
	task->rung = sig == SIGTERM ? RUNG_TERM : RUNG_ASKED;
	task->rung_ms = sig == SIGINT ? HASTY_MS : RUNG_MS;
	task->rung_timer = loop_timer(
		task->loop, clock_now_ms() + task->rung_ms, on_rung, task);
	look_in(task, 0);
}

void task_kill(struct task *task)
{
	if (task->over || task->rung >= RUNG_KILL)
		return;
	task->rung = RUNG_TERM;
	task->rung_ms = RUNG_MS;
	climb(task);
	look_in(task, 0);
}

/* ---- the beginning ------------------------------------------------------ */

/* One that is new, and has no other flags that can be set. */
static int set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* `ret_theirs` becomes the end that is the child's. */
static int open_output(struct task *task, int *ret_theirs, struct err *err)
{
	int fds[2];

	task->is_pty = task->opts.pty && !pty_open(&fds[0], &fds[1]);
	if (!task->is_pty && pipe2(fds, O_CLOEXEC))
		return err_errno(err, "cannot create a pipe");
	task->out_fd = fds[0];
	*ret_theirs = fds[1];
	if (set_nonblocking(fds[0]))
		return err_errno(err, "cannot create a pipe");
	return 0;
}

static int open_input(struct task *task, int *ret_theirs, struct err *err)
{
	int fds[2];

	if (!task->opts.in || !task->opts.in_len)
		return 0;
	if (pipe2(fds, O_CLOEXEC))
		return err_errno(err, "cannot create a pipe");
	*ret_theirs = fds[0];
	task->in_fd = fds[1];
	if (set_nonblocking(fds[1]))
		return err_errno(err, "cannot create a pipe");
	return 0;
}

static void add_fd(struct child_opts *child, int from, int to)
{
	if (from >= 0)
		child->fds[child->nfds++] = (struct child_fd){ from, to };
}

static int spawn(struct task *task, struct err *err)
{
	struct child_opts child = task->opts.child;
	AUTO_FD int out = -1;
	AUTO_FD int in = -1;

	if (child.nfds + 3 > ARRAY_SIZE(child.fds))
		return err_set(err, "too many descriptors for one task");
	if (task->opts.interactive) {
		add_fd(&child, task->opts.tty_fd, STDIN_FILENO);
		add_fd(&child, STDOUT_FILENO, STDOUT_FILENO);
		add_fd(&child, STDERR_FILENO, STDERR_FILENO);
		return child_spawn(&child, &task->pid, err);
	}
	if (open_output(task, &out, err) || open_input(task, &in, err))
		return -1;
	add_fd(&child, in, STDIN_FILENO);
	add_fd(&child, out, STDOUT_FILENO);
	add_fd(&child, out, STDERR_FILENO);
	child.new_session = true;
	return child_spawn(&child, &task->pid, err);
}

static void watch(struct task *task)
{
	loop_child(task->loop, task->pid, on_reaped, task);
	if (task->out_fd >= 0)
		loop_watch(task->loop, task->out_fd, POLLIN, on_readable, task);
	if (task->in_fd >= 0)
		loop_watch(task->loop, task->in_fd, POLLOUT, on_writable, task);
	if (task->opts.timeout_ms)
		task->timeout_timer = loop_timer(task->loop,
			clock_now_ms() + task->opts.timeout_ms, on_timeout,
			task);
}

int task_start(struct loop *loop, const struct task_opts *opts,
	struct task **ret, struct err *err)
{
	struct task *task = xcalloc(1, sizeof(*task));

	task->loop = loop;
	task->opts = *opts;
	task->out_fd = task->in_fd = -1;
	if (spawn(task, err)) {
		close_fd(task, &task->out_fd);
		close_fd(task, &task->in_fd);
		free(task);
		return -1;
	}
	watch(task);
	*ret = task;
	return 0;
}

void task_free(struct task *task)
{
	tree_release(&task->tree);
	free(task);
}

/* Without a controlling terminal the kernel signals nobody. */
void task_winch(struct task *task)
{
	if (!task->is_pty || task->out_fd < 0)
		return;
	pty_copy_size(task->out_fd);
	child_signal_group(task->pid, SIGWINCH);
}

int task_signal(const struct task *task)
{
	return WIFSIGNALED(task->wait_status) ? WTERMSIG(task->wait_status) : 0;
}

int task_status(const struct task *task)
{
	return child_status(task->wait_status);
}

bool task_timed_out(const struct task *task)
{
	return task->timed_out;
}
