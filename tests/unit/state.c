/* The small state files: round trips, damage, locks between processes. */
#include "hookrun/steps/state.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dir; /* stands for a git directory; each test has its own */

static int make_dir(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	return fs_temp_dir("hookrun-state", &dir, &err);
}

static int drop_dir(void **unused)
{
	struct err err = ERR_INIT;
	int ret = fs_remove_tree(dir, &err);

	(void)unused;
	free(dir);
	return ret;
}

static void write_raw(const char *name, const char *text, size_t len)
{
	AUTO_FREE char *folder = fs_join(dir, "hookrun");
	AUTO_FREE char *path = fs_join(folder, name);
	struct err err = ERR_INIT;

	assert_int_equal(fs_mkdirs(folder, 0755, &err), 0);
	assert_int_equal(fs_write_cache(path, text, len, &err), 0);
}

static void assert_value(const char *name, const char *key, const char *want)
{
	struct state state;
	const char *got;

	state_load(dir, name, &state);
	got = state_get(&state, key);
	if (want) {
		assert_non_null(got);
		assert_string_equal(got, want);
	} else {
		assert_null(got);
	}
	state_release(&state);
}

static void test_absent_is_empty(void **unused)
{
	AUTO_FREE char *folder = fs_join(dir, "hookrun");
	struct state state;
	struct err err = ERR_INIT;

	(void)unused;
	state_load(dir, "none", &state);
	assert_null(state_get(&state, "x"));
	assert_int_equal(state_save(&state, &err), 0);
	assert_false(fs_exists(folder)); /* nothing to save: nothing written */
	state_release(&state);
}

static void test_round_trip(void **unused)
{
	struct state state;
	struct err err = ERR_INIT;

	(void)unused;
	state_load(dir, "sub/deep/x", &state);
	state_set(&state, "one", "1");
	state_set(&state, "two", "a b  c ");
	state_set(&state, "empty", "");
	state_set(&state, "lines", "a\nb");
	state_set(&state, "one", "changed");
	assert_int_equal(state_save(&state, &err), 0);
	assert_false(state.dirty);
	state_release(&state);
	assert_value("sub/deep/x", "one", "changed");
	assert_value("sub/deep/x", "two", "a b  c ");
	assert_value("sub/deep/x", "empty", "");
	assert_value("sub/deep/x", "lines", "a b");
	assert_value("sub/deep/x", "on", NULL);
}

static void test_forget(void **unused)
{
	struct state state;
	struct err err = ERR_INIT;

	(void)unused;
	state_load(dir, "x", &state);
	state_set(&state, "a", "1");
	state_set(&state, "b", "2");
	state_set(&state, "c", "3");
	state_set(&state, "b", NULL);
	assert_int_equal(state.keys.nr, 2);
	assert_null(state.keys.v[2]);
	assert_int_equal(state_save(&state, &err), 0);
	state_set(&state, "never", NULL);
	state_set(&state, "c", "3");
	assert_false(state.dirty);
	state_release(&state);
	assert_value("x", "a", "1");
	assert_value("x", "b", NULL);
	assert_value("x", "c", "3");
}

static void test_damaged_is_empty(void **unused)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "a 1\nnoblank\n", 12 },
		{ "a 1\n value\n", 11 },
		{ "a 1\nb 2", 7 },
		{ "a 1\n\n", 5 },
		{ "a 1\n\0\0\0\n", 8 },
		{ "\n", 1 },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		write_raw("x", cases[i].text, cases[i].len);
		assert_value("x", "a", NULL);
	}
	write_raw("x", "a 1\nb 2\n", 8);
	assert_value("x", "a", "1");
}

static void test_folder_in_the_way(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "hookrun/x");
	struct state state;
	struct err err = ERR_INIT;

	(void)unused;
	assert_int_equal(fs_mkdirs(path, 0755, &err), 0);
	state_load(dir, "x", &state);
	assert_null(state_get(&state, "a"));
	state_set(&state, "a", "1");
	assert_int_equal(state_save(&state, &err), -1);
	assert_non_null(strstr(err.msg, "hookrun/x"));
	state_release(&state);
}

/* A process that holds the lock until it is killed. */
static pid_t start_holder(void)
{
	int ready[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		struct err err = ERR_INIT;
		int fd = state_lock(dir, "work", 0, &err);

		prctl(PR_SET_PDEATHSIG, SIGKILL); /* should the test fail */
		if (fd < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void test_lock_is_exclusive(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "hookrun/work.lock");
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;
	pid_t pid = start_holder();
	int fd;

	(void)unused;
	assert_int_equal(state_lock(dir, "work", 0, &err), -2);
	assert_int_equal(state_lock(dir, "work", 120, &err), -2);
	fd = state_lock(dir, "other", 0, &err);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fs_read(path, &text, 64, &err), 1);
	assert_int_equal(strtol(text.buf, NULL, 10), pid);

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	fd = state_lock(dir, "work", 0, &err);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void test_lock_waits(void **unused)
{
	struct err err = ERR_INIT;
	pid_t holder = start_holder(), killer = fork();
	int fd;

	(void)unused;
	if (!killer) {
		usleep(100000);
		kill(holder, SIGKILL);
		_exit(0);
	}
	fd = state_lock(dir, "work", 60000, &err);
	assert_true(fd >= 0);
	close(fd);
	waitpid(holder, NULL, 0);
	waitpid(killer, NULL, 0);
}

static void test_lock_without_folder(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "file");
	struct err err = ERR_INIT;

	(void)unused;
	assert_int_equal(fs_write_cache(path, "", 0, &err), 0);
	assert_int_equal(state_lock(path, "x", 0, &err), -1);
	assert_true(err.msg[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, drop_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_absent_is_empty),
		TEST(test_round_trip),
		TEST(test_forget),
		TEST(test_damaged_is_empty),
		TEST(test_folder_in_the_way),
		TEST(test_lock_is_exclusive),
		TEST(test_lock_waits),
		TEST(test_lock_without_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
