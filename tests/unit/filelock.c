/*
 * One holder at a time, and what a killed one held is free again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/filelock.h"
#include "hookrun/base/fs.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static int setup(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	return fs_temp_dir("filelock", &folder, &err);
}

static int teardown(void **state)
{
	struct err err = ERR_INIT;
	int failed = fs_remove_tree(folder, &err);

	(void)state;
	free(folder);
	return failed;
}

static void test_one_at_a_time(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "lock");
	struct err err = ERR_INIT;
	int first = filelock(path, 0, &err), second;

	(void)state;
	assert_true(first >= 0);
	assert_int_equal(filelock(path, 0, &err), -2);
	assert_int_equal(filelock(path, 30, &err), -2);
	close(first);
	second = filelock(path, 0, &err);
	assert_true(second >= 0);
	close(second);
}

static void test_killed_holder(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "killed");
	struct err err = ERR_INIT;
	int fds[2], fd;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		byte = filelock(path, 0, &err) >= 0 ? 'y' : 'n';
		if (write(fds[1], &byte, 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	assert_int_equal(filelock(path, 0, &err), -2);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	fd = filelock(path, 0, &err);
	assert_true(fd >= 0);
	close(fd);
	close(fds[0]);
	close(fds[1]);
}

/* In a child that is forked: the answer of `take` there. */
static int in_child(int (*take)(const char *path), const char *path)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		int fd = take(path);

		_exit(fd >= 0 ? 0 : -fd);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static int take_alone(const char *path)
{
	struct err err = ERR_INIT;

	return filelock_alone(path, &err);
}

/* Whoever was forked lives on with a copy of the descriptor. */
static void test_alone(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "alone");
	int fds[2], fd = take_alone(path);
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(in_child(take_alone, path), -2);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		char byte;

		close(fds[1]);
		_exit(read(fds[0], &byte, 1) != 0);
	}
	close(fds[0]);
	close(fd);
	assert_int_equal(in_child(take_alone, path), 0);
	close(fds[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_no_folder(void **state)
{
	AUTO_FREE char *path = fs_join(folder, "no/such/lock");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(filelock(path, 0, &err), -1);
	assert_non_null(strstr(err.msg, "cannot open"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_at_a_time),
		cmocka_unit_test(test_killed_holder),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
