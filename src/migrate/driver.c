/*
 * Rails takes seconds to start and a lock may hold a migration up for longer,
 * and all that time a prompt waits: so whoever waits is told what for, on the
 * terminal, and the terminal only, since captured output comes too late.
 *
 * What migrations print is kept, its end at least, and shown when something
 * fails.  The driver runs in our process group and dies with us; on a signal
 * it is given the time to roll back, and we to remove the old files.
 */
#include "migrate/driver.h"

#include "migrate/engine.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/env.h"
#include "hookrun/proc/loop.h"
#include "hookrun/runner/ask.h"
#include "hookrun/steps/untouched.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define OUTPUT_MAX 65536
#define EVENTS_MAX (4 << 20) /* one line */
#define PATIENCE_MS 500	     /* before a word about the wait */
#define BLOCKED_AFTER_MS 100 /* most migrations take less */
#define BLOCKED_EVERY_MS 500
#define DRAIN_MS 100
#define CONNECT_MS 2000

struct run {
	struct driver *driver;
	struct loop *loop;
	struct err *err;
	int failed; /* -1: what came makes no sense, as `err` says */
	pid_t pid;
	bool reaped;
	int events, output, answers; /* our ends; -1: closed */
	struct strbuf line;	     /* events not yet complete */
	struct untouched lock;	     /* until Rails is up */
	int64_t started, look_at;
	uint64_t timer; /* when something is to be said; 0: never */
	bool told_start;
	struct db *watch; /* a session of ours that looks for blockers */
	const char *watched;
	bool cannot_watch;
};

/* For its line, or, where it has none, a line of its own. */
static void tell_start(const struct run *run)
{
	const struct migrate *m = run->driver->m;
	const char *title = m->engine->title;

	if (!step_doing(
		    m->ctx, arena_printf(m->ctx->arena, "starting %s", title)))
		step_tell(m->ctx, arena_printf(m->ctx->arena,
					  "migrate: starting %s ...", title));
}

/* "3/8 add_owner.rb" */
static void tell_doing(const struct run *run)
{
	const struct migrate *m = run->driver->m;
	const struct progress *progress = &run->driver->progress;
	size_t all = 0;

	for (size_t i = 0; i < m->ndbs; i++)
		all += items_count(&m->dbs[i].items, ITEM_DOWN) +
		       items_count(&m->dbs[i].items, ITEM_UP) +
		       2 * items_count(&m->dbs[i].items, ITEM_REDO);
	if (progress->doing.file && progress->nchanges < all)
		step_doing(m->ctx, arena_printf(m->ctx->arena, "%zu/%zu %s",
					   progress->nchanges + 1, all,
					   progress->doing.file));
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
	struct migrate *m = run->driver->m;
	AUTO_STRVEC env = STRVEC_INIT, argv = STRVEC_INIT;
	struct child_opts opts = { .cwd = m->app, .death_signal = SIGKILL };
	int pipes[3][2], ret;

	m->engine->command(m, run->driver->stage->driver, &env, &argv);
	env_set(&env, "HOOKRUN_PLAN", run->driver->stage->plan);
	if (make_pipes(pipes, err))
		return -1;
	opts.argv = argv.v;
	opts.env = env.v;
	opts.fds[0] = (struct child_fd){ pipes[PIPE_OUTPUT][1], 1 };
	opts.fds[1] = (struct child_fd){ pipes[PIPE_OUTPUT][1], 2 };
	opts.fds[2] = (struct child_fd){ pipes[PIPE_EVENTS][1], 3 };
	opts.fds[3] = (struct child_fd){ pipes[PIPE_ANSWERS][0], 4 };
	opts.nfds = 4;
	untouched_note(&run->lock, m->ctx->repo,
		m->engine->lockfile ? m->engine->lockfile(m) : NULL);
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
	const struct progress *p = &run->driver->progress;
	AUTO_STRBUF text = STRBUF_INIT;

	if (!strcmp(run->driver->m->opts.on_data_loss, "stop"))
		return false;
	if (p->unknown)
		strbuf_addf(&text,
			"migrate: this may lose data; what cannot be told: %s",
			p->unknown);
	else
		strbuf_addf(&text, "migrate: this would lose:\n%s", p->impact);
	strbuf_addstr(&text, "\nGo on?");
	return ask_yes(run->driver->m->ctx, text.buf);
}

/* Early enough to see who is in the way before the server gives up. */
static int64_t blocked_after_ms(const struct run *run)
{
	int64_t limit = run->driver->m->opts.lock_timeout_ms / 2;

	return limit && limit < BLOCKED_AFTER_MS ? limit : BLOCKED_AFTER_MS;
}

static const struct database *working_on(const struct run *run)
{
	const struct migrate *m = run->driver->m;
	const struct progress *p = &run->driver->progress;
	const char *db = p->doing.file ? p->doing.db : p->waiting_db;

	for (size_t i = 0; db && i < m->ndbs; i++)
		if (!strcmp(m->dbs[i].name, db))
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
	struct migrate *m = run->driver->m;
	const char *lines = NULL, *before = run->driver->blockers;
	const char *file = run->driver->progress.doing.file;
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
	run->driver->blockers = lines;
	if (!before)
		step_tell(m->ctx,
			arena_printf(m->ctx->arena,
				"migrate: %s waits for a lock:\n%s%s",
				file ? file : db->label, lines,
				db->target->path
					? ""
					: "\n'hookrun db unblock PID "
					  "--terminate' ends such a session"));
}

static int reply(struct run *run, enum progress_ask ask)
{
	int made;

	switch (ask) {
	case PROGRESS_GO_ON:
		break;
	case PROGRESS_LAYOUT:
		answer(run,
			!run->driver->stands || run->driver->stands(run->driver)
				? "go\n"
				: "discover\n");
		break;
	case PROGRESS_WANTS_PLAN:
		made = run->driver->plan(run->driver, run->err);
		run->driver->asked_only = !made;
		answer(run, made > 0 ? "plan\n" : "stop\n");
		return made < 0 ? -1 : 0;
	case PROGRESS_WAITS:
		look_for_blockers(run);
		break;
	case PROGRESS_WANTS_YES:
		if (user_agrees(run)) {
			run->driver->progress.impact = NULL;
			answer(run, "yes\n");
		} else if (!loop_interrupted()) {
			answer(run, "no\n");
		}
		break;
	}
	return 0;
}

/* Bundler writes while it starts: from then on, who changes the file is
 * somebody else. */
static void look_at_lock(struct run *run)
{
	AUTO_STRBUF start = STRBUF_INIT;

	strbuf_addf(&start, "the start of %s", run->driver->m->engine->title);
	untouched_check(
		&run->lock, start.buf, "bundle install", &run->driver->said);
	run->lock.repo = NULL;
}

static int take_lines(struct run *run)
{
	struct progress *progress = &run->driver->progress;
	char *end;

	while ((end = memchr(run->line.buf, '\n', run->line.len))) {
		enum progress_ask ask = PROGRESS_GO_ON;
		size_t len = (size_t)(end - run->line.buf);

		if (progress_feed(progress, run->line.buf, len, &ask, run->err))
			return -1;
		strbuf_splice(&run->line, 0, len + 1, NULL, 0);
		tell_doing(run);
		run->look_at = clock_now_ms() + blocked_after_ms(run);
		if (progress->booted)
			look_at_lock(run);
		if (reply(run, ask))
			return -1;
	}
	if (run->line.len > EVENTS_MAX)
		return err_set(run->err, "the driver sent too long a line");
	return 0;
}

/* When something is to be said; 0: never. */
static int64_t next_deadline(const struct run *run)
{
	if (run->reaped)
		return 0;
	if (!run->driver->progress.booted)
		return run->told_start ? 0 : run->started + PATIENCE_MS;
	if (!run->driver->progress.doing.file || run->cannot_watch)
		return 0;
	return run->look_at;
}

static void on_deadline(void *data);

static void set_timer(struct run *run)
{
	int64_t at_ms = next_deadline(run);

	loop_cancel(run->loop, run->timer);
	run->timer = at_ms ? loop_timer(run->loop, at_ms, on_deadline, run) : 0;
}

static void on_deadline(void *data)
{
	struct run *run = data;

	if (run->driver->progress.booted) {
		look_for_blockers(run);
	} else {
		run->told_start = true;
		tell_start(run);
	}
	set_timer(run);
}

/* ---- what comes from the driver ----------------------------------------- */

static void on_signal(int sig, void *data)
{
	struct run *run = data;

	if (sig == SIGWINCH || run->reaped)
		return;
	run->driver->signal = sig;
	kill(run->pid, sig == SIGINT ? SIGINT : SIGTERM);
}

static void close_end(struct run *run, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(run->loop, *fd);
	close(*fd);
	*fd = -1;
	if (run->reaped && run->events < 0 && run->output < 0)
		loop_stop(run->loop);
}

static bool read_some(struct run *run, int *fd, struct strbuf *into)
{
	if (strbuf_read_once(into, *fd, 65536) > 0)
		return true;
	close_end(run, fd);
	return false;
}

static void on_output(int fd, short revents, void *data)
{
	struct run *run = data;
	struct strbuf *output = &run->driver->output;

	(void)fd;
	(void)revents;
	read_some(run, &run->output, output);
	if (output->len > OUTPUT_MAX)
		strbuf_splice(output, 0, output->len - OUTPUT_MAX, NULL, 0);
}

static void on_events(int fd, short revents, void *data)
{
	struct run *run = data;

	(void)fd;
	(void)revents;
	if (!read_some(run, &run->events, &run->line))
		return;
	if (take_lines(run)) {
		run->failed = -1;
		if (!run->reaped)
			kill(run->pid, SIGKILL);
		close_end(run, &run->events);
	}
	set_timer(run);
}

static void stop(void *data)
{
	struct run *run = data;

	loop_stop(run->loop);
}

/* A process that a migration left behind may hold the output open. */
static void on_end(pid_t pid, int wait_status, void *data)
{
	struct run *run = data;

	(void)pid;
	run->reaped = true;
	run->driver->status = child_status(wait_status);
	set_timer(run);
	loop_timer(run->loop,
		clock_now_ms() +
			(run->events < 0 && run->output < 0 ? 0 : DRAIN_MS),
		stop, run);
}

static void serve(struct run *run)
{
	loop_on_signal(run->loop, on_signal, run);
	loop_watch(run->loop, run->events, POLLIN, on_events, run);
	loop_watch(run->loop, run->output, POLLIN, on_output, run);
	loop_child(run->loop, run->pid, on_end, run);
	set_timer(run);
	loop_run(run->loop);
}

int driver_run(struct driver *driver, struct err *err)
{
	struct run run = { .driver = driver,
		.err = err,
		.events = -1,
		.output = -1,
		.answers = -1,
		.line = STRBUF_INIT,
		.lock = UNTOUCHED_INIT,
		.started = clock_now_ms() };

	if (loop_new(&run.loop, err))
		return -1;
	run.failed = spawn(&run, err);
	if (!run.failed)
		serve(&run);
	close_end(&run, &run.events);
	close_end(&run, &run.output);
	close_end(&run, &run.answers);
	loop_free(run.loop);
	look_at_lock(&run);
	untouched_release(&run.lock);
	db_close(run.watch);
	strbuf_release(&run.line);
	progress_end(&driver->progress);
	driver->ms = clock_now_ms() - run.started;
	return run.failed;
}

void driver_release(struct driver *driver)
{
	strbuf_release(&driver->output);
	strbuf_release(&driver->said);
}
