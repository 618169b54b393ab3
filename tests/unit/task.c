/*
 * Tasks: output, input, and above all the end.  What a test waits for has to
 * happen by the task's own doing; the alarm in main() is there for the case
 * that it does not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/clock.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/capture.h"
#include "hookrun/proc/task.h"
#include "proc/census.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE_S 180

/* One task under test. */
struct fixture {
	struct loop *loop;
	struct task *task;
	struct strbuf out;
	struct capture *capture; /* gets the output instead, unless NULL */
	const char *cue;	 /* when this was printed ... */
	void (*act)(struct fixture *fix); /* ... do this once */
	int sig;
	bool done, members_at_done, timed_out;
	int status;
	int64_t start_ms, ms;
	pid_t pid;
	int left; /* of a chain */
};

static int setup(void **state)
{
	struct fixture *fix = calloc(1, sizeof(*fix));
	struct err err = ERR_INIT;

	if (!fix)
		return -1;
	strbuf_init(&fix->out);
	fix->status = -1;
	*state = fix;
	return loop_new(&fix->loop, &err);
}

static int teardown(void **state)
{
	struct fixture *fix = *state;

	loop_free(fix->loop);
	strbuf_release(&fix->out);
	free(fix);
	return 0;
}

static void on_output(
	struct task *task, const char *data, size_t len, void *data_ptr)
{
	struct fixture *fix = data_ptr;

	assert_true(len > 0);
	assert_false(fix->done);
	if (fix->capture) {
		capture_add(fix->capture, data, len);
		return;
	}
	strbuf_add(&fix->out, data, len);
	if (fix->act && strstr(fix->out.buf, fix->cue)) {
		void (*act)(struct fixture *) = fix->act;

		fix->act = NULL;
		fix->task = task;
		act(fix);
	}
}

static void on_done(struct task *task, void *data_ptr)
{
	struct fixture *fix = data_ptr;

	assert_false(fix->done);
	fix->done = true;
	fix->status = task_status(task);
	fix->timed_out = task_timed_out(task);
	fix->ms = clock_now_ms() - fix->start_ms;
	fix->members_at_done = child_group_alive(fix->pid);
	task_free(task);
}

/* The one child that we have. */
static pid_t only_child(void)
{
	struct census census = { 0 };
	pid_t found = 0;

	assert_int_equal(census_take(&census), 0);
	for (size_t i = 0; i < census.nr; i++)
		if (census.v[i].parent == getpid()) {
			assert_int_equal(found, 0);
			found = census.v[i].pid;
		}
	census_release(&census);
	assert_true(found > 1);
	return found;
}

/* Run `script` with sh to its end; `opts` has the rest. */
static void run(struct fixture *fix, struct task_opts opts, const char *script)
{
	char sh[] = "sh", c[] = "-c";
	AUTO_FREE char *text = xstrdup(script);
	char *argv[] = { sh, c, text, NULL };
	struct err err = ERR_INIT;

	if (!opts.child.func)
		opts.child.argv = argv;
	opts.on_output = on_output;
	opts.on_done = on_done;
	opts.data = fix;
	fix->start_ms = clock_now_ms();
	if (task_start(fix->loop, &opts, &fix->task, &err))
		fail_msg("%s", err.msg);
	fix->pid = only_child();
	assert_false(fix->done);
	loop_run(fix->loop);
	assert_true(fix->done);
	assert_int_equal(waitpid(fix->pid, NULL, WNOHANG), -1);
}

/* ---- output and status -------------------------------------------------- */

static void test_both_streams_in_one_pipe(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 }, "echo a; echo b >&2; echo c; exit 5");
	assert_string_equal(fix->out.buf, "a\nb\nc\n");
	assert_int_equal(fix->status, 5);
	assert_false(fix->timed_out);
	assert_true(fix->ms >= 0);
}

static void test_no_output(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 }, "exit 0");
	assert_int_equal(fix->out.len, 0);
	assert_int_equal(fix->status, 0);
}

static void test_killed_by_itself(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 }, "kill -KILL $$");
	assert_int_equal(fix->status, 137);
}

static void test_output_closed_long_before_the_end(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 },
		"echo a; exec >&- 2>&-; sleep 0.3; exit 4");
	assert_string_equal(fix->out.buf, "a\n");
	assert_int_equal(fix->status, 4);
}

static void test_hundred_megabytes(void **state)
{
	struct fixture *fix = *state;
	struct capture capture = CAPTURE_INIT;

	fix->capture = &capture;
	run(fix, (struct task_opts){ 0 }, "head -c 100000000 /dev/zero");
	assert_int_equal(fix->status, 0);
	assert_int_equal(capture.size, 100000000);
	assert_int_equal(capture.memory.len, CAPTURE_MEMORY);
	assert_true(capture.memory.cap <= 2 * CAPTURE_MEMORY);
	assert_false(capture.broken);
	capture_release(&capture);
}

static void test_cannot_run(void **state)
{
	struct fixture *fix = *state;
	char name[] = "no-such-program";
	char *argv[] = { name, NULL };
	struct task_opts opts = { .child = { .argv = argv },
		.on_done = on_done,
		.data = fix,
		.in = "x",
		.in_len = 1,
		.pty = true };
	struct err err = ERR_INIT;

	assert_int_equal(task_start(fix->loop, &opts, &fix->task, &err), -1);
	assert_string_equal(err.msg,
		"cannot run 'no-such-program': No such file or directory");
	assert_null(fix->task);
	loop_run(fix->loop);
	assert_false(fix->done);
}

static int print_and_return(void *data)
{
	printf("%s\n", (const char *)data);
	return 7;
}

static void test_function(void **state)
{
	struct fixture *fix = *state;
	char text[] = "from a step";

	run(fix,
		(struct task_opts){ .child = { .func = print_and_return,
					    .func_data = text } },
		"");
	assert_string_equal(fix->out.buf, "from a step\n");
	assert_int_equal(fix->status, 7);
}

static void test_further_descriptors(void **state)
{
	struct fixture *fix = *state;
	struct task_opts opts = { 0 };
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(write(fds[1], "line\n", 5), 5);
	opts.child.fds[0] = (struct child_fd){ fds[0], 5 };
	opts.child.nfds = 1;
	run(fix, opts, "read x <&5; echo $x");
	assert_string_equal(fix->out.buf, "line\n");
	close(fds[0]);
	close(fds[1]);
}

static void start_next(struct task *task, void *data_ptr);

static void start_one(struct fixture *fix)
{
	char text[] = "link";
	struct task_opts opts = {
		.child = { .func = print_and_return, .func_data = text },
		.on_output = on_output,
		.on_done = start_next,
		.data = fix,
	};
	struct err err = ERR_INIT;

	assert_int_equal(task_start(fix->loop, &opts, &fix->task, &err), 0);
}

static void start_next(struct task *task, void *data_ptr)
{
	struct fixture *fix = data_ptr;

	assert_int_equal(task_status(task), 7);
	task_free(task);
	if (--fix->left > 0)
		start_one(fix);
}

static void test_started_from_on_done(void **state)
{
	struct fixture *fix = *state;

	fix->left = 3;
	start_one(fix);
	loop_run(fix->loop);
	assert_int_equal(fix->left, 0);
	assert_string_equal(fix->out.buf, "link\nlink\nlink\n");
}

static void count_done(struct task *task, void *data_ptr)
{
	struct fixture *fix = data_ptr;

	assert_int_equal(task_status(task), 7);
	fix->left--;
	task_free(task);
}

static void test_many_at_once(void **state)
{
	struct fixture *fix = *state;
	char text[] = "x";
	struct task_opts opts = {
		.child = { .func = print_and_return, .func_data = text },
		.on_output = on_output,
		.on_done = count_done,
		.data = fix,
	};
	struct err err = ERR_INIT;

	for (fix->left = 0; fix->left < 20; fix->left++)
		assert_int_equal(
			task_start(fix->loop, &opts, &fix->task, &err), 0);
	loop_run(fix->loop);
	assert_int_equal(fix->left, 0);
	assert_int_equal(fix->out.len, 20 * 2);
}

/* ---- input -------------------------------------------------------------- */

static void test_no_input_is_null(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ .pty = true }, "readlink /proc/self/fd/0");
	assert_string_equal(fix->out.buf, "/dev/null\n");
}

static void test_input_larger_than_a_pipe(void **state)
{
	struct fixture *fix = *state;
	size_t len = 3 << 20;
	AUTO_FREE char *data = xmalloc(len);

	for (size_t i = 0; i < len; i++)
		data[i] = (char)(i * 31 >> 4);
	run(fix, (struct task_opts){ .in = data, .in_len = len }, "cat");
	assert_int_equal(fix->status, 0);
	assert_int_equal(fix->out.len, len);
	assert_memory_equal(fix->out.buf, data, len);
}

static void test_input_that_nobody_reads(void **state)
{
	struct fixture *fix = *state;
	size_t len = 1 << 20;
	AUTO_FREE char *data = xcalloc(len, 1);

	run(fix, (struct task_opts){ .in = data, .in_len = len },
		"exec <&-; echo closed");
	assert_int_equal(fix->status, 0);
	assert_string_equal(fix->out.buf, "closed\n");
}

static void test_input_goes_around_the_terminal(void **state)
{
	struct fixture *fix = *state;
	const char data[] = { 'a', 3, 4, '\r', '\n', 'b' };

	run(fix,
		(struct task_opts){
			.in = data, .in_len = sizeof(data), .pty = true },
		"cat");
	assert_int_equal(fix->out.len, sizeof(data));
	assert_memory_equal(fix->out.buf, data, sizeof(data));
}

/* ---- terminals ---------------------------------------------------------- */

static void test_pty(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ .pty = true },
		"test -t 1 && test -t 2 && printf 'a\\nb\\tc\\n';"
		"test -t 0 || echo no input;"
		"(: </dev/tty) 2>/dev/null || echo no tty; exit 3");
	assert_string_equal(fix->out.buf, "a\nb\tc\nno input\nno tty\n");
	assert_int_equal(fix->status, 3);
}

static void test_no_pty(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 },
		"test -t 1 || test -t 2 || echo none;"
		"(: </dev/tty) 2>/dev/null || echo no tty");
	assert_string_equal(fix->out.buf, "none\nno tty\n");
}

static void test_much_through_a_pty(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ .pty = true },
		"head -c 300000 /dev/zero | tr '\\0' x; echo; echo end");
	assert_int_equal(fix->status, 0);
	assert_int_equal(fix->out.len, 300000 + 5);
	assert_string_equal(fix->out.buf + 300000, "\nend\n");
}

/* A terminal of our own on stdout, as long as the test runs. */
struct terminal {
	int ours, theirs, saved;
};

static void terminal_open(
	struct terminal *term, unsigned short rows, unsigned short cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };

	term->ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(term->ours >= 0);
	assert_int_equal(grantpt(term->ours), 0);
	assert_int_equal(unlockpt(term->ours), 0);
	term->theirs = open(ptsname(term->ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(term->theirs >= 0);
	assert_int_equal(ioctl(term->ours, TIOCSWINSZ, &size), 0);
	fflush(stdout);
	term->saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	assert_int_equal(dup2(term->theirs, STDOUT_FILENO), STDOUT_FILENO);
}

static void terminal_close(struct terminal *term)
{
	fflush(stdout);
	dup2(term->saved, STDOUT_FILENO);
	close(term->saved);
	close(term->theirs);
	close(term->ours);
}

static void test_window_size(void **state)
{
	struct fixture *fix = *state;
	struct terminal term;

	terminal_open(&term, 33, 77);
	run(fix, (struct task_opts){ .pty = true }, "stty size <&1");
	terminal_close(&term);
	assert_string_equal(fix->out.buf, "33 77\n");
}

static void resize(struct fixture *fix)
{
	struct winsize size = { .ws_row = 40, .ws_col = 99 };

	assert_int_equal(ioctl(STDOUT_FILENO, TIOCSWINSZ, &size), 0);
	task_winch(fix->task);
}

static void test_new_window_size(void **state)
{
	struct fixture *fix = *state;
	struct terminal term;

	terminal_open(&term, 33, 77);
	fix->cue = "ready";
	fix->act = resize;
	run(fix, (struct task_opts){ .pty = true },
		"trap 'stty size <&1; exit' WINCH; echo ready;"
		"while :; do sleep 0.02; done");
	terminal_close(&term);
	assert_string_equal(fix->out.buf, "ready\n40 99\n");
}

static int interactive_bits(void *data)
{
	pid_t group = *(pid_t *)data;

	return isatty(0) | (getpgrp() == group) << 1 |
	       (getsid(0) == getsid(getppid())) << 2;
}

static void test_interactive(void **state)
{
	struct fixture *fix = *state;
	struct terminal term;
	pid_t group = getpgrp();

	terminal_open(&term, 24, 80);
	run(fix,
		(struct task_opts){ .interactive = true,
			.tty_fd = term.theirs,
			.child = { .func = interactive_bits,
				.func_data = &group } },
		"");
	terminal_close(&term);
	assert_int_equal(fix->status, 7);
	assert_int_equal(fix->out.len, 0);
}

/* ---- the end ------------------------------------------------------------ */

static void end(struct fixture *fix)
{
	task_end(fix->task, fix->sig);
}

static void end_on(struct fixture *fix, const char *cue, int sig)
{
	fix->cue = cue;
	fix->act = end;
	fix->sig = sig;
}

static void test_daemon_is_left_alone(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ 0 }, "sleep 1000 & echo started");
	assert_int_equal(fix->status, 0);
	assert_string_equal(fix->out.buf, "started\n");
	assert_true(fix->members_at_done);
	child_end_group(fix->pid, 5000);
}

static void test_daemon_on_a_pty(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ .pty = true },
		"trap '' HUP; sleep 1000 & echo started");
	assert_int_equal(fix->status, 0);
	assert_string_equal(fix->out.buf, "started\n");
	assert_true(fix->members_at_done);
	child_end_group(fix->pid, 5000);
}

static void test_daemon_that_prints_for_ever(void **state)
{
	struct fixture *fix = *state;
	struct capture capture = CAPTURE_INIT;

	fix->capture = &capture;
	run(fix, (struct task_opts){ 0 },
		"(while echo noise; do :; done) & exit 0");
	assert_int_equal(fix->status, 0);
	child_end_group(fix->pid, 5000);
	capture_release(&capture);
}

static void test_interrupt_reaches_background_children(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGINT);
	run(fix, (struct task_opts){ 0 }, "sleep 1000 & echo ready; wait");
	assert_int_equal(fix->status, 130);
	assert_false(fix->members_at_done);
	assert_false(fix->timed_out);
}

static void test_the_first_signal_is_enough(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGHUP);
	run(fix, (struct task_opts){ 0 },
		"exec 2>/dev/null; trap 'echo cleaned; exit 9' HUP; echo ready;"
		"while :; do sleep 0.02; done");
	assert_int_equal(fix->status, 9);
	assert_string_equal(fix->out.buf, "ready\ncleaned\n");
}

static void test_deaf_to_the_first_signal(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGINT);
	run(fix, (struct task_opts){ 0 },
		"trap '' INT; trap 'exit 8' TERM; echo ready;"
		"while :; do sleep 0.02; done");
	assert_int_equal(fix->status, 8);
}

static void test_deaf_to_everything(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGTERM);
	run(fix, (struct task_opts){ 0 },
		"trap '' TERM INT HUP; (while :; do sleep 1000; done) &"
		"echo ready; while :; do sleep 1000; done");
	assert_int_equal(fix->status, 137);
	assert_false(fix->members_at_done);
}

static void test_only_a_member_is_deaf(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGTERM);
	run(fix, (struct task_opts){ 0 },
		"(trap '' TERM; echo ready; while :; do sleep 1000; done) &"
		"wait");
	assert_int_equal(fix->status, 143);
	assert_false(fix->members_at_done);
}

static void test_stopped_task_ends(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGTERM);
	run(fix, (struct task_opts){ 0 },
		"echo ready; kill -STOP $$; sleep 1000");
	assert_int_equal(fix->status, 143);
	assert_false(fix->members_at_done);
}

static void end_twice(struct fixture *fix)
{
	task_end(fix->task, SIGHUP);
	task_end(fix->task, SIGUSR1);
}

static void test_further_signals_are_passed_on(void **state)
{
	struct fixture *fix = *state;

	fix->cue = "ready";
	fix->act = end_twice;
	run(fix, (struct task_opts){ 0 },
		"trap '' HUP; trap 'exit 6' USR1; echo ready;"
		"while :; do sleep 0.02; done");
	assert_int_equal(fix->status, 6);
}

static void kill_now(struct fixture *fix)
{
	task_kill(fix->task);
	task_kill(fix->task);
	task_end(fix->task, SIGTERM);
}

static void test_kill(void **state)
{
	struct fixture *fix = *state;

	fix->cue = "ready";
	fix->act = kill_now;
	run(fix, (struct task_opts){ .pty = true },
		"trap '' TERM; sleep 1000 & echo ready; sleep 1000");
	assert_int_equal(fix->status, 137);
	assert_false(fix->members_at_done);
}

static void test_end_with_kill(void **state)
{
	struct fixture *fix = *state;

	end_on(fix, "ready", SIGKILL);
	run(fix, (struct task_opts){ 0 },
		"trap '' TERM; sleep 1000 & echo ready; sleep 1000");
	assert_int_equal(fix->status, 137);
	assert_false(fix->members_at_done);
}

static void test_timeout(void **state)
{
	struct fixture *fix = *state;

	run(fix, (struct task_opts){ .timeout_ms = 200 },
		"sleep 1000 & sleep 1000");
	assert_int_equal(fix->status, 143);
	assert_true(fix->timed_out);
	assert_false(fix->members_at_done);
	assert_true(fix->ms >= 200);
}

static void test_in_time(void **state)
{
	struct fixture *fix = *state;
	int64_t before_ms = clock_now_ms();

	run(fix, (struct task_opts){ .timeout_ms = INT64_C(86400000) },
		"exit 2");
	assert_int_equal(fix->status, 2);
	assert_false(fix->timed_out);
	assert_true(clock_now_ms() - before_ms < 86400000);
}

/* The leader is dead, its daemon holds the output: an end that is asked for
 * now reaches the daemon.  This is served in every round, and in one round
 * before the task's own timers. */
static void end_when_reaped(void *data)
{
	struct fixture *fix = data;

	assert_false(fix->done);
	if (!kill(fix->pid, 0))
		loop_timer(fix->loop, 0, end_when_reaped, fix);
	else
		task_end(fix->task, SIGINT);
}

static void test_end_while_draining(void **state)
{
	struct fixture *fix = *state;

	loop_timer(fix->loop, 0, end_when_reaped, fix);
	run(fix, (struct task_opts){ 0 }, "sleep 1000 & echo started");
	assert_int_equal(fix->status, 0);
	assert_false(fix->members_at_done);
}

static int sleep_long(void *data)
{
	(void)data;
	while (pause() == -1)
		;
	return 0;
}

static void end_task(void *data)
{
	struct fixture *fix = data;

	task_end(fix->task, fix->sig);
}

static void end_interactive(struct fixture *fix, int sig)
{
	AUTO_FD int tty = open("/dev/null", O_RDWR | O_CLOEXEC);

	fix->sig = sig;
	loop_timer(fix->loop, 0, end_task, fix);
	run(fix,
		(struct task_opts){ .interactive = true,
			.tty_fd = tty,
			.child = { .func = sleep_long } },
		"");
}

static void test_end_of_an_interactive_task(void **state)
{
	end_interactive(*state, SIGHUP);
	assert_int_equal(((struct fixture *)*state)->status, 128 + SIGHUP);
}

static void test_interrupt_of_an_interactive_task(void **state)
{
	end_interactive(*state, SIGINT);
	assert_int_equal(((struct fixture *)*state)->status, 128 + SIGTERM);
}

#define WITH_LOOP(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LOOP(test_both_streams_in_one_pipe),
		WITH_LOOP(test_no_output),
		WITH_LOOP(test_killed_by_itself),
		WITH_LOOP(test_output_closed_long_before_the_end),
		WITH_LOOP(test_hundred_megabytes),
		WITH_LOOP(test_cannot_run),
		WITH_LOOP(test_function),
		WITH_LOOP(test_further_descriptors),
		WITH_LOOP(test_started_from_on_done),
		WITH_LOOP(test_many_at_once),
		WITH_LOOP(test_no_input_is_null),
		WITH_LOOP(test_input_larger_than_a_pipe),
		WITH_LOOP(test_input_that_nobody_reads),
		WITH_LOOP(test_input_goes_around_the_terminal),
		WITH_LOOP(test_pty),
		WITH_LOOP(test_no_pty),
		WITH_LOOP(test_much_through_a_pty),
		WITH_LOOP(test_window_size),
		WITH_LOOP(test_new_window_size),
		WITH_LOOP(test_interactive),
		WITH_LOOP(test_daemon_is_left_alone),
		WITH_LOOP(test_daemon_on_a_pty),
		WITH_LOOP(test_daemon_that_prints_for_ever),
		WITH_LOOP(test_interrupt_reaches_background_children),
		WITH_LOOP(test_the_first_signal_is_enough),
		WITH_LOOP(test_deaf_to_the_first_signal),
		WITH_LOOP(test_deaf_to_everything),
		WITH_LOOP(test_only_a_member_is_deaf),
		WITH_LOOP(test_stopped_task_ends),
		WITH_LOOP(test_further_signals_are_passed_on),
		WITH_LOOP(test_kill),
		WITH_LOOP(test_end_with_kill),
		WITH_LOOP(test_timeout),
		WITH_LOOP(test_in_time),
		WITH_LOOP(test_end_while_draining),
		WITH_LOOP(test_end_of_an_interactive_task),
		WITH_LOOP(test_interrupt_of_an_interactive_task),
	};

	alarm(PATIENCE_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
