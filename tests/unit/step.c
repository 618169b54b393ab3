/* The registry of built-in steps. */
#include "hookrun/runner/step.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct step_ops one = { .name = "one" };
static const struct step_ops two = { .name = "two" };
static const struct step_ops *const table[] = { &one, &two, NULL };

static void test_nothing_is_registered_at_first(void **unused)
{
	(void)unused;
	assert_null(step_find("one"));
	assert_null(step_all()[0]);
}

static void test_found_by_its_whole_name(void **unused)
{
	(void)unused;
	step_register(table);
	assert_ptr_equal(step_find("one"), &one);
	assert_ptr_equal(step_find("two"), &two);
	assert_null(step_find("tw"));
	assert_null(step_find("twofold"));
	assert_null(step_find(""));
	assert_ptr_equal(step_all(), table);
	step_register(NULL);
	assert_null(step_find("one"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_registered_at_first),
		cmocka_unit_test(test_found_by_its_whole_name),
	};

	return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
