/* Questions and answers, with a socket for a terminal. */
#include "hookrun/runner/ask.h"
#include "hookrun/runner/step.h"

#include "hookrun/base/fs.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The answer to a question; what the user would see is left in `seen`. */
static bool answered(const char *typed, char *seen, size_t size)
{
	struct step_ctx ctx = { .repo = NULL };
	int ends[2];
	ssize_t got;
	bool yes;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(fs_write_all(ends[1], typed, strlen(typed)), 0);
	assert_int_equal(shutdown(ends[1], SHUT_WR), 0);
	ctx.tty_fd = ends[0];
	yes = ask_yes(&ctx, "sure?");
	got = read(ends[1], seen, size - 1);
	assert_true(got >= 0);
	seen[got] = 0;
	close(ends[0]);
	close(ends[1]);
	return yes;
}

static void only_yes_is_yes(void **state)
{
	static const char *const no[] = { "", "\n", "n\n", "no\n", "yeah\n",
		" y\n", "yy\n", "y", "Y es\n", "n\ny\n" };
	static const char *const yes[] = { "y\n", "Y\n", "yes\n", "YES\n",
		"y\r", "y\nn\n" };
	char seen[64];

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (answered(no[i], seen, sizeof(seen)))
			fail_msg("'%s' was a yes", no[i]);
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		if (!answered(yes[i], seen, sizeof(seen)))
			fail_msg("'%s' was a no", yes[i]);
}

static void the_question_is_shown(void **state)
{
	char seen[64];

	(void)state;
	assert_true(answered("y\n", seen, sizeof(seen)));
	assert_string_equal(seen, "sure? [y/N] ");
}

static void long_answers_are_no(void **state)
{
	char typed[5000], seen[64];

	(void)state;
	memset(typed, 'y', sizeof(typed));
	typed[sizeof(typed) - 2] = '\n';
	typed[sizeof(typed) - 1] = 0;
	assert_false(answered(typed, seen, sizeof(seen)));
}

static void no_terminal_is_no(void **state)
{
	const struct step_ctx ctx = { .tty_fd = -1 };

	(void)state;
	assert_false(ask_yes(&ctx, "sure?"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_yes_is_yes),
		cmocka_unit_test(the_question_is_shown),
		cmocka_unit_test(long_answers_are_no),
		cmocka_unit_test(no_terminal_is_no),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
