/* The hash, against FNV-1a's published values. */
#include "hookrun/base/hash.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

static void test_known_values(void **state)
{
	(void)state;
	assert_int_equal(hash_add(HASH_START, "", 0), 0xcbf29ce484222325ULL);
	assert_int_equal(hash_add(HASH_START, "a", 1), 0xaf63dc4c8601ec8cULL);
	assert_int_equal(
		hash_add(HASH_START, "foobar", 6), 0x85944171f73967e8ULL);
}

static void test_bytes_add_up(void **state)
{
	(void)state;
	assert_int_equal(hash_add(hash_add(HASH_START, "foo", 3), "bar", 3),
		hash_add(HASH_START, "foobar", 6));
}

static void test_strings_keep_their_ends(void **state)
{
	(void)state;
	assert_int_not_equal(hash_str(hash_str(HASH_START, "a"), "bc"),
		hash_str(hash_str(HASH_START, "ab"), "c"));
	assert_int_equal(hash_slot("a"),
		0xaf63dc4c8601ec8cULL ^ 0xaf63dc4c8601ec8cULL >> 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_values),
		cmocka_unit_test(test_bytes_add_up),
		cmocka_unit_test(test_strings_keep_their_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
