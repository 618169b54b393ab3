/* Which commands do without sh. */
#include "runner/direct.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_words(const char *command, const char *want)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	char got[256] = "";
	size_t len = 0;

	assert_true(direct_argv(command, &text, &argv));
	for (size_t i = 0; i < argv.nr; i++)
		len += (size_t)snprintf(
			got + len, sizeof(got) - len, "[%s]", argv.v[i]);
	assert_string_equal(got, want);
}

static void test_plain_words(void **unused)
{
	(void)unused;
	assert_words("rubocop", "[rubocop]");
	assert_words("  bundle \t exec  rubocop ", "[bundle][exec][rubocop]");
	assert_words("make -j2 CC=gcc", "[make][-j2][CC=gcc]");
	assert_words("/usr/bin/env a.rb\n", "[/usr/bin/env][a.rb]");
	assert_words("eslint --ext=.js,.ts src/a@b:c%d+e^f",
		"[eslint][--ext=.js,.ts][src/a@b:c%d+e^f]");
	assert_words("lint \xc3\xa4.rb", "[lint][\xc3\xa4.rb]");
}

static void test_shell_syntax(void **unused)
{
	static const char *const commands[] = { "a; b", "a&&b", "a | b", "a &",
		"a > b", "a < b", "a $b", "a `b`", "a 'b'", "a \"b\"", "a \\b",
		"a *.c", "a ?", "a [b]", "a {b,c}", "(a)", "a # b", "a ~",
		"! a", "a\nb", "a\rb", "~/bin/a" };

	(void)unused;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		AUTO_STRVEC argv = STRVEC_INIT;
		AUTO_STRBUF text = STRBUF_INIT;

		if (direct_argv(commands[i], &text, &argv))
			fail_msg("'%s' needs a shell", commands[i]);
		assert_int_equal(argv.nr, 0);
	}
}

static void test_what_the_shell_knows_itself(void **unused)
{
	static const char *const commands[] = { "cd src", "exit 3", ":", "",
		"  ", "\n", "A=b c", "echo -e x", "if", ". file", "export X",
		"umask 022", "exec make", "test -e x", "wait" };

	(void)unused;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		AUTO_STRVEC argv = STRVEC_INIT;
		AUTO_STRBUF text = STRBUF_INIT;

		if (direct_argv(commands[i], &text, &argv))
			fail_msg("'%s' needs a shell", commands[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_words),
		cmocka_unit_test(test_shell_syntax),
		cmocka_unit_test(test_what_the_shell_knows_itself),
	};

	return cmocka_run_group_tests_name("direct", tests, NULL, NULL);
}
