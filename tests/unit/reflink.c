/*
 * A file is copied by reference, or nothing has been done and errno says so:
 * which of both depends on the file system that the test runs on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/fs.h"
#include "hookrun/base/nameless.h"
#include "hookrun/base/reflink.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void what_is_not_shared_is_copied(void **state)
{
	AUTO_FD int from = nameless_on_disk();
	AUTO_FD int to = nameless_on_disk();
	char got[8] = "";
	struct stat st;

	(void)state;
	assert_int_equal(fs_write_all(from, "blocks", 6), 0);
	assert_int_equal(lseek(from, 0, SEEK_SET), 0);
	errno = 0;
	if (reflink(from, to)) {
		assert_int_not_equal(errno, 0);
		assert_int_equal(fstat(to, &st), 0);
		assert_int_equal(st.st_size, 0);
		assert_int_equal(fs_copy(from, to), 0);
	}
	assert_int_equal(pread(to, got, sizeof(got) - 1, 0), 6);
	assert_string_equal(got, "blocks");
}

static void not_into_a_pipe(void **state)
{
	AUTO_FD int from = nameless_on_disk();
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(reflink(from, fds[1]), -1);
	assert_int_not_equal(errno, 0);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_shared_is_copied),
		cmocka_unit_test(not_into_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
