#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/words.h"

static void test_each_word_is_found(void **state)
{
	(void)state;
	assert_true(words_have("on|off|auto", "on"));
	assert_true(words_have("on|off|auto", "off"));
	assert_true(words_have("on|off|auto", "auto"));
	assert_true(words_have("not a word", "not a word"));
}

static void test_nothing_else_is(void **state)
{
	(void)state;
	assert_false(words_have("on|off|auto", "of"));
	assert_false(words_have("on|off|auto", "offer"));
	assert_false(words_have("on|off|auto", "uto"));
	assert_false(words_have("on|off|auto", ""));
}

static void test_two_words_are_none(void **state)
{
	(void)state;
	assert_false(words_have("on|off|auto", "on|off"));
	assert_false(words_have("on|off|auto", "|"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_word_is_found),
		cmocka_unit_test(test_nothing_else_is),
		cmocka_unit_test(test_two_words_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
