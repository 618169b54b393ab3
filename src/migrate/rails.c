/*
 * Rails takes seconds to start and a lock may hold a migration up for longer,
 * and all that time a prompt waits: so whoever waits is told what for, on the
 * terminal, and the terminal only, since captured output comes too late.
 *
 * What migrations print is kept, its end at least, and shown when something
 * fails.  The driver runs in our process group and dies with us; on a signal
 * it is given the time to roll back, and we to remove the old files.
 */
#include "migrate/rails.h"

#include "hookrun/steps/ruby_env.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/env.h"
#include "hookrun/steps/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX 65536
#define EVENTS_MAX (4 << 20) /* one line */
#define PATIENCE_MS 500	     /* before a word about the wait */
#define BLOCKED_AFTER_MS 1000
#define BLOCKED_EVERY_MS 500
#define DRAIN_MS 100
#define CONNECT_MS 2000

static volatile sig_atomic_t signal_seen;

static void on_signal(int sig)
{
	signal_seen = sig;
}

struct run {
	struct rails *rails;
	pid_t pid;
	int events, output, answers; /* our ends; -1: closed */
	struct strbuf line;	     /* events not yet complete */
	int64_t started, doing_since, look_at;
	bool told_start;
	struct db *watch; /* a session of ours that looks for blockers */
	const char *watched;
	bool cannot_watch;
};

static void tell_terminal(struct run *run, const char *text)
{
	int fd = run->rails->m->ctx->tty_fd;

	if (fd < 0)
		return;
	fs_write_all(fd, text, strlen(text));
	fs_write_all(fd, "\n", 1);
}

static void make_environment(struct strvec *env, const struct stage *stage)
{
	ruby_env_fill(env);
	env_set(env, "DISABLE_SPRING", "1");
	env_set(env, "HOOKRUN_PLAN", stage->plan);
}

static bool has_gemfile(const struct migrate *m, const struct strvec *env)
{
	AUTO_FREE char *gemfile = fs_join(m->app, "Gemfile");
	AUTO_FREE char *gems = fs_join(m->app, "gems.rb");

	return env_get(env, "BUNDLE_GEMFILE") || fs_exists(gemfile) ||
	       fs_exists(gems);
}

static int make_pipes(int pipes[3][2], struct err *err)
{
	for (int i = 0; i < 3; i++) {
		if (!pipe2(pipes[i], O_CLOEXEC))
			continue;
		err_errno(err, "cannot make a pipe");
		while (i-- > 0) {
			close(pipes[i][0]);
			close(pipes[i][1]);
		}
		return -1;
	}
	return 0;
}

enum { PIPE_OUTPUT, PIPE_EVENTS, PIPE_ANSWERS };

static int spawn(struct run *run, struct err *err)
{
	struct migrate *m = run->rails->m;
	AUTO_STRVEC env = STRVEC_INIT, argv = STRVEC_INIT;
	struct child_opts opts = { .cwd = m->app, .death_signal = SIGKILL };
	int pipes[3][2], ret;

	make_environment(&env, run->rails->stage);
	if (has_gemfile(m, &env)) {
		strvec_push(&argv, "bundle");
		strvec_push(&argv, "exec");
	}
	strvec_push(&argv, "ruby");
	strvec_push(&argv, run->rails->stage->driver);
	if (make_pipes(pipes, err))
		return -1;
	opts.argv = argv.v;
	opts.env = env.v;
	opts.fds[0] = (struct child_fd){ pipes[PIPE_OUTPUT][1], 1 };
	opts.fds[1] = (struct child_fd){ pipes[PIPE_OUTPUT][1], 2 };
	opts.fds[2] = (struct child_fd){ pipes[PIPE_EVENTS][1], 3 };
	opts.fds[3] = (struct child_fd){ pipes[PIPE_ANSWERS][0], 4 };
	opts.nfds = 4;
	ret = child_spawn(&opts, &run->pid, err);
	close(pipes[PIPE_OUTPUT][1]);
	close(pipes[PIPE_EVENTS][1]);
	close(pipes[PIPE_ANSWERS][0]);
	run->output = pipes[PIPE_OUTPUT][0];
	run->events = pipes[PIPE_EVENTS][0];
	run->answers = pipes[PIPE_ANSWERS][1];
	return ret;
}

static void answer(struct run *run, const char *text)
{
	fs_write_all(run->answers, text, strlen(text));
}

/* No terminal is a no; the message about it names the option. */
static bool user_agrees(struct run *run)
{
	const struct progress *p = &run->rails->progress;
	AUTO_STRBUF text = STRBUF_INIT;

	if (strcmp(run->rails->m->opts.on_data_loss, "ask"))
		return false;
	strbuf_addstr(&text, "migrate: rolling back ");
	if (p->unknown)
		strbuf_addf(&text, "may lose data; what cannot be told: %s",
			p->unknown);
	else
		strbuf_addf(&text, "would lose:\n%s", p->impact);
	strbuf_addstr(&text, "\nGo on?");
	return ask_yes(run->rails->m->ctx->tty_fd, text.buf);
}

static int reply(struct run *run, enum progress_ask ask, struct err *err)
{
	int made;

	switch (ask) {
	case PROGRESS_GO_ON:
		break;
	case PROGRESS_WANTS_PLAN:
		made = run->rails->plan(run->rails, err);
		run->rails->asked_only = !made;
		answer(run, made > 0 ? "plan\n" : "stop\n");
		return made < 0 ? -1 : 0;
	case PROGRESS_WANTS_YES:
		if (user_agrees(run)) {
			run->rails->progress.impact = NULL;
			answer(run, "yes\n");
		} else {
			answer(run, "no\n");
		}
		break;
	}
	return 0;
}

/* Early enough to see who is in the way before the server gives up. */
static int64_t blocked_after_ms(const struct run *run)
{
	int64_t limit = run->rails->m->opts.lock_timeout_ms / 2;

	return limit && limit < BLOCKED_AFTER_MS ? limit : BLOCKED_AFTER_MS;
}

static int take_lines(struct run *run, struct err *err)
{
	struct progress *progress = &run->rails->progress;
	char *end;

	while ((end = memchr(run->line.buf, '\n', run->line.len))) {
		enum progress_ask ask = PROGRESS_GO_ON;
		size_t len = (size_t)(end - run->line.buf);

		if (progress_feed(progress, run->line.buf, len, &ask, err))
			return -1;
		strbuf_splice(&run->line, 0, len + 1, NULL, 0);
		run->doing_since = clock_now_ms();
		run->look_at = run->doing_since + blocked_after_ms(run);
		if (reply(run, ask, err))
			return -1;
	}
	if (run->line.len > EVENTS_MAX)
		return err_set(err, "the Rails driver sent too long a line");
	return 0;
}

/* 1 data, 0 end of file. */
static int read_some(int *fd, struct strbuf *into)
{
	ssize_t got = strbuf_read_once(into, *fd, 65536);

	if (got > 0)
		return 1;
	close(*fd);
	*fd = -1;
	return 0;
}

static void read_output(struct run *run)
{
	struct strbuf *output = &run->rails->output;

	read_some(&run->output, output);
	if (output->len > OUTPUT_MAX)
		strbuf_splice(output, 0, output->len - OUTPUT_MAX, NULL, 0);
}

static const struct database *working_on(const struct run *run)
{
	const struct migrate *m = run->rails->m;
	const struct change *doing = &run->rails->progress.doing;

	for (size_t i = 0; doing->file && doing->db && i < m->ndbs; i++)
		if (!strcmp(m->dbs[i].name, doing->db))
			return &m->dbs[i];
	return NULL;
}

static struct db *watcher(struct run *run, const struct database *db)
{
	struct err ignored = ERR_INIT;

	if (run->watched && !strcmp(run->watched, db->name))
		return run->watch;
	db_close(run->watch);
	run->watch = NULL;
	run->watched = db->name;
	if (!db->target || !db_supported(db->target) ||
		db_open(db->target, CONNECT_MS, &run->watch, &ignored))
		run->watch = NULL;
	return run->watch;
}

/* Say once for each new answer who is in the way. */
static void look_for_blockers(struct run *run)
{
	const struct database *db = working_on(run);
	struct db *watch = db ? watcher(run, db) : NULL;
	struct err ignored = ERR_INIT;
	struct migrate *m = run->rails->m;
	const char *lines = NULL, *before = run->rails->blockers;
	char name[40];

	run->look_at = clock_now_ms() + BLOCKED_EVERY_MS;
	if (!watch) {
		run->cannot_watch = !!db;
		return;
	}
	snprintf(name, sizeof(name), "hookrun %ld", (long)run->pid);
	if (db_blockers(watch, name, m->ctx->arena, &lines, &ignored)) {
		run->cannot_watch = true;
		return;
	}
	if (!lines)
		return;
	run->rails->blockers = lines;
	if (!before)
		tell_terminal(
			run, arena_printf(m->ctx->arena,
				     "migrate: %s waits for a lock:\n%s",
				     run->rails->progress.doing.file, lines));
}

/* Milliseconds until something is to be said, -1: nothing. */
static int next_deadline(const struct run *run)
{
	if (!run->rails->progress.booted)
		return run->told_start
			       ? -1
			       : clock_left_ms(run->started + PATIENCE_MS);
	if (!run->rails->progress.doing.file || run->cannot_watch)
		return -1;
	return clock_left_ms(run->look_at);
}

static void on_deadline(struct run *run)
{
	if (!run->rails->progress.booted && !run->told_start) {
		run->told_start = true;
		tell_terminal(run, "migrate: starting Rails ...");
	} else if (run->rails->progress.doing.file && !run->cannot_watch) {
		look_for_blockers(run);
	}
}

static void forward_signal(struct run *run)
{
	if (!signal_seen)
		return;
	run->rails->signal = signal_seen;
	signal_seen = 0;
	kill(run->pid, run->rails->signal == SIGINT ? SIGINT : SIGTERM);
}

static int wait_ready(
	struct run *run, struct pollfd fds[2], const sigset_t *open_mask)
{
	int left = next_deadline(run);
	struct timespec timeout = { left / 1000, left % 1000 * 1000000L };

	fds[0] = (struct pollfd){ run->events, POLLIN, 0 };
	fds[1] = (struct pollfd){ run->output, POLLIN, 0 };
	return ppoll(fds, 2, left < 0 ? NULL : &timeout, open_mask);
}

static int serve(struct run *run, const sigset_t *open_mask, struct err *err)
{
	struct pollfd fds[2];

	while (run->events >= 0) {
		int ready = wait_ready(run, fds, open_mask);

		forward_signal(run);
		if (ready < 0 && errno != EINTR)
			return err_errno(err, "cannot wait for Rails");
		if (ready < 0)
			continue;
		if (!ready)
			on_deadline(run);
		if (run->output >= 0 && fds[1].revents)
			read_output(run);
		if (!fds[0].revents)
			continue;
		if (read_some(&run->events, &run->line) && take_lines(run, err))
			return -1;
	}
	return 0;
}

/* A process that a migration left behind may hold the output open. */
static void drain(struct run *run)
{
	int64_t deadline = clock_now_ms() + DRAIN_MS;

	while (run->output >= 0) {
		struct pollfd fd = { run->output, POLLIN, 0 };

		if (poll(&fd, 1, clock_left_ms(deadline)) < 1)
			return;
		read_output(run);
	}
}

static void reap(struct run *run, bool failed)
{
	int wait_status = 0;

	if (failed)
		kill(run->pid, SIGKILL);
	while (waitpid(run->pid, &wait_status, 0) < 0 && errno == EINTR)
		forward_signal(run);
	run->rails->status = child_status(wait_status);
}

static void close_all(struct run *run)
{
	int fds[] = { run->events, run->output, run->answers };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	db_close(run->watch);
	strbuf_release(&run->line);
}

static int run_guarded(
	struct run *run, const sigset_t *open_mask, struct err *err)
{
	int ret = spawn(run, err);

	if (!ret) {
		ret = serve(run, open_mask, err);
		reap(run, ret < 0);
		if (run->output >= 0)
			drain(run);
	}
	close_all(run);
	progress_end(&run->rails->progress);
	run->rails->ms = clock_now_ms() - run->started;
	return ret;
}

int rails_run(struct rails *rails, struct err *err)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct run run = { .rails = rails,
		.events = -1,
		.output = -1,
		.answers = -1,
		.line = STRBUF_INIT,
		.started = clock_now_ms() };
	struct sigaction action = { .sa_handler = on_signal }, old[4],
			 ignore = { .sa_handler = SIG_IGN };
	sigset_t blocked, before;
	int ret;

	sigemptyset(&blocked);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, &old[i]);
	}
	sigaction(SIGPIPE, &ignore, &old[3]);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	ret = run_guarded(&run, &before, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &old[i], NULL);
	sigaction(SIGPIPE, &old[3], NULL);
	return ret;
}

void rails_release(struct rails *rails)
{
	strbuf_release(&rails->output);
}
