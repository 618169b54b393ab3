/*
 * The library host as a process: how it starts, answers, fails and ends.  What
 * its libraries say is tested where it is used (db, file_type).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/proc/libhost.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct libhost *start(void)
{
	struct libhost *host = NULL;
	struct err err = ERR_INIT;

	if (libhost_start(&host, &err) < 0)
		fail_msg("%s", err.msg);
	return host;
}

/* Ask `word`, which must fail: the message. */
static const char *refusal(struct libhost *host, const char *word, int timeout)
{
	static struct err err;
	AUTO_STRBUF question = STRBUF_INIT;
	AUTO_FRAME reply = FRAME_INIT;

	frame_begin(&question);
	frame_add(&question, word);
	assert_int_equal(
		libhost_ask(host, &question, timeout, &reply, &err), -1);
	return err.msg;
}

static void assert_gone(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(kill(pid, 0), -1);
}

static void says_what_it_cannot_answer(void **state)
{
	struct libhost *host = start();
	pid_t pid = host->pid;

	(void)state;
	assert_string_equal(
		refusal(host, "sing", 20000), "no such question 'sing'");
	assert_string_equal(
		refusal(host, "db-facts", 20000), "there is no connection");
	assert_string_equal(
		refusal(host, "magic-type", 20000), "no library, or no file");
	libhost_free(host);
	assert_gone(pid);
	libhost_free(NULL);
}

static void ends_with_its_socket(void **state)
{
	struct libhost *host = start();
	int status = -1;

	(void)state;
	assert_string_equal(refusal(host, "x", 20000), "no such question 'x'");
	assert_int_equal(shutdown(host->fd, SHUT_WR), 0);
	assert_int_equal(waitpid(host->pid, &status, 0), host->pid);
	assert_int_equal(status, 0);
	close(host->fd);
	host->fd = -1;
	libhost_free(host);
}

/* What a terminal sends does not reach it, and what somebody sends to it does
 * not end it before its question is answered. */
static void outlives_signals(void **state)
{
	struct libhost *host = start();

	(void)state;
	assert_string_equal(refusal(host, "x", 20000), "no such question 'x'");
	assert_int_equal(getsid(host->pid), host->pid);
	assert_int_equal(kill(host->pid, SIGINT), 0);
	assert_int_equal(kill(host->pid, SIGTERM), 0);
	assert_string_equal(refusal(host, "y", 20000), "no such question 'y'");
	libhost_free(host);
}

static void a_crash_is_an_error(void **state)
{
	struct libhost *host = start();
	pid_t pid = host->pid;

	(void)state;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_string_equal(refusal(host, "x", 20000),
		"the process with the library has ended");
	assert_gone(pid);
	assert_string_equal(refusal(host, "x", 20000),
		"the process with the library has ended");
	libhost_free(host);
}

static void who_does_not_answer_is_ended(void **state)
{
	struct libhost *host = start();
	pid_t pid = host->pid;

	(void)state;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_string_equal(refusal(host, "x", 20), "no answer in time");
	assert_gone(pid);
	libhost_free(host);
}

static void all_can_be_ended(void **state)
{
	struct libhost *a = start(), *b = start();
	pid_t pids[] = { a->pid, b->pid };

	(void)state;
	libhost_end_all();
	assert_gone(pids[0]);
	assert_gone(pids[1]);
	libhost_end_all();
	libhost_free(a);
	libhost_free(b);
}

/* A process that we forked leaves our host alone. */
static void is_its_owners(void **state)
{
	struct libhost *host = start();
	int status = -1;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		libhost_end_all();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(refusal(host, "x", 20000), "no such question 'x'");
	libhost_free(host);
}

/* Where no signal tells of a parent's death, the end of the socket does, as
 * soon as the host looks. */
static void assert_ends(pid_t pid)
{
	bool is_told = !strcmp(TEST_PORT, "linux");
	int status = 0;

	if (!is_told)
		assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (is_told)
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	else
		assert_int_equal(status, 0);
}

/* The host of a process that is killed: it comes to us as its new parent. */
static void dies_with_its_owner(void **state)
{
	int fds[2], status = 0;
	pid_t owner, pid = 0;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	owner = fork();
	if (!owner) {
		struct libhost *host = NULL;
		struct err err;

		if (!libhost_start(&host, &err) &&
			write(fds[1], &host->pid, sizeof(pid)) > 0)
			pause();
		_exit(1);
	}
	assert_int_equal(read(fds[0], &pid, sizeof(pid)), sizeof(pid));
	assert_int_equal(kill(pid, SIGSTOP), 0); /* it sees no end of file */
	assert_int_equal(kill(owner, SIGKILL), 0);
	assert_int_equal(waitpid(owner, &status, 0), owner);
	assert_ends(pid);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_it_cannot_answer),
		cmocka_unit_test(ends_with_its_socket),
		cmocka_unit_test(outlives_signals),
		cmocka_unit_test(a_crash_is_an_error),
		cmocka_unit_test(who_does_not_answer_is_ended),
		cmocka_unit_test(all_can_be_ended),
		cmocka_unit_test(is_its_owners),
		cmocka_unit_test(dies_with_its_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
