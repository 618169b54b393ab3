/*
 * As system(3) does it: the program is in our process group, so that the
 * terminal's signals reach it, and while it runs they are not for us; whether
 * Ctrl-C ended it is in its status.  What is sent to us alone (TERM, HUP) ends
 * us, and by its death signal the program too.
 *
 * What it reads is put into an unlinked file in memory: a pipe would have to be
 * fed while the program runs.
 */
#include "hookrun/proc/foreground.h"

#include "hookrun/base/fs.h"
#include "hookrun/base/nameless.h"
#include "hookrun/proc/child.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static int make_input(const struct foreground *fg, struct err *err)
{
	int fd = nameless_in_memory("hookrun-stdin");

	if (fd < 0 || fs_write_all(fd, fg->in, fg->in_len) ||
		lseek(fd, 0, SEEK_SET) < 0) {
		err_errno(err, "cannot prepare the input of '%s'", *fg->argv);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* The program gets default handlers whatever ours are. */
static int start_and_wait(
	const struct child_opts *opts, int *ret_status, struct err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old_int, old_quit;
	int failed;
	pid_t pid;

	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	failed = child_spawn(opts, &pid, err);
	if (!failed)
		*ret_status = child_wait(pid);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	return failed;
}

int foreground_run(
	const struct foreground *fg, int *ret_status, struct err *err)
{
	struct child_opts opts = { .argv = fg->argv,
		.env = fg->env,
		.cwd = fg->cwd,
		.fds = { { STDIN_FILENO, STDIN_FILENO },
			{ STDOUT_FILENO, STDOUT_FILENO },
			{ STDERR_FILENO, STDERR_FILENO } },
		.nfds = 3,
		.death_signal = SIGTERM };
	AUTO_FD int in = -1;

	if (fg->in) {
		in = make_input(fg, err);
		if (in < 0)
			return -1;
		opts.fds[0].from = in;
	}
	return start_and_wait(&opts, ret_status, err);
}
