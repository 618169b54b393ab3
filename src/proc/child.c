/*
 * One process.
 *
 * vfork and exec: a child that copies nothing starts in half the time of one
 * that copies our page tables, and the more the larger we are.  posix_spawn,
 * which does the same, has neither a controlling terminal nor a death signal
 * nor a way to close what it was not told of.  Until its program runs the child
 * stands in our memory while we stand still; so what it changes there is only
 * its own stack and `environ`, which is put back.  What fails there is told to
 * us through a pipe that closes on exec, so that "cannot run 'x'" names the
 * true reason and is never mistaken for the program's own exit status.
 *
 * All signals are blocked over the fork: our handlers must not run in the
 * child, where they would write into the self-pipe that it shares with us.
 */
#include "hookrun/proc/child.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/env.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_FD UINT_MAX
#define FD_GUESS_MAX 65536 /* tried where /proc is not mounted */

/* The limit that we were started with, for children; unset: it is still so. */
static struct rlimit fd_limit;
static bool spawned;

enum stage { STAGE_SETUP, STAGE_CWD, STAGE_EXEC, STAGE_INTERPRETER };

struct report {
	enum stage stage;
	int errnum;
};

/* ---- in the child ------------------------------------------------------- */

static _Noreturn void fail(int report_fd, enum stage stage)
{
	struct report report = { .stage = stage, .errnum = errno };

	fs_write_all(report_fd, &report, sizeof(report));
	_exit(127);
}

static bool is_named(const struct child_opts *opts, int fd)
{
	for (size_t i = 0; i < opts->nfds; i++)
		if (opts->fds[i].to == fd)
			return true;
	return false;
}

static int open_null(int to)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fd == to)
		return fcntl(fd, F_SETFD, 0);
	if (dup2(fd, to) < 0)
		return -1;
	return close(fd);
}

/* Every descriptor first moves above all the numbers that will be taken, so
 * that no move can run over one which is still needed. */
static int place_fds(const struct child_opts *opts, int *report_fd)
{
	int high[ARRAY_SIZE(opts->fds)], base = 3;

	for (size_t i = 0; i < opts->nfds; i++)
		if (opts->fds[i].to >= base)
			base = opts->fds[i].to + 1;
	*report_fd = fcntl(*report_fd, F_DUPFD_CLOEXEC, base);
	if (*report_fd < 0)
		return -1;
	for (size_t i = 0; i < opts->nfds; i++) {
		high[i] = fcntl(opts->fds[i].from, F_DUPFD_CLOEXEC, base);
		if (high[i] < 0)
			return -1;
	}
	for (size_t i = 0; i < opts->nfds; i++) {
		if (dup2(high[i], opts->fds[i].to) < 0)
			return -1;
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
	unsigned next = (unsigned)report_fd < fd ? NO_FD : (unsigned)report_fd;

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

		if (next > fd && close_range(fd, next - 1, 0))
			return -1;
		if (next == NO_FD)
			return 0;
		fd = next + 1;
	}
}

static void close_unnamed(const struct child_opts *opts, int report_fd, int fd)
{
	struct stat st;

	if (fd < 3 || fd == report_fd || is_named(opts, fd))
		return;
	if (opts->func && (fstat(fd, &st) || !S_ISFIFO(st.st_mode)))
		return;
	close(fd);
}

static void close_one_by_one(const struct child_opts *opts, int report_fd)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!dir) {
		for (int fd = 3; fd < FD_GUESS_MAX; fd++)
			close_unnamed(opts, report_fd, fd);
		return;
	}
	while ((entry = readdir(dir))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (fd != dirfd(dir))
			close_unnamed(opts, report_fd, fd);
	}
	closedir(dir);
}

/* A function shares our libraries, and libgit2 reads packs through the
 * descriptors it opened before the fork: closing those would hand their
 * numbers to other files.  Pipes must go: a copy of the writing end of
 * another job's stdin would keep that job waiting for its end of file. */
static void close_others(const struct child_opts *opts, int report_fd)
{
	if (opts->func || close_gaps(opts, report_fd))
		close_one_by_one(opts, report_fd);
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

	if (!sigpending(&pending) && sigisemptyset(&pending))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &ignore, NULL);
		sigaction(signals[i], &action, NULL);
	}
}

/* The parent may have died before it was asked to be watched. */
static void watch_parent(int sig, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, sig);
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

/* An ignored SIGCHLD, as careless programs hand it down, would have the kernel
 * reap our children and lose their exit status. */
static void want_exit_statuses(void)
{
	struct sigaction action;

	if (sigaction(SIGCHLD, NULL, &action) || action.sa_handler != SIG_IGN)
		return;
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
}

static const char *opts_name(const struct child_opts *opts)
{
	return opts->func || !opts->argv ? "hookrun" : opts->argv[0];
}

/* Wait until the child runs its program: 0, or -1 and why it does not. */
static int read_report(
	const struct child_opts *opts, pid_t pid, int fd, struct err *err)
{
	struct report report;
	ssize_t got;

	do
		got = read(fd, &report, sizeof(report));
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(report))
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	errno = report.errnum;
	switch (report.stage) {
	case STAGE_CWD:
		return err_errno(err, "cannot enter '%s'", opts->cwd);
	case STAGE_INTERPRETER:
		return err_set(err,
			"cannot run '%s': the interpreter that its first line "
			"names does not exist",
			opts_name(opts));
	case STAGE_EXEC:
		return err_errno(err, "cannot run '%s'", opts_name(opts));
	case STAGE_SETUP:
		break;
	}
	return err_errno(err, "cannot start '%s'", opts_name(opts));
}

static pid_t fork_quietly(
	const struct child_opts *opts, char *const *env, int report_fd)
{
	pid_t pid, parent = getpid();
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
	AUTO_FD int report_read = -1;
	int pipe_fds[2], saved;
	pid_t pid;

	if (!env && !opts->func) {
		env_clean(&clean, false);
		env = clean.v;
	}
	if (pipe2(pipe_fds, O_CLOEXEC))
		return err_errno(err, "cannot start '%s'", opts_name(opts));
	report_read = pipe_fds[0];
	if (opts->func)
		fflush(NULL); /* else the child would write it once more */
	want_exit_statuses();
	spawned = true;
	pid = fork_quietly(opts, env, pipe_fds[1]);
	saved = errno;
	close(pipe_fds[1]);
	errno = saved;
	if (pid < 0)
		return err_errno(err, "cannot start '%s'", opts_name(opts));
	if (read_report(opts, pid, report_read, err))
		return -1;
	*ret_pid = pid;
	return 0;
}

int child_status(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}
