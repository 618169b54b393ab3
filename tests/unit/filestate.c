/*
 * What counts as a change of a file, and what does not.
 */
#include "git_fixture.h"

#include "hookrun/files/filestate.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct filestate state;

static void look(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);

	filestate_read(path, &state);
}

static bool again(const char *name)
{
	AUTO_FREE char *path = fixture_path(name);

	return filestate_refresh(path, &state);
}

static void make(const char *script)
{
	fixture_run("rm -rf x d\n");
	fixture_run(script);
	look("x");
}

static void assert_change(const char *before, const char *change)
{
	make(before);
	fixture_run(change);
	if (!again("x"))
		fail_msg("'%s' after '%s' is no change", change, before);
	/* and it is a change only once */
	assert_false(again("x"));
}

static void assert_none(const char *before, const char *change)
{
	make(before);
	fixture_run(change);
	if (again("x"))
		fail_msg("'%s' after '%s' is a change", change, before);
}

static void test_changes(void **unused)
{
	(void)unused;
	assert_change("echo a > x", "echo b > x");
	assert_change("echo a > x", "echo ab > x");
	assert_change("echo a > x", ": > x");
	assert_change("echo a > x", "rm x");
	assert_change(":", "echo a > x");
	assert_change("echo a > x", "chmod +x x");
	assert_change("echo a > x; chmod +x x", "chmod -x x");
	assert_change("echo a > x", "rm x; ln -s a x");
	assert_change("ln -s a x", "ln -sfn b x");
	assert_change("ln -s a x", "rm x; printf a > x");
	assert_change("echo a > x", "rm x; mkdir x");
	assert_change("mkdir d; echo a > d/f; ln -s d/f x", "rm x; cp d/f x");
}

static void test_no_changes(void **unused)
{
	(void)unused;
	assert_none("echo a > x", ":");
	assert_none("echo a > x", "touch -d 2001-01-01 x");
	assert_none("echo a > x", "echo b > x; echo a > x");
	assert_none("echo a > x", "cp x y; mv y x");
	assert_none("echo a > x", "chmod g-r,o-r x");
	assert_none("mkdir d; echo a > d/f; ln -s d/f x", "echo b > d/f");
	assert_none("mkdir x", "touch x/y");
	assert_none(":", ":");
}

/* Same size, and the old modification time put back. */
static void test_time_set_back(void **unused)
{
	(void)unused;
	assert_change("echo a > x; touch -d 2001-01-01 x",
		"echo b > x; touch -d 2001-01-01 x");
}

/* A file that was old when it was looked at is not read again. */
static void test_old_is_not_read(void **unused)
{
	(void)unused;
	make("echo a > x");
	state.seen.tv_sec += 10;
	state.hash++;
	assert_false(again("x"));
	state.seen.tv_sec -= 10;
	assert_true(again("x"));
}

static void test_folder_replaced(void **unused)
{
	(void)unused;
	make("mkdir d; echo a > d/f");
	look("d/f");
	fixture_run("rm -r d; echo > d");
	assert_true(again("d/f"));
	assert_int_equal(state.kind, FILE_GONE);
}

/* One that is larger than what is read. */
static void test_large(void **unused)
{
	AUTO_FREE char *path = fixture_path("x");

	(void)unused;
	fixture_run("rm -rf x; : > x");
	assert_int_equal(truncate(path, (off_t)FILESTATE_HASH_MAX + 1), 0);
	look("x");
	assert_false(again("x"));
	fixture_run("chmod g-r x");
	assert_false(again("x"));
	fixture_run("touch -d 2001-01-01 x");
	assert_true(again("x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_no_changes),
		cmocka_unit_test(test_time_set_back),
		cmocka_unit_test(test_old_is_not_read),
		cmocka_unit_test(test_folder_replaced),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
