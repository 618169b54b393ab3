/*
 * Files that have no name: what was written is read again, and no folder has
 * more in it than before.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/nameless.h"

#include <fcntl.h>
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

static void assert_nameless(int fd)
{
	AUTO_STRVEC names = STRVEC_INIT;
	struct err err = ERR_INIT;
	char got[4] = "";

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(pread(fd, got, 3, 0), 3);
	assert_string_equal(got, "abc");
	assert_int_equal(fs_list(folder, &names, &err), 0);
	assert_int_equal(names.nr, 0);
	close(fd);
}

static void on_the_disk_it_is_in_tmpdir(void **state)
{
	(void)state;
	setenv("TMPDIR", folder, 1);
	assert_nameless(nameless_on_disk());
	setenv("TMPDIR", "/nonexistent-folder", 1);
	assert_int_equal(nameless_on_disk(), -1);
}

static void in_memory_needs_no_folder_where_memory_has_files(void **state)
{
	bool memory = !strcmp(TEST_PORT, "linux");

	(void)state;
	setenv("TMPDIR", memory ? "/nonexistent-folder" : folder, 1);
	assert_nameless(nameless_in_memory("test"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_the_disk_it_is_in_tmpdir),
		cmocka_unit_test(
			in_memory_needs_no_folder_where_memory_has_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
