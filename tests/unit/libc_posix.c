/*
 * What stands in for GNU's C library.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/libc_posix.h"

static void the_last_of_a_kind_is_found(void **state)
{
	const char text[] = "a/b/c";

	(void)state;
	assert_ptr_equal(memrchr(text, '/', 5), text + 3);
	assert_ptr_equal(memrchr(text, '/', 3), text + 1);
	assert_null(memrchr(text, '/', 1));
	assert_null(memrchr(text, '/', 0));
}

static void the_first_or_the_end_is_found(void **state)
{
	const char text[] = "ab\ncd";

	(void)state;
	assert_ptr_equal(strchrnul(text, '\n'), text + 2);
	assert_ptr_equal(strchrnul(text, 'x'), text + 5);
}

static void a_pipe_has_the_flags(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
		assert_true(fcntl(fds[i], F_GETFL) & O_NONBLOCK);
		close(fds[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_of_a_kind_is_found),
		cmocka_unit_test(the_first_or_the_end_is_found),
		cmocka_unit_test(a_pipe_has_the_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
