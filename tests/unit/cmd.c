/*
 * Commands that are waited for on the spot.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/proc/child.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_S 120

struct result {
	struct strbuf out, errout;
	struct err err;
	int failed, status;
};

/* Run `script` with sh; `cmd` has the rest. */
static void run(struct result *ret, struct cmd cmd, const char *script)
{
	char sh[] = "sh", c[] = "-c";
	AUTO_FREE char *text = xstrdup(script);
	char *argv[] = { sh, c, text, NULL };

	strbuf_init(&ret->out);
	strbuf_init(&ret->errout);
	ret->err.msg[0] = '\0';
	ret->status = -1;
	cmd.argv = argv;
	ret->failed = cmd_run(
		&cmd, &ret->status, &ret->out, &ret->errout, &ret->err);
}

static void release(struct result *result)
{
	strbuf_release(&result->out);
	strbuf_release(&result->errout);
}

static void test_output_and_status(void **state)
{
	struct result got;

	(void)state;
	run(&got, (struct cmd){ .cwd = "/" }, "pwd; echo oops >&2; exit 3");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 3);
	assert_string_equal(got.out.buf, "/\n");
	assert_string_equal(got.errout.buf, "oops\n");
	release(&got);
	run(&got, (struct cmd){ 0 }, "kill -TERM $$");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 128 + SIGTERM);
	release(&got);
}

static void test_output_is_appended(void **state)
{
	char echo[] = "echo", word[] = "b";
	char *argv[] = { echo, word, NULL };
	struct cmd cmd = { .argv = argv };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status = -1;

	(void)state;
	strbuf_addstr(&out, "a");
	assert_int_equal(cmd_run(&cmd, &status, &out, NULL, &err), 0);
	assert_string_equal(out.buf, "ab\n");
	assert_int_equal(cmd_run(&cmd, &status, NULL, NULL, &err), 0);
	assert_int_equal(status, 0);
}

static void test_cannot_start(void **state)
{
	char name[] = "no-such-program";
	char *argv[] = { name, NULL };
	struct cmd cmd = { .argv = argv };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status = 77;

	(void)state;
	assert_int_equal(cmd_run(&cmd, &status, &out, &out, &err), -1);
	assert_string_equal(err.msg,
		"cannot run 'no-such-program': No such file or directory");
	assert_int_equal(status, 77);
}

static void test_own_environment(void **state)
{
	char pair[] = "ONLY=this";
	char *env[] = { pair, NULL };
	struct result got;

	(void)state;
	run(&got, (struct cmd){ .env = env }, "echo $ONLY$HOME");
	assert_string_equal(got.out.buf, "this\n");
	release(&got);
}

static void test_input(void **state)
{
	size_t len = 1 << 20;
	AUTO_FREE char *data = xmalloc(len);
	struct result got;

	(void)state;
	for (size_t i = 0; i < len; i++)
		data[i] = (char)(i * 7 >> 3);
	run(&got, (struct cmd){ .in = data, .in_len = len }, "cat");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.out.len, len);
	assert_memory_equal(got.out.buf, data, len);
	release(&got);
	run(&got, (struct cmd){ .in = data, .in_len = len }, "exit 4");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 4);
	release(&got);
	run(&got, (struct cmd){ .in = "", .in_len = 0 }, "cat; echo end");
	assert_string_equal(got.out.buf, "end\n");
	release(&got);
	run(&got, (struct cmd){ 0 }, "readlink /proc/self/fd/0");
	assert_string_equal(got.out.buf, "/dev/null\n");
	release(&got);
}

static void test_much_of_both_streams(void **state)
{
	struct result got;

	(void)state;
	run(&got, (struct cmd){ 0 },
		"head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; "
		"wait");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.out.len, 3000000);
	assert_int_equal(got.errout.len, 1 << 20);
	release(&got);
}

static void test_too_much(void **state)
{
	struct result got;

	(void)state;
	run(&got, (struct cmd){ 0 }, "exec cat /dev/zero");
	assert_int_equal(got.failed, -1);
	assert_string_equal(
		got.err.msg, "'sh' printed more than 268435456 bytes");
	assert_true(got.out.len <= CMD_OUT_MAX);
	release(&got);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_timeout_ends_the_tree(void **state)
{
	struct result got;
	pid_t pid;

	(void)state;
	run(&got, (struct cmd){ .timeout_ms = 1500 },
		"echo $$; trap '' TERM; sleep 1000 & sleep 1000");
	assert_int_equal(got.failed, -1);
	assert_string_equal(got.err.msg, "'sh' did not end within 1.5s");
	pid = (pid_t)strtol(got.out.buf, NULL, 10);
	assert_true(pid > 1);
	assert_false(child_group_alive(pid));
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	release(&got);
}

/* Had it been waited for, this would end in a timeout, which is an error. */
static void test_daemon_does_not_hang_us(void **state)
{
	struct result got;
	pid_t pid;

	(void)state;
	run(&got, (struct cmd){ 0 }, "sleep 1000 & echo $$");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 0);
	pid = (pid_t)strtol(got.out.buf, NULL, 10);
	assert_true(child_group_alive(pid));
	child_signal_group(pid, SIGKILL);
	release(&got);
}

static void test_closed_output_is_not_the_end(void **state)
{
	struct result got;

	(void)state;
	run(&got, (struct cmd){ 0 }, "exec >&- 2>&-; sleep 0.05; exit 6");
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.status, 6);
	release(&got);
}

static void test_inherited_stderr(void **state)
{
	char path[] = "/tmp/hookrun-cmd.XXXXXX", text[32] = "";
	int fd = mkostemp(path, O_CLOEXEC), saved = dup(STDERR_FILENO);
	struct result got;

	(void)state;
	assert_true(fd >= 0 && saved >= 0);
	unlink(path);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	run(&got, (struct cmd){ .inherit_stderr = true }, "echo seen >&2");
	dup2(saved, STDERR_FILENO);
	close(saved);
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.errout.len, 0);
	assert_int_equal(pread(fd, text, sizeof(text) - 1, 0), 5);
	assert_string_equal(text, "seen\n");
	close(fd);
	release(&got);
}

static void test_own_session(void **state)
{
	struct result got;

	(void)state;
	run(&got, (struct cmd){ 0 }, "cut -d' ' -f6 /proc/$$/stat; echo $$");
	assert_int_equal(got.failed, 0);
	assert_int_equal(strtol(got.out.buf, NULL, 10),
		strtol(strchr(got.out.buf, '\n'), NULL, 10));
	release(&got);
}

static int return_five(void *data)
{
	(void)data;
	return 5;
}

static void keep_status(pid_t pid, int wait_status, void *data)
{
	(void)pid;
	*(int *)data = child_status(wait_status);
}

/* The loop's child dies while we listen for the command's death. */
static void test_within_a_loop(void **state)
{
	struct loop *loop = NULL;
	struct err err = ERR_INIT;
	int status = -1;
	pid_t pid = -1;
	struct result got;
	siginfo_t info;

	(void)state;
	assert_int_equal(loop_new(&loop, &err), 0);
	assert_int_equal(
		child_spawn(&(struct child_opts){ .func = return_five }, &pid,
			&err),
		0);
	loop_child(loop, pid, keep_status, &status);
	run(&got, (struct cmd){ 0 }, "echo out; exit 3");
	assert_int_equal(got.status, 3);
	assert_string_equal(got.out.buf, "out\n");
	release(&got);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	loop_run(loop);
	assert_int_equal(status, 5);
	loop_free(loop);
}

static void test_signals_are_as_before(void **state)
{
	struct sigaction action;
	struct result got;
	sigset_t mask;

	(void)state;
	run(&got, (struct cmd){ 0 }, "exit 0");
	release(&got);
	sigaction(SIGCHLD, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	assert_int_equal(sigismember(&mask, SIGCHLD), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_output_is_appended),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_own_environment),
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_much_of_both_streams),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_timeout_ends_the_tree),
		cmocka_unit_test(test_daemon_does_not_hang_us),
		cmocka_unit_test(test_closed_output_is_not_the_end),
		cmocka_unit_test(test_inherited_stderr),
		cmocka_unit_test(test_own_session),
		cmocka_unit_test(test_within_a_loop),
		cmocka_unit_test(test_signals_are_as_before),
	};

	alarm(PATIENCE_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
