/*
 * A short command of our own, waited for on the spot.
 *
 * It polls by itself instead of in the loop, since it is called while no loop
 * exists as well as from within one.  SIGCHLD is let through only while it
 * sleeps and so wakes it for certain; hence a daemon that the command leaves
 * behind with its output open cannot make us wait.  Its input is an anonymous
 * file, not a pipe: there is nothing to feed, and no SIGPIPE to fear from a
 * command that does not read it.
 */
#include "hookrun/proc/cmd.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/nameless.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_MS 60000 /* where none is given */
#define GRACE_MS 1000	 /* between TERM and KILL at a timeout */
#define DRAIN_MS 100	 /* for output after the command's death */
#define READ_MAX 65536
#define ERR_OUT_MAX (1 << 20) /* bytes of stderr that are kept */

struct stream {
	int fd;		    /* -1: at its end */
	struct strbuf *buf; /* NULL: nobody wants it */
	size_t left;	    /* bytes until the ceiling */
	bool cut;	    /* what is over it is dropped, and no error */
};

struct run {
	const struct cmd *cmd;
	pid_t pid;
	struct sigaction old_action; /* for SIGCHLD */
	sigset_t old_mask;
	struct stream out, errout;
	int64_t deadline_ms;
	bool reaped;
	int wait_status;
};

static int open_input(const struct cmd *cmd, int *ret_fd, struct err *err)
{
	int fd;

	if (!cmd->in)
		return 0;
	fd = nameless_in_memory("stdin");
	if (fd < 0)
		return err_errno(
			err, "cannot hold the input of '%s'", cmd->argv[0]);
	*ret_fd = fd;
	if (fs_write_all(fd, cmd->in, cmd->in_len) || lseek(fd, 0, SEEK_SET))
		return err_errno(
			err, "cannot hold the input of '%s'", cmd->argv[0]);
	return 0;
}

/* `ret_theirs` stays -1 (which is /dev/null) where nobody wants the output. */
static int open_stream(
	struct stream *stream, struct strbuf *buf, size_t max, int *ret_theirs)
{
	int fds[2];

	stream->buf = buf;
	stream->left = max;
	if (!buf)
		return 0;
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	stream->fd = fds[0];
	*ret_theirs = fds[1];
	return fcntl(fds[0], F_SETFL, O_NONBLOCK);
}

static void close_stream(struct stream *stream)
{
	fs_auto_close(&stream->fd);
	stream->fd = -1;
}

static void add_fd(struct child_opts *child, int from, int to)
{
	if (from >= 0)
		child->fds[child->nfds++] = (struct child_fd){ from, to };
}

/* It dies with us: in a session of its own no Ctrl-C reaches it. */
static int start(struct run *run, struct strbuf *out, struct strbuf *errout,
	struct err *err)
{
	const struct cmd *cmd = run->cmd;
	struct child_opts child = {
		.argv = cmd->argv,
		.env = cmd->env,
		.cwd = cmd->cwd,
		.new_session = true,
		.death_signal = SIGTERM,
	};
	AUTO_FD int in = -1;
	AUTO_FD int out_fd = -1;
	AUTO_FD int err_fd = -1;

	if (cmd->inherit_stderr)
		errout = NULL;
	if (open_input(cmd, &in, err))
		return -1;
	if (open_stream(&run->out, out, CMD_OUT_MAX, &out_fd) ||
		open_stream(&run->errout, errout, ERR_OUT_MAX, &err_fd))
		return err_errno(err, "cannot start '%s'", cmd->argv[0]);
	run->errout.cut = true;
	add_fd(&child, in, STDIN_FILENO);
	add_fd(&child, cmd->out_fd ? cmd->out_fd : out_fd, STDOUT_FILENO);
	add_fd(&child, cmd->inherit_stderr ? STDERR_FILENO : err_fd,
		STDERR_FILENO);
	return child_spawn(&child, &run->pid, err);
}

/* Read once, which is all that a pipe holds; -1 where it is more than the
 * ceiling allows. */
static int read_stream(struct stream *stream)
{
	char data[READ_MAX];
	size_t len;
	ssize_t got;

	if (stream->fd < 0)
		return 0;
	got = read(stream->fd, data, sizeof(data));
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) {
		close_stream(stream);
		return 0;
	}
	len = (size_t)got;
	if (len > stream->left && !stream->cut)
		return -1;
	if (len > stream->left)
		len = stream->left;
	strbuf_add(stream->buf, data, len);
	stream->left -= len;
	return 0;
}

/* After the command's death what it left behind has DRAIN_MS, and no more. */
static void look_for_death(struct run *run)
{
	int64_t drain_ms;

	if (run->reaped || !waitpid(run->pid, &run->wait_status, WNOHANG))
		return;
	run->reaped = true;
	drain_ms = clock_now_ms() + DRAIN_MS;
	if (drain_ms < run->deadline_ms)
		run->deadline_ms = drain_ms;
}

static bool is_over(const struct run *run)
{
	return run->reaped && run->out.fd < 0 && run->errout.fd < 0;
}

static void sleep_until_ready(const struct run *run)
{
	struct pollfd fds[] = {
		{ .fd = run->out.fd, .events = POLLIN },
		{ .fd = run->errout.fd, .events = POLLIN },
	};
	int left_ms = clock_left_ms(run->deadline_ms);
	struct timespec left = {
		.tv_sec = left_ms / 1000,
		.tv_nsec = left_ms % 1000 * 1000000L,
	};
	sigset_t mask = run->old_mask;

	sigdelset(&mask, SIGCHLD);
	ppoll(fds, ARRAY_SIZE(fds), &left, &mask);
}

static void ignore_signal(int sig)
{
	(void)sig;
}

/* Without any handler a signal does not wake a sleeper; the loop's handler is
 * left in its place, as it has children of its own to hear of. */
static void listen_for_death(struct run *run)
{
	struct sigaction action = { .sa_handler = ignore_signal };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT); /* interrupt.h: let through as SIGCHLD is */
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &run->old_mask);
	sigaction(SIGCHLD, NULL, &run->old_action);
	if (run->old_action.sa_handler == SIG_DFL ||
		run->old_action.sa_handler == SIG_IGN)
		sigaction(SIGCHLD, &action, NULL);
}

static void stop_listening(const struct run *run)
{
	sigaction(SIGCHLD, &run->old_action, NULL);
	sigprocmask(SIG_SETMASK, &run->old_mask, NULL);
}

static int too_late(const struct run *run, struct err *err)
{
	int timeout_ms = run->cmd->timeout_ms;
	char text[64];

	duration_format(
		timeout_ms ? timeout_ms : TIMEOUT_MS, text, sizeof(text));
	return err_set(
		err, "'%s' did not end within %s", run->cmd->argv[0], text);
}

static int follow(struct run *run, struct err *err)
{
	for (;;) {
		bool late = !clock_left_ms(run->deadline_ms);

		look_for_death(run);
		if (read_stream(&run->out) || read_stream(&run->errout))
			return err_set(err, "'%s' printed more than %d bytes",
				run->cmd->argv[0], CMD_OUT_MAX);
		if (is_over(run) || (run->reaped && late))
			return 0;
		if (late)
			return too_late(run, err);
		if (!run->reaped && interrupt_ends_commands())
			return err_set(err, "interrupted");
		sleep_until_ready(run);
	}
}

int cmd_run(const struct cmd *cmd, int *ret_status, struct strbuf *out,
	struct strbuf *errout, struct err *err)
{
	struct run run = {
		.cmd = cmd,
		.out = { .fd = -1 },
		.errout = { .fd = -1 },
		.deadline_ms = clock_now_ms() +
			       (cmd->timeout_ms ? cmd->timeout_ms : TIMEOUT_MS),
	};
	int failed;

	listen_for_death(&run);
	failed = start(&run, out, errout, err);
	if (!failed && follow(&run, err)) {
		failed = -1;
		child_end_group(run.pid, GRACE_MS);
	}
	stop_listening(&run);
	close_stream(&run.out);
	close_stream(&run.errout);
	if (!failed)
		*ret_status = child_status(run.wait_status);
	return failed;
}
