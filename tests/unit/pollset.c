/*
 * Descriptors that are waited for together, and closing many of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/proc/descriptors.h"
#include "proc/pollset.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 100

struct pipes {
	int fds[MANY][2];
};

static void open_all(struct pipes *pipes, int nr)
{
	for (int i = 0; i < nr; i++)
		assert_int_equal(pipe2(pipes->fds[i], O_CLOEXEC), 0);
}

static void close_all(const struct pipes *pipes, int nr)
{
	for (int i = 0; i < nr; i++) {
		close(pipes->fds[i][0]);
		close(pipes->fds[i][1]);
	}
}

static void who_is_ready_is_told_by_its_number(void **state)
{
	struct pollset *set = pollset_new();
	struct pollset_event got[4];
	struct pipes pipes;

	(void)state;
	open_all(&pipes, 2);
	pollset_add(set, pipes.fds[0][0], POLLIN, 7);
	pollset_add(set, pipes.fds[1][0], POLLIN, 8);
	assert_int_equal(pollset_wait(set, got, 4, 0), 0);
	assert_int_equal(write(pipes.fds[1][1], "x", 1), 1);
	assert_int_equal(pollset_wait(set, got, 4, -1), 1);
	assert_int_equal(got[0].id, 8);
	assert_int_equal(got[0].fd, pipes.fds[1][0]);
	assert_true(got[0].events & POLLIN);
	pollset_remove(set, pipes.fds[1][0]);
	assert_int_equal(pollset_wait(set, got, 4, 0), 0);
	pollset_free(set);
	close_all(&pipes, 2);
}

static void an_end_of_file_is_an_event(void **state)
{
	struct pollset *set = pollset_new();
	struct pollset_event got[1];
	struct pipes pipes;

	(void)state;
	open_all(&pipes, 1);
	pollset_add(set, pipes.fds[0][0], POLLIN, 1);
	close(pipes.fds[0][1]);
	assert_int_equal(pollset_wait(set, got, 1, -1), 1);
	assert_true(got[0].events & (POLLIN | POLLHUP));
	pollset_free(set);
	close(pipes.fds[0][0]);
}

/* A loud one at the front must not keep the others waiting. */
static void everybody_has_a_turn(void **state)
{
	struct pollset *set = pollset_new();
	bool seen[MANY] = { false };
	struct pollset_event got[10];
	struct pipes pipes;

	(void)state;
	open_all(&pipes, MANY);
	for (int i = 0; i < MANY; i++) {
		pollset_add(set, pipes.fds[i][0], POLLIN, (uint32_t)i + 1);
		assert_int_equal(write(pipes.fds[i][1], "x", 1), 1);
	}
	for (int round = 0; round < MANY / 10; round++) {
		assert_int_equal(pollset_wait(set, got, 10, -1), 10);
		for (int i = 0; i < 10; i++)
			seen[got[i].id - 1] = true;
	}
	for (int i = 0; i < MANY; i++)
		assert_true(seen[i]);
	pollset_free(set);
	close_all(&pipes, MANY);
}

static void close_one(int fd, const void *data)
{
	const int *kept = data;

	if (fd != *kept)
		close(fd);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* In a child, so that what the test itself has open stays. */
static int close_in_child(const struct pipes *pipes)
{
	int kept = pipes->fds[3][1];

	descriptors_each(3, close_one, &kept);
	for (int i = 0; i < 10; i++)
		if (is_open(pipes->fds[i][0]) ||
			(is_open(pipes->fds[i][1]) != (i == 3)))
			return 1;
	if (!is_open(0) || !is_open(1) || !is_open(2))
		return 2;
	if (!descriptors_close((unsigned)kept, DESCRIPTORS_ALL))
		return is_open(kept) ? 3 : 0;
	return is_open(kept) && strcmp(TEST_PORT, "linux") != 0 ? 0 : 4;
}

static void all_but_those_that_are_wanted_are_closed(void **state)
{
	struct pipes pipes;
	int status;
	pid_t pid;

	(void)state;
	open_all(&pipes, 10);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(close_in_child(&pipes));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close_all(&pipes, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_ready_is_told_by_its_number),
		cmocka_unit_test(an_end_of_file_is_an_event),
		cmocka_unit_test(everybody_has_a_turn),
		cmocka_unit_test(all_but_those_that_are_wanted_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
