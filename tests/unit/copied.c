/*
 * What is copied into a work tree overwrites nothing, also what has come there
 * after it was looked for, and leaves nothing half done.
 */
#include "step_fixture.h"

#include "newtree/copied.h"

#include <string.h>

static int setup(void **state)
{
	(void)state;
	if (make_dir("copied"))
		return -1;
	sh("mkdir from to work; echo theirs > from/file; mkdir -p from/dir/sub;"
	   "echo theirs > from/dir/sub/file; mkfifo from/dir/pipe");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return drop_dir();
}

/* copied() of `path`; `work` is empty afterwards. */
static int copy(const char *path, size_t *left, struct err *err)
{
	AUTO_FREE char *from = fs_join(dir, "from");
	AUTO_FREE char *to = fs_join(dir, "to");
	AUTO_FREE char *work = fs_join(dir, "work");
	int done;

	*left = 0;
	done = copied(from, to, path, work, left, err);
	sh("test -z \"$(ls work)\"");
	return done;
}

static void test_a_file_that_is_there_stays(void **unused)
{
	struct err err = ERR_INIT;
	size_t left;

	(void)unused;
	sh("echo mine > to/file");
	assert_int_equal(copy("file", &left, &err), 0);
	sh("test \"$(cat to/file)\" = mine; rm to/file");
	assert_int_equal(copy("file", &left, &err), 1);
	sh("cmp from/file to/file");
}

static void test_so_does_a_folder(void **unused)
{
	struct err err = ERR_INIT;
	size_t left;

	(void)unused;
	sh("mkdir to/dir; echo mine > to/dir/own");
	assert_int_equal(copy("dir", &left, &err), 0);
	sh("test \"$(ls to/dir)\" = own; rm -r to/dir");
	assert_int_equal(copy("dir", &left, &err), 1);
	sh("cmp from/dir/sub/file to/dir/sub/file");
}

static void test_pipes_are_counted(void **unused)
{
	struct err err = ERR_INIT;
	size_t left;

	(void)unused;
	assert_int_equal(copy("dir", &left, &err), 1);
	assert_int_equal(left, 1);
	sh("test ! -e to/dir/pipe");
}

static void test_what_is_gone_is_an_error(void **unused)
{
	struct err err = ERR_INIT;
	size_t left;

	(void)unused;
	assert_int_equal(copy("gone", &left, &err), -1);
	assert_non_null(strstr(err.msg, "from/gone'"));
	sh("echo blocked > to/way; mkdir from/way; echo x > from/way/file");
	assert_int_equal(copy("way/file", &left, &err), -1);
	sh("test \"$(cat to/way)\" = blocked");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_file_that_is_there_stays),
		TEST(test_so_does_a_folder),
		TEST(test_pipes_are_counted),
		TEST(test_what_is_gone_is_an_error),
	};

	return cmocka_run_group_tests_name("copied", tests, NULL, NULL);
}
