/* Which of git's words is its command. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/proc/caller.h"

/* The words, each with its NUL, as /proc has them. */
#define ASSERT_COMMAND(words, wanted)                                          \
	do {                                                                   \
		char got[CALLER_WORD_MAX];                                     \
                                                                               \
		caller_git_command(words, sizeof(words) - 1, got);             \
		assert_string_equal(got, wanted);                              \
	} while (0)

static void test_the_word_after_git_is_the_command(void **state)
{
	(void)state;
	ASSERT_COMMAND("git\0commit\0-m\0x\0", "commit");
	ASSERT_COMMAND("/usr/lib/git-core/git\0push\0", "push");
}

static void test_options_and_their_values_are_not(void **state)
{
	(void)state;
	ASSERT_COMMAND("git\0-C\0commit\0switch\0x\0", "switch");
	ASSERT_COMMAND(
		"git\0-c\0a=b\0--no-pager\0--git-dir\0d\0merge\0", "merge");
	ASSERT_COMMAND("git\0--git-dir=d\0rebase\0", "rebase");
}

static void test_there_may_be_none(void **state)
{
	(void)state;
	ASSERT_COMMAND("git\0", "");
	ASSERT_COMMAND("git\0-c\0", "");
	ASSERT_COMMAND("git\0-c\0a=b\0", "");
	ASSERT_COMMAND("", "");
}

static void test_another_program_is_not_git(void **state)
{
	(void)state;
	ASSERT_COMMAND("bash\0commit\0", "");
	ASSERT_COMMAND("legit\0commit\0", "");
}

static void test_a_long_word_is_cut(void **state)
{
	char words[128] = "git";
	char got[CALLER_WORD_MAX];

	(void)state;
	for (size_t i = 4; i < sizeof(words) - 1; i++)
		words[i] = 'x';
	caller_git_command(words, sizeof(words), got);
	for (size_t i = 0; i < CALLER_WORD_MAX - 1; i++)
		assert_int_equal(got[i], 'x');
	assert_int_equal(got[CALLER_WORD_MAX - 1], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_word_after_git_is_the_command),
		cmocka_unit_test(test_options_and_their_values_are_not),
		cmocka_unit_test(test_there_may_be_none),
		cmocka_unit_test(test_another_program_is_not_git),
		cmocka_unit_test(test_a_long_word_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
