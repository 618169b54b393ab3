/*
 * Two files change places in one step, or nothing changes and errno says that
 * there is no such step here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/exchange.h"
#include "hookrun/base/fs.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static int setup(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	return fs_temp_dir("port", &folder, &err);
}

static int teardown(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	fs_remove_tree(folder, &err);
	free(folder);
	return 0;
}

static char *put(const char *name, const char *text)
{
	struct err err = ERR_INIT;
	char *path = fs_join(folder, name);

	assert_int_equal(fs_write_cache(path, text, strlen(text), &err), 0);
	return path;
}

static void assert_has(const char *path, const char *text)
{
	AUTO_STRBUF got = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(fs_read(path, &got, 64, &err), 1);
	assert_string_equal(got.buf, text);
}

static bool has_step(void)
{
	return strcmp(TEST_PORT, "posix") != 0;
}

static void two_files_change_places(void **state)
{
	AUTO_FREE char *a = put("a", "one");
	AUTO_FREE char *b = put("b", "two");
	int failed = exchange_files(a, b);

	(void)state;
	if (has_step()) {
		assert_int_equal(failed, 0);
		assert_has(a, "two");
		assert_has(b, "one");
		return;
	}
	assert_int_equal(failed, -1);
	assert_int_equal(errno, ENOSYS);
	assert_has(a, "one");
	assert_has(b, "two");
}

static void one_that_is_not_there_changes_nothing(void **state)
{
	AUTO_FREE char *a = put("c", "one");
	AUTO_FREE char *b = fs_join(folder, "none");

	(void)state;
	assert_int_equal(exchange_files(a, b), -1);
	assert_int_equal(errno, has_step() ? ENOENT : ENOSYS);
	assert_has(a, "one");
	assert_false(fs_exists(b));
}

static void nothing_is_overwritten(void **state)
{
	AUTO_FREE char *a = put("d", "one");
	AUTO_FREE char *b = put("e", "two");
	AUTO_FREE char *c = fs_join(folder, "f");

	(void)state;
	assert_int_equal(exchange_free(a, b), -1);
	assert_int_equal(errno, has_step() ? EEXIST : ENOSYS);
	assert_has(a, "one");
	assert_has(b, "two");
	assert_int_equal(exchange_free(a, c), has_step() ? 0 : -1);
	assert_has(has_step() ? c : a, "one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_files_change_places),
		cmocka_unit_test(one_that_is_not_there_changes_nothing),
		cmocka_unit_test(nothing_is_overwritten),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
