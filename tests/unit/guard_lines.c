/*
 * Whether a text has lines that only the user's hidden version has.
 */
#include "git_fixture.h"

#include "guard/guard_impl.h"

static bool hidden(const char *user, const char *shown, const char *now)
{
	AUTO_STRBUF a = STRBUF_INIT, b = STRBUF_INIT, c = STRBUF_INIT;

	strbuf_addstr(&a, user);
	strbuf_addstr(&b, shown);
	strbuf_addstr(&c, now);
	return guard_lines_hidden(&a, &b, &c);
}

static void test_lines_of_the_user(void **unused)
{
	(void)unused;
	assert_true(hidden("1\nmine\n", "1\n2\n", "1\nmine\n"));
	assert_true(hidden("1\nmine", "1", "new\nmine"));
	assert_true(hidden("1\n\tm = 1;\r\n", "1\n", "1\n  m=1;\n"));
	assert_true(hidden("1\nmine\n", "1\n2\n", "1\n2\nit is mine;\n"));
	assert_true(hidden("1\n\303\251\n", "1\n", "\303\251\n1\n"));
}

static void test_lines_of_a_job(void **unused)
{
	(void)unused;
	assert_false(hidden("1\nmine\n", "1\n2\n", "one\ntwo\n"));
	assert_false(hidden("1\nmine\n", "1\n2\n", ""));
	assert_false(hidden("", "1\n", "1\n"));
	/* what the user took out, or put elsewhere */
	assert_false(hidden("1\n3\n2\n", "1\n2\n3\n4\n", "3\n1\n2\n"));
	/* what only blanks make different, and what has no text */
	assert_false(hidden("1\n 2\n", "1 \n2\n", "1\n 2\n"));
	assert_false(hidden("1\n\n}\n", "1\n", "1\n}\n\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_the_user),
		cmocka_unit_test(test_lines_of_a_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
