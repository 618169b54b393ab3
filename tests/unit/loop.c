/*
 * The loop.  Order is tested by what callbacks write down, never by how long
 * something took.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/clock.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_S 120

/* What every test has; callbacks append to `log`. */
struct fixture {
	struct loop *loop;
	struct strbuf log;
	int a[2], b[2]; /* pipes */
	uint64_t timer;
	int count;
};

static int setup(void **state)
{
	struct fixture *fix = calloc(1, sizeof(*fix));
	struct err err = ERR_INIT;

	if (!fix || pipe2(fix->a, O_CLOEXEC) || pipe2(fix->b, O_CLOEXEC))
		return -1;
	strbuf_init(&fix->log);
	*state = fix;
	return loop_new(&fix->loop, &err);
}

static int teardown(void **state)
{
	struct fixture *fix = *state;

	loop_free(fix->loop);
	strbuf_release(&fix->log);
	for (int i = 0; i < 2; i++) {
		close(fix->a[i]);
		close(fix->b[i]);
	}
	free(fix);
	return 0;
}

/* ---- deadlines ---------------------------------------------------------- */

struct mark {
	struct fixture *fix;
	const char *text;
};

static void add_mark(void *data)
{
	struct mark *mark = data;

	strbuf_addstr(&mark->fix->log, mark->text);
}

static void test_nothing_to_wait_for(void **state)
{
	struct fixture *fix = *state;

	loop_run(fix->loop);
	loop_run(fix->loop);
}

static void test_one_at_a_time(void **state)
{
	struct loop *second = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(loop_new(&second, &err), -1);
	assert_null(second);
	assert_string_not_equal(err.msg, "");
}

static void test_timers_in_order(void **state)
{
	struct fixture *fix = *state;
	struct mark a = { fix, "a" }, b = { fix, "b" }, c = { fix, "c" };
	struct mark d = { fix, "d" };
	int64_t now_ms = clock_now_ms();

	loop_timer(fix->loop, now_ms + 30, add_mark, &c);
	loop_timer(fix->loop, now_ms + 10, add_mark, &a);
	loop_timer(fix->loop, now_ms + 10, add_mark, &b);
	loop_timer(fix->loop, now_ms - 1000, add_mark, &d);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "dabc");
	assert_true(clock_now_ms() >= now_ms + 30);
}

static void test_cancelled_timers(void **state)
{
	struct fixture *fix = *state;
	struct mark a = { fix, "a" }, b = { fix, "b" }, c = { fix, "c" };
	int64_t now_ms = clock_now_ms();
	uint64_t first = loop_timer(fix->loop, now_ms, add_mark, &a);
	uint64_t middle = loop_timer(fix->loop, now_ms + 1, add_mark, &b);

	loop_timer(fix->loop, now_ms + 2, add_mark, &c);
	assert_true(first && middle && first != middle);
	loop_cancel(fix->loop, middle);
	loop_cancel(fix->loop, middle);
	loop_cancel(fix->loop, 0);
	loop_cancel(fix->loop, 999);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "ac");
	loop_cancel(fix->loop, first);
}

static void cancel_other(void *data)
{
	struct fixture *fix = data;

	strbuf_addstr(&fix->log, "x");
	loop_cancel(fix->loop, fix->timer);
}

static void test_timer_cancels_one_that_is_due(void **state)
{
	struct fixture *fix = *state;
	struct mark a = { fix, "a" }, b = { fix, "b" };

	loop_timer(fix->loop, 0, cancel_other, fix);
	fix->timer = loop_timer(fix->loop, 1, add_mark, &a);
	loop_timer(fix->loop, 2, add_mark, &b);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "xb");
}

static void again_at_once(void *data)
{
	struct fixture *fix = data;

	if (!fix->log.len)
		assert_int_equal(write(fix->b[1], "x", 1), 1);
	strbuf_addstr(&fix->log, "t");
	loop_timer(fix->loop, 0, again_at_once, fix);
}

static void read_and_stop(int fd, short revents, void *data)
{
	struct fixture *fix = data;
	char c;

	assert_true(revents & POLLIN);
	assert_int_equal(read(fd, &c, 1), 1);
	strbuf_addstr(&fix->log, "r");
	loop_stop(fix->loop);
}

static void test_timer_does_not_starve_the_rest(void **state)
{
	struct fixture *fix = *state;

	loop_timer(fix->loop, 0, again_at_once, fix);
	loop_watch(fix->loop, fix->b[0], POLLIN, read_and_stop, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "tr");
}

static void test_stop_keeps_what_is_left(void **state)
{
	struct fixture *fix = *state;
	struct mark a = { fix, "a" };

	assert_int_equal(write(fix->a[1], "xy", 2), 2);
	loop_watch(fix->loop, fix->a[0], POLLIN, read_and_stop, fix);
	loop_timer(fix->loop, 0, add_mark, &a);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "r");
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "rr");
	loop_unwatch(fix->loop, fix->a[0]);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "rra");
}

/* ---- descriptors -------------------------------------------------------- */

static void drop_both(int fd, short revents, void *data)
{
	struct fixture *fix = data;

	(void)fd;
	(void)revents;
	strbuf_addstr(&fix->log, "1");
	loop_unwatch(fix->loop, fix->a[0]);
	loop_unwatch(fix->loop, fix->b[0]);
}

static void test_unwatched_in_a_callback(void **state)
{
	struct fixture *fix = *state;

	assert_int_equal(write(fix->a[1], "x", 1), 1);
	assert_int_equal(write(fix->b[1], "x", 1), 1);
	loop_watch(fix->loop, fix->a[0], POLLIN, drop_both, fix);
	loop_watch(fix->loop, fix->b[0], POLLIN, drop_both, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "1");
}

static void never(int fd, short revents, void *data)
{
	(void)fd;
	(void)revents;
	(void)data;
	fail_msg("called for the events of another file");
}

/* b's number becomes a new, empty pipe's in the round in which b is readable.
 */
static void reuse_number(int fd, short revents, void *data)
{
	struct fixture *fix = data;
	int fresh[2];

	(void)revents;
	strbuf_addstr(&fix->log, "1");
	loop_unwatch(fix->loop, fd);
	loop_unwatch(fix->loop, fix->b[0]);
	assert_int_equal(pipe2(fresh, O_CLOEXEC), 0);
	assert_true(dup3(fresh[0], fix->b[0], O_CLOEXEC) >= 0);
	close(fresh[0]);
	loop_watch(fix->loop, fix->b[0], POLLIN, never, fix);
	fix->count = fresh[1];
}

static void stop_loop(void *data)
{
	struct fixture *fix = data;

	loop_stop(fix->loop);
}

static void test_number_used_again(void **state)
{
	struct fixture *fix = *state;

	assert_int_equal(write(fix->a[1], "x", 1), 1);
	assert_int_equal(write(fix->b[1], "x", 1), 1);
	loop_watch(fix->loop, fix->a[0], POLLIN, reuse_number, fix);
	loop_watch(fix->loop, fix->b[0], POLLIN, never, fix);
	loop_timer(fix->loop, clock_now_ms() + 20, stop_loop, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "1");
	close(fix->count);
}

static void read_to_the_end(int fd, short revents, void *data)
{
	struct fixture *fix = data;

	(void)revents;
	if (strbuf_read_once(&fix->log, fd, 16) == 0)
		loop_unwatch(fix->loop, fd);
}

static void test_hang_up_is_told(void **state)
{
	struct fixture *fix = *state;

	assert_int_equal(write(fix->a[1], "text", 4), 4);
	close(fix->a[1]);
	fix->a[1] = -1;
	loop_watch(fix->loop, fix->a[0], POLLIN, read_to_the_end, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "text");
}

static void write_and_leave(int fd, short revents, void *data)
{
	struct fixture *fix = data;

	assert_true(revents & POLLOUT);
	assert_int_equal(write(fd, "w", 1), 1);
	loop_unwatch(fix->loop, fd);
}

static void add_watches(void *data)
{
	struct fixture *fix = data;

	loop_watch(fix->loop, fix->a[0], POLLIN, read_and_stop, fix);
	loop_watch(fix->loop, fix->a[1], POLLOUT, never, fix);
	loop_watch(fix->loop, fix->a[1], POLLOUT, write_and_leave, fix);
}

static void test_watched_in_a_callback_and_replaced(void **state)
{
	struct fixture *fix = *state;

	loop_timer(fix->loop, 0, add_watches, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "r");
}

/* ---- children ----------------------------------------------------------- */

static int return_it(void *data)
{
	return *(int *)data;
}

static pid_t spawn(int status)
{
	struct err err = ERR_INIT;
	pid_t pid = -1;

	assert_int_equal(child_spawn(&(struct child_opts){ .func = return_it,
					     .func_data = &status },
				 &pid, &err),
		0);
	return pid;
}

static void add_status(pid_t pid, int wait_status, void *data)
{
	struct fixture *fix = data;

	assert_true(pid > 1);
	strbuf_addf(&fix->log, "<%d>", child_status(wait_status));
}

static void test_child(void **state)
{
	struct fixture *fix = *state;
	pid_t pid = spawn(7);

	loop_child(fix->loop, pid, add_status, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "<7>");
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
}

static void test_child_that_is_dead_already(void **state)
{
	struct fixture *fix = *state;
	struct mark a = { fix, "a" };
	pid_t pid = spawn(8);
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	loop_timer(fix->loop, 0, add_mark, &a);
	loop_run(fix->loop);
	loop_child(fix->loop, pid, add_status, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "a<8>");
}

static void spawn_next(pid_t pid, int wait_status, void *data)
{
	struct fixture *fix = data;

	add_status(pid, wait_status, fix);
	if (++fix->count < 5)
		loop_child(fix->loop, spawn(fix->count), spawn_next, fix);
}

static void test_children_in_a_chain(void **state)
{
	struct fixture *fix = *state;

	loop_child(fix->loop, spawn(0), spawn_next, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "<0><1><2><3><4>");
}

static void test_other_children_are_left_alone(void **state)
{
	struct fixture *fix = *state;
	pid_t other = spawn(3);
	siginfo_t info;
	int status;

	assert_int_equal(
		waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT), 0);
	loop_child(fix->loop, spawn(4), add_status, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "<4>");
	assert_int_equal(waitpid(other, &status, WNOHANG), other);
	assert_int_equal(child_status(status), 3);
}

static void test_child_reaped_by_another(void **state)
{
	struct fixture *fix = *state;
	pid_t pid = spawn(0);

	assert_int_equal(waitpid(pid, NULL, 0), pid);
	loop_child(fix->loop, pid, add_status, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "<255>");
}

static void test_many_children(void **state)
{
	struct fixture *fix = *state;

	for (int i = 0; i < 40; i++)
		loop_child(fix->loop, spawn(1), add_status, fix);
	loop_run(fix->loop);
	assert_int_equal(fix->log.len, 40 * 3);
}

static int own_loop(void *data)
{
	struct fixture fix = { .log = STRBUF_INIT };
	struct err err = ERR_INIT;
	int failed;

	(void)data;
	if (loop_new(&fix.loop, &err))
		return 1;
	loop_child(fix.loop, spawn(6), add_status, &fix);
	loop_run(fix.loop);
	loop_free(fix.loop);
	failed = strcmp(fix.log.buf, "<6>");
	strbuf_release(&fix.log);
	return failed != 0;
}

static void test_loop_within_a_child(void **state)
{
	struct fixture *fix = *state;
	struct err err = ERR_INIT;
	pid_t pid = -1;

	assert_int_equal(child_spawn(&(struct child_opts){ .func = own_loop },
				 &pid, &err),
		0);
	loop_child(fix->loop, pid, add_status, fix);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "<0>");
}

/* ---- signals ------------------------------------------------------------ */

static void add_signal(int sig, void *data)
{
	struct fixture *fix = data;

	strbuf_addf(&fix->log, "[%d]", sig);
	if (++fix->count == 5)
		loop_stop(fix->loop);
}

static void raise_five(void *data)
{
	static const int sigs[] = { SIGTERM, SIGTERM, SIGINT, SIGQUIT,
		SIGWINCH };

	(void)data;
	for (size_t i = 0; i < sizeof(sigs) / sizeof(*sigs); i++)
		raise(sigs[i]);
}

static void test_each_signal_is_told(void **state)
{
	struct fixture *fix = *state;

	loop_on_signal(fix->loop, add_signal, fix);
	loop_watch(fix->loop, fix->a[0], POLLIN, never, fix);
	loop_timer(fix->loop, 0, raise_five, NULL);
	loop_run(fix->loop);
	assert_string_equal(fix->log.buf, "[15][15][2][3][28]");
}

static int signal_parent(void *data)
{
	(void)data;
	kill(getppid(), SIGHUP);
	return 0;
}

static void stop_at_signal(int sig, void *data)
{
	struct fixture *fix = data;

	assert_int_equal(sig, SIGHUP);
	loop_stop(fix->loop);
}

static void test_signal_wakes_the_sleeper(void **state)
{
	struct fixture *fix = *state;
	struct err err = ERR_INIT;
	pid_t pid = -1;

	loop_on_signal(fix->loop, stop_at_signal, fix);
	loop_watch(fix->loop, fix->a[0], POLLIN, never, fix);
	assert_int_equal(
		child_spawn(&(struct child_opts){ .func = signal_parent }, &pid,
			&err),
		0);
	loop_run(fix->loop);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Writes the number of the signal that ends its loop; `data`: a pipe. */
static void write_signal(int sig, void *data)
{
	const int *out = data;

	assert_int_equal(write(out[1], &sig, sizeof(sig)), sizeof(sig));
	_exit(0);
}

static void give_up(void *data)
{
	(void)data;
	_exit(1);
}

static int wait_for_signal(void *data)
{
	const int *out = data;
	struct loop *loop = NULL;
	struct err err = ERR_INIT;
	int sig = 0;

	if (loop_new(&loop, &err))
		return 1;
	loop_on_signal(loop, write_signal, data);
	loop_timer(loop, clock_now_ms() + PATIENCE_S * 1000, give_up, NULL);
	if (write(out[1], &sig, sizeof(sig)) < 0)
		return 1;
	loop_run(loop);
	return 1;
}

/* Two of them, of which the first must not keep from the second what tells of
 * their parent's death. */
static int die_before_children(void *data)
{
	const int *out = data;
	struct err err = ERR_INIT;
	pid_t pid;

	for (int i = 0; i < 2; i++)
		if (child_spawn(&(struct child_opts){ .func = wait_for_signal,
					.func_data = data,
					.fds = { { out[1], out[1] } },
					.nfds = 1,
					.new_session = true,
					.death_signal = i ? SIGTERM : SIGINT },
			    &pid, &err))
			return 1;
	pause();
	return 0;
}

static void test_death_of_the_parent_is_a_signal(void **state)
{
	struct fixture *fix = *state;
	struct err err = ERR_INIT;
	pid_t pid = -1;
	int got[4];

	assert_int_equal(
		child_spawn(&(struct child_opts){ .func = die_before_children,
				    .func_data = fix->a,
				    .fds = { { fix->a[1], fix->a[1] } },
				    .nfds = 1 },
			&pid, &err),
		0);
	for (int i = 0; i < 4; i++) {
		if (i == 2)
			assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(
			read(fix->a[0], &got[i], sizeof(*got)), sizeof(*got));
	}
	assert_int_equal(got[0] + got[1], 0);
	assert_int_equal(got[2] + got[3], SIGINT + SIGTERM);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_broken_pipe_is_no_death(void **state)
{
	struct fixture *fix = *state;

	close(fix->a[0]);
	fix->a[0] = -1;
	assert_int_equal(write(fix->a[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
}

static volatile sig_atomic_t handled;

static void handle(int sig)
{
	handled = sig;
}

static void test_old_handlers_come_back(void **state)
{
	struct loop *loop = NULL;
	struct err err = ERR_INIT;
	struct sigaction action;

	(void)state;
	signal(SIGTERM, handle);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	assert_int_equal(loop_new(&loop, &err), 0);
	raise(SIGTERM);
	raise(SIGINT);
	assert_int_equal(handled, 0);
	loop_free(loop);
	raise(SIGTERM);
	assert_int_equal(handled, SIGTERM);
	sigaction(SIGPIPE, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
	sigaction(SIGINT, NULL, &action);
	assert_true(action.sa_handler == SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
}

static void test_nohup_is_respected(void **state)
{
	struct fixture fix = { .log = STRBUF_INIT };
	struct err err = ERR_INIT;

	(void)state;
	signal(SIGHUP, SIG_IGN);
	assert_int_equal(loop_new(&fix.loop, &err), 0);
	loop_on_signal(fix.loop, add_signal, &fix);
	raise(SIGHUP);
	raise(SIGTERM);
	loop_timer(fix.loop, 0, stop_loop, &fix);
	loop_run(fix.loop);
	assert_string_equal(fix.log.buf, "[15]");
	loop_free(fix.loop);
	strbuf_release(&fix.log);
	signal(SIGHUP, SIG_DFL);
}

#define WITH_LOOP(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LOOP(test_nothing_to_wait_for),
		WITH_LOOP(test_one_at_a_time),
		WITH_LOOP(test_timers_in_order),
		WITH_LOOP(test_cancelled_timers),
		WITH_LOOP(test_timer_cancels_one_that_is_due),
		WITH_LOOP(test_timer_does_not_starve_the_rest),
		WITH_LOOP(test_stop_keeps_what_is_left),
		WITH_LOOP(test_unwatched_in_a_callback),
		WITH_LOOP(test_number_used_again),
		WITH_LOOP(test_hang_up_is_told),
		WITH_LOOP(test_watched_in_a_callback_and_replaced),
		WITH_LOOP(test_child),
		WITH_LOOP(test_child_that_is_dead_already),
		WITH_LOOP(test_children_in_a_chain),
		WITH_LOOP(test_other_children_are_left_alone),
		WITH_LOOP(test_child_reaped_by_another),
		WITH_LOOP(test_many_children),
		WITH_LOOP(test_loop_within_a_child),
		WITH_LOOP(test_each_signal_is_told),
		WITH_LOOP(test_signal_wakes_the_sleeper),
		WITH_LOOP(test_death_of_the_parent_is_a_signal),
		WITH_LOOP(test_broken_pipe_is_no_death),
		cmocka_unit_test(test_old_handlers_come_back),
		cmocka_unit_test(test_nohup_is_respected),
	};

	alarm(PATIENCE_S); /* a loop that hangs ends the test */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
