/*
 * One command in the background, never twice at once.
 *
 * The command is watched over by a process of its own that has left the hook's
 * session, terminal and descriptors, because whoever runs the hook (git, an
 * editor) waits for the end of its pipes.  The watcher holds the lock: while it
 * lives the kernel says so to everybody, and when it is killed the lock is
 * free, so that "running" in the state file together with a free lock means
 * that it was interrupted.
 *
 * Between the watcher and the command stands a guard, whom the kernel tells
 * when the watcher dies: told itself, the shell of the command would end and
 * leave what it started running, beside the next refresh.  The guard shares the
 * lock until all of it has ended.
 *
 * The watcher tells through a pipe that it has the lock and wrote its state;
 * only then does the hook go on, hence nobody can see a time in between.
 */
#include "testmap/background.h"

#include "hookrun/steps/ruby_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/ownership.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/descriptors.h"
#include "hookrun/steps/state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define END_GRACE_MS 5000
#define GUARD_GRACE_MS 8000 /* it needs END_GRACE_MS itself */
#define NICENESS 10
#define READY_FD 3

/* What the watcher says first. */
enum word { WORD_STARTED = 's', WORD_HELD = 'h', WORD_FAILED = 'f' };

void background_log(const char *git_dir, const char *name, struct strbuf *out)
{
	strbuf_addf(out, "%s/hookrun/%s.log", git_dir, name);
}

/* ---- the state file ----------------------------------------------------- */

static void set_number(struct state *state, const char *key, int64_t value)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "%lld", (long long)value);
	state_set(state, key, text.buf);
}

static int64_t get_number(const struct state *state, const char *key)
{
	const char *value = state_get(state, key);

	return value ? strtoll(value, NULL, 10) : 0;
}

static int write_start(const struct background *job, struct err *err)
{
	AUTO_STATE state;

	state_load(job->git_dir, job->name, &state);
	state_set(&state, "status", "running");
	set_number(&state, "pid", getpid());
	set_number(&state, "started", time(NULL));
	state_set(&state, "ended", NULL);
	return state_save(&state, err);
}

/* There is nobody left to tell of an error. */
static void write_end(const struct background *job, int status)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct err ignored = ERR_INIT;
	AUTO_STATE state;

	strbuf_addf(&text, status ? "failed %d" : "ok", status);
	state_load(job->git_dir, job->name, &state);
	state_set(&state, "status", text.buf);
	set_number(&state, "ended", time(NULL));
	state_save(&state, &ignored);
}

static bool is_locked(const char *git_dir, const char *name)
{
	struct err ignored = ERR_INIT;
	AUTO_FD int fd = state_lock(git_dir, name, 0, &ignored);

	return fd == -2;
}

void background_look(
	const char *git_dir, const char *name, struct background_state *ret)
{
	AUTO_STATE state;
	const char *status;

	memset(ret, 0, sizeof(*ret));
	state_load(git_dir, name, &state);
	status = state_get(&state, "status");
	ret->pid = (pid_t)get_number(&state, "pid");
	ret->started = get_number(&state, "started");
	ret->ended = get_number(&state, "ended");
	if (status && !strcmp(status, "running"))
		ret->phase = is_locked(git_dir, name) ? BACKGROUND_RUNNING
						      : BACKGROUND_INTERRUPTED;
	else if (status && !strcmp(status, "ok"))
		ret->phase = BACKGROUND_OK;
	else if (status && sscanf(status, "failed %d", &ret->status) == 1)
		ret->phase = BACKGROUND_FAILED;
}

/* ---- the command -------------------------------------------------------- */

static int spawn(const struct background *job, bool new_session, pid_t *ret_pid,
	struct err *err)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRVEC env = STRVEC_INIT;
	struct child_opts opts = { .cwd = job->cwd,
		.fds = { { STDOUT_FILENO, STDOUT_FILENO },
			{ STDERR_FILENO, STDERR_FILENO } },
		.nfds = 2,
		.new_session = new_session };

	strvec_push(&argv, "sh");
	strvec_push(&argv, "-c");
	strvec_push(&argv, job->command);
	ruby_env_fill(&env);
	opts.argv = argv.v;
	opts.env = env.v;
	return child_spawn(&opts, ret_pid, err);
}

/* The end of `pid`, or a signal that asks us to end it; as a shell has it. */
static int watch(pid_t pid, const sigset_t *signals, int grace_ms)
{
	for (;;) {
		int wait_status, sig;
		pid_t got = waitpid(pid, &wait_status, WNOHANG);

		if (got == pid)
			return child_status(wait_status);
		if (got < 0 && errno != EINTR)
			return 1;
		if (!sigwait(signals, &sig) && sig != SIGCHLD) {
			child_end_group(pid, grace_ms);
			return 128 + sig;
		}
	}
}

static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGCHLD);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
	sigprocmask(SIG_SETMASK, signals, NULL);
}

static int guard(void *data)
{
	const struct background *const *job = data;
	struct err ignored = ERR_INIT;
	sigset_t signals;
	pid_t pid;

	block_signals(&signals);
	if (spawn(*job, true, &pid, &ignored))
		return 127;
	return watch(pid, &signals, END_GRACE_MS);
}

static int spawn_guarded(
	const struct background *job, pid_t *ret_pid, struct err *err)
{
	struct child_opts opts = { .func = guard,
		.func_data = &job,
		.fds = { { STDOUT_FILENO, STDOUT_FILENO },
			{ STDERR_FILENO, STDERR_FILENO } },
		.nfds = 2,
		.new_session = true,
		.death_signal = SIGTERM };

	return child_spawn(&opts, ret_pid, err);
}

static void finish(const struct background *job, int status)
{
	if (status && job->clean_up)
		job->clean_up(job->data);
	write_end(job, status);
}

/* ---- the watcher -------------------------------------------------------- */

static _Noreturn void leave(int fd, enum word word, const struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addch(&text, (char)word);
	if (err)
		strbuf_addstr(&text, err->msg);
	fs_write_all(fd, text.buf, text.len);
	_exit(word == WORD_FAILED);
}

static void close_one(int fd, const void *data)
{
	(void)data;
	close(fd);
}

/* Whatever we have inherited, pipes above all, would keep the hook's caller
 * waiting. */
static int drop_descriptors(int ready_fd, struct err *err)
{
	if (ready_fd != READY_FD && dup2(ready_fd, READY_FD) < 0)
		return err_errno(err, "cannot use a pipe");
	fcntl(READY_FD, F_SETFD, FD_CLOEXEC);
	if (descriptors_close(READY_FD + 1, DESCRIPTORS_ALL))
		descriptors_each(READY_FD + 1, close_one, NULL);
	return 0;
}

static int use_log(const struct background *job, struct err *err)
{
	AUTO_STRBUF path = STRBUF_INIT;
	int log, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	background_log(job->git_dir, job->name, &path);
	log = open(path.buf,
		O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (null < 0 || log < 0 || dup2(null, STDIN_FILENO) < 0 ||
		dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		return err_errno(err, "cannot write '%s'", path.buf);
	ownership_follow(log, path.buf, true);
	close(null);
	close(log);
	dprintf(STDOUT_FILENO, "$ %s\n", job->command);
	return 0;
}

static _Noreturn void watcher(const struct background *job, int ready_fd)
{
	struct err err = ERR_INIT;
	sigset_t signals;
	pid_t pid;
	int lock, status;

	if (drop_descriptors(ready_fd, &err))
		leave(ready_fd, WORD_FAILED, &err);
	lock = state_lock(job->git_dir, job->name, 0, &err);
	if (lock == -2)
		leave(READY_FD, WORD_HELD, NULL);
	if (lock < 0 || use_log(job, &err) || write_start(job, &err))
		leave(READY_FD, WORD_FAILED, &err);
	block_signals(&signals);
	setpriority(PRIO_PROCESS, 0, NICENESS);
	if (spawn_guarded(job, &pid, &err)) {
		write_end(job, 127);
		leave(READY_FD, WORD_FAILED, &err);
	}
	signal(SIGPIPE, SIG_IGN); /* the hook may be gone by now */
	fs_write_all(READY_FD, "s", 1);
	close(READY_FD);
	status = watch(pid, &signals, GUARD_GRACE_MS);
	finish(job, status);
	_exit(0);
}

/* Two forks: the child of a session leader can never get a terminal again, and
 * init reaps it. */
static int detach(const struct background *job, int ready[2], struct err *err)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_errno(err, "cannot start a process");
	if (!pid) {
		setsid();
		pid = fork();
		if (!pid)
			watcher(job, ready[1]);
		_exit(pid < 0);
	}
	if (child_wait(pid))
		return err_set(err, "cannot start a process");
	return 0;
}

static int hear(int fd, struct err *err)
{
	AUTO_STRBUF text = STRBUF_INIT;

	while (text.len < ERR_MAX &&
		strbuf_read_once(&text, fd, ERR_MAX - text.len) > 0)
		;
	switch (*text.buf) {
	case WORD_STARTED:
		return 1;
	case WORD_HELD:
		return 0;
	case WORD_FAILED:
		return err_set(err, "%s", text.buf + 1);
	}
	return err_set(err, "the process in the background ended at once");
}

int background_start(const struct background *job, struct err *err)
{
	int ready[2], ret;

	if (pipe2(ready, O_CLOEXEC))
		return err_errno(err, "cannot make a pipe");
	ret = detach(job, ready, err);
	close(ready[1]);
	if (!ret)
		ret = hear(ready[0], err);
	close(ready[0]);
	return ret;
}

int background_wait(
	const struct background *job, int *ret_status, struct err *err)
{
	AUTO_FD int lock = state_lock(job->git_dir, job->name, 0, err);
	pid_t pid;

	if (lock == -2)
		return 0;
	if (lock < 0 || write_start(job, err) || spawn(job, false, &pid, err))
		return -1;
	*ret_status = child_wait(pid);
	finish(job, *ret_status);
	return 1;
}
