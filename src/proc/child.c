/*
 * One process.
 *
 * vfork and exec: a child that copies nothing starts in half the time of one
 * that copies our page tables, and the more the larger we are.  posix_spawn,
 * which does the same, has neither a controlling terminal nor a death signal
 * nor a way to close what it was not told of.  Until its program runs the child
 * stands in our memory while we stand still; so what it changes there is only
 * its own stack, `environ`, which is put back, and `report`: what fails there,
 * so that "cannot run 'x'" names the true reason and is never mistaken for the
 * program's own exit status.  Emulators make a plain fork of vfork, without our
 * memory and without waiting.  So the first child reports through a pipe that
 * closes on exec as well, and leaves a mark in our memory; where we find that,
 * the later ones need no pipe.  Functions, which are forked, always have one.
 *
 * All signals are blocked over the fork: our handlers must not run in the
 * child, where they would write into the self-pipe that it shares with us.
 */
#include "hookrun/proc/child.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/descriptors.h"
#include "hookrun/proc/env.h"
#include "proc/deathsignal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The limit that we were started with, for children; unset: it is still so. */
static struct rlimit fd_limit;
static bool spawned;

static bool memory_is_shared; /* known of vfork after the first child */

/* The last of what a child says that it has come to; from STAGE_SETUP on it has
 * failed there. */
enum stage {
	STAGE_NONE,
	STAGE_STARTED,
	STAGE_SETUP,
	STAGE_CWD,
	STAGE_EXEC,
	STAGE_INTERPRETER
};

struct report {
	enum stage stage;
	int errnum;
};

static volatile struct report report; /* written by the child */

/* ---- in the child ------------------------------------------------------- */

static _Noreturn void fail(int report_fd, enum stage stage)
{
	struct report copy = { stage, errno };

	report = copy;
	if (report_fd >= 0)
		fs_write_all(report_fd, &copy, sizeof(copy));
	_exit(127);
}

static bool is_named(const struct child_opts *opts, int fd)
{
	for (size_t i = 0; i < opts->nfds; i++)
		if (opts->fds[i].to == fd)
			return true;
	return false;
}

/* The numbers below `to` are in use, so this is the next that open() gives. */
static int open_null(int to)
{
	close(to);
	return open("/dev/null", O_RDWR) == to ? 0 : -1;
}

static int move_above(int fd, int base)
{
	return fd < base ? fcntl(fd, F_DUPFD_CLOEXEC, base) : fd;
}

/* Every descriptor first moves above all the numbers that will be taken, so
 * that no move can run over one which is still needed. */
static int place_fds(const struct child_opts *opts, int *report_fd)
{
	int high[ARRAY_SIZE(opts->fds)], base = 3, moved;

	for (size_t i = 0; i < opts->nfds; i++)
		if (opts->fds[i].to >= base)
			base = opts->fds[i].to + 1;
	if (opts->func && opts->death_signal)
		deathsignal_keep(opts->death_signal, base);
	if (*report_fd >= 0) {
		moved = move_above(*report_fd, base);
		if (moved < 0)
			return -1;
		*report_fd = moved;
	}
	for (size_t i = 0; i < opts->nfds; i++) {
		high[i] = move_above(opts->fds[i].from, base);
		if (high[i] < 0)
			return -1;
	}
	for (size_t i = 0; i < opts->nfds; i++) {
		if (dup2(high[i], opts->fds[i].to) < 0)
			return -1;
		if (high[i] != opts->fds[i].from)
			close(high[i]);
	}
	for (int fd = 0; fd < 3; fd++)
		if (!is_named(opts, fd) && open_null(fd))
			return -1;
	return 0;
}

/* The first number from `fd` on that stays open. */
static unsigned next_kept(
	const struct child_opts *opts, int report_fd, unsigned fd)
{
	unsigned next = (unsigned)report_fd < fd ? DESCRIPTORS_ALL
						 : (unsigned)report_fd;

	for (size_t i = 0; i < opts->nfds; i++) {
		unsigned to = (unsigned)opts->fds[i].to;

		if (to >= fd && to < next)
			next = to;
	}
	return next;
}

static int close_gaps(const struct child_opts *opts, int report_fd)
{
	unsigned fd = 3;

	for (;;) {
		unsigned next = next_kept(opts, report_fd, fd);

		if (next > fd &&
			descriptors_close(
				fd, next == DESCRIPTORS_ALL ? next : next - 1))
			return -1;
		if (next == DESCRIPTORS_ALL)
			return 0;
		fd = next + 1;
	}
}

struct closing {
	const struct child_opts *opts;
	int report_fd;
};

static void close_unnamed(int fd, const void *data)
{
	const struct closing *closing = data;
	const struct child_opts *opts = closing->opts;
	struct stat st;

	if (fd == closing->report_fd || is_named(opts, fd))
		return;
	if (opts->func && (fstat(fd, &st) || !S_ISFIFO(st.st_mode)))
		return;
	close(fd);
}

/* A function shares our libraries, and libgit2 reads packs through the
 * descriptors it opened before the fork: closing those would hand their
 * numbers to other files.  Pipes must go: a copy of the writing end of
 * another job's stdin would keep that job waiting for its end of file. */
static void close_others(const struct child_opts *opts, int report_fd)
{
	const struct closing closing = { opts, report_fd };

	if (opts->func || close_gaps(opts, report_fd))
		descriptors_each(3, close_unnamed, &closing);
}

/* What we or our caller may have ignored; exec itself does away with handlers,
 * and a function has none of ours to fear but those of the loop, which are
 * among these. */
static void reset_signals(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE,
		SIGALRM, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD, SIGTSTP, SIGTTIN,
		SIGTTOU, SIGXCPU, SIGXFSZ, SIGWINCH };
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A Ctrl-C between the fork and setsid() meant us, not the new session: the
 * child holds it pending and would die of it as soon as it lets signals in, a
 * git command amid a restore.  Ignoring a signal forgets it. */
static void forget_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		if (!sigismember(&pending, signals[i]))
			continue;
		sigaction(signals[i], &ignore, NULL);
		sigaction(signals[i], &action, NULL);
	}
}

/* The parent may have died before it was asked to be watched. */
static void watch_parent(int sig, pid_t parent)
{
	deathsignal_ask(sig);
	if (getppid() != parent)
		_exit(128 + sig);
}

/* The kernel says ENOENT as well where a script is there, but not the program
 * that its first line names. */
static enum stage exec_stage(const char *name)
{
	int saved = errno;
	AUTO_FREE char *found = fs_find_program(name, NULL);

	errno = saved;
	return found && saved == ENOENT ? STAGE_INTERPRETER : STAGE_EXEC;
}

static _Noreturn void child_main(const struct child_opts *opts,
	char *const *env, int report_fd, pid_t parent)
{
	report.stage = STAGE_STARTED;
	if (opts->new_session) {
		setsid();
		forget_signals();
	}
	if (opts->death_signal)
		watch_parent(opts->death_signal, parent);
	if (place_fds(opts, &report_fd))
		fail(report_fd, STAGE_SETUP);
	if (opts->ctty && ioctl(0, TIOCSCTTY, 0))
		fail(report_fd, STAGE_SETUP);
	if (opts->cwd && chdir(opts->cwd))
		fail(report_fd, STAGE_CWD);
	close_others(opts, report_fd);
	reset_signals();
	if (fd_limit.rlim_max)
		setrlimit(RLIMIT_NOFILE, &fd_limit);
	if (env)
		memcpy(&environ, &env, sizeof(environ));
	if (opts->func) {
		int status;

		close(report_fd);
		status = opts->func(opts->func_data);
		fflush(NULL);
		_exit(status);
	}
	execvp(opts->argv[0], opts->argv); /* in the PATH of the new environ */
	fail(report_fd, exec_stage(opts->argv[0]));
}

/* ---- in the parent ------------------------------------------------------ */

static const char *opts_name(const struct child_opts *opts)
{
	return opts->func || !opts->argv ? "hookrun" : opts->argv[0];
}

/* Wait until the child runs its program, or does not and says why. */
static void read_report(int fd, struct report *ret)
{
	ssize_t got;

	if (fd < 0) {
		*ret = report;
		return;
	}
	do
		got = read(fd, ret, sizeof(*ret));
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(*ret))
		*ret = (struct report){ STAGE_STARTED, 0 };
}

/* 0, or -1 where the child of `opts` could not be what it was to be. */
static int judge(const struct child_opts *opts, pid_t pid,
	const struct report *told, struct err *err)
{
	if (told->stage < STAGE_SETUP)
		return 0;
	child_wait(pid);
	errno = told->errnum;
	switch (told->stage) {
	case STAGE_CWD:
		return err_errno(err, "cannot enter '%s'", opts->cwd);
	case STAGE_INTERPRETER:
		return err_set(err,
			"cannot run '%s': the interpreter that its first line "
			"names does not exist",
			opts_name(opts));
	case STAGE_EXEC:
		return err_errno(err, "cannot run '%s'", opts_name(opts));
	case STAGE_NONE:
	case STAGE_STARTED:
	case STAGE_SETUP:
		break;
	}
	return err_errno(err, "cannot start '%s'", opts_name(opts));
}

static pid_t fork_quietly(
	const struct child_opts *opts, char *const *env, int report_fd)
{
	pid_t pid, parent = opts->death_signal ? getpid() : 0;
	char **ours = environ;
	sigset_t all, old;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if (opts->func)
		pid = fork();
	else
		pid = vfork();
	if (!pid)
		child_main(opts, env, report_fd, parent);
	environ = ours;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

bool child_spawned(void)
{
	return spawned;
}

size_t child_want_fds(size_t nr)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return nr;
	if (limit.rlim_cur >= nr)
		return nr;
	if (!fd_limit.rlim_max)
		fd_limit = limit;
	limit.rlim_cur = limit.rlim_max < nr ? limit.rlim_max : nr;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return (size_t)fd_limit.rlim_cur;
	return (size_t)limit.rlim_cur;
}

int child_spawn(const struct child_opts *opts, pid_t *ret_pid, struct err *err)
{
	AUTO_STRVEC clean = STRVEC_INIT;
	char *const *env = opts->env;
	int pipe_fds[2] = { -1, -1 }, saved;
	struct report told;
	pid_t pid;

	if (!env && !opts->func) {
		env_clean(&clean);
		env = clean.v;
	}
	if ((opts->func || !memory_is_shared) && pipe2(pipe_fds, O_CLOEXEC))
		return err_errno(err, "cannot start '%s'", opts_name(opts));
	if (opts->func)
		fflush(NULL); /* else the child would write it once more */
	if (opts->func && opts->death_signal)
		deathsignal_offer();
	spawned = true;
	report = (struct report){ 0 };
	pid = fork_quietly(opts, env, pipe_fds[1]);
	saved = errno;
	memory_is_shared |= report.stage != STAGE_NONE;
	fs_auto_close(&pipe_fds[1]);
	if (pid > 0)
		read_report(pipe_fds[0], &told);
	fs_auto_close(&pipe_fds[0]);
	errno = saved;
	if (pid < 0)
		return err_errno(err, "cannot start '%s'", opts_name(opts));
	if (judge(opts, pid, &told, err))
		return -1;
	*ret_pid = pid;
	return 0;
}

int child_wait(pid_t pid)
{
	int wait_status;

	while (waitpid(pid, &wait_status, 0) < 0)
		if (errno != EINTR)
			return 255;
	return child_status(wait_status);
}

int child_status(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}
