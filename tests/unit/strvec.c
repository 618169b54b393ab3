#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/strvec.h"

#include <string.h>

static void test_empty(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	assert_int_equal(vec.nr, 0);
	assert_null(vec.v);
	assert_false(strvec_has(&vec, ""));
	strvec_sort(&vec);
	strvec_push_all(&vec, NULL);
	assert_int_equal(vec.nr, 0);
	strvec_release(&vec);
}

static void test_push(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;
	char text[] = "abc";

	(void)state;
	strvec_push(&vec, text);
	strvec_pushn(&vec, text, 2);
	strvec_pushn(&vec, text, 0);
	strvec_pushf(&vec, "%s-%d", text, 5);
	strvec_pushf(&vec, "%s", "");
	strvec_take(&vec, xstrdup("taken"));
	text[0] = 'x'; /* the list has copies */
	assert_int_equal(vec.nr, 6);
	assert_string_equal(vec.v[0], "abc");
	assert_string_equal(vec.v[1], "ab");
	assert_string_equal(vec.v[2], "");
	assert_string_equal(vec.v[3], "abc-5");
	assert_string_equal(vec.v[4], "");
	assert_string_equal(vec.v[5], "taken");
	assert_null(vec.v[6]);
}

static void test_always_terminated(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		strvec_pushf(&vec, "%zu", i);
		assert_int_equal(vec.nr, i + 1);
		assert_null(vec.v[vec.nr]);
	}
	assert_string_equal(vec.v[0], "0");
	assert_string_equal(vec.v[999], "999");
}

static void test_push_all(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;
	AUTO_STRVEC more = STRVEC_INIT;

	(void)state;
	strvec_push(&more, "a");
	strvec_push(&more, "b");
	strvec_push_all(&vec, more.v);
	strvec_push_all(&vec, more.v);
	assert_int_equal(vec.nr, 4);
	assert_string_equal(vec.v[3], "b");
	assert_ptr_not_equal(vec.v[0], more.v[0]);
}

static void test_has(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	strvec_push(&vec, "one");
	strvec_push(&vec, "two");
	assert_true(strvec_has(&vec, "two"));
	assert_false(strvec_has(&vec, "tw"));
	assert_false(strvec_has(&vec, "twos"));
	assert_false(strvec_has(&vec, "Two"));
}

static void test_sort(void **state)
{
	static const char *const unsorted[] = { "b", "\xc3\xa4", "", "a10", "B",
		"a9", "a", "a" };
	static const char *const sorted[] = { "", "B", "a", "a", "a10", "a9",
		"b", "\xc3\xa4" };
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(unsorted); i++)
		strvec_push(&vec, unsorted[i]);
	strvec_sort(&vec);
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		assert_string_equal(vec.v[i], sorted[i]);
	assert_null(vec.v[vec.nr]);
}

static void test_release_leaves_it_usable(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	strvec_push(&vec, "a");
	strvec_release(&vec);
	assert_int_equal(vec.nr, 0);
	assert_null(vec.v);
	strvec_push(&vec, "b");
	assert_string_equal(vec.v[0], "b");
}

static void test_borrow(void **state)
{
	static const char one[] = "one", two[] = "two";
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	strvec_borrow(&vec, one);
	strvec_borrow(&vec, two);
	assert_ptr_equal(vec.v[0], one);
	assert_ptr_equal(vec.v[1], two);
	assert_null(vec.v[2]);
	strvec_release(&vec);
	strvec_push(&vec, "own");
	assert_string_equal(vec.v[0], "own");
}

static void test_reserve(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;
	char **v;

	(void)state;
	strvec_reserve(&vec, 0);
	assert_null(vec.v);
	strvec_reserve(&vec, 100000);
	assert_null(vec.v[0]);
	v = vec.v;
	for (size_t i = 0; i < 100000; i++)
		strvec_borrow(&vec, "x");
	assert_ptr_equal(vec.v, v);
	assert_null(vec.v[100000]);
}

/* Whatever is mixed, release frees what is to be freed and nothing else. */
static void test_borrow_mixed(void **state)
{
	static const char one[] = "one", two[] = "two";
	AUTO_STRVEC first = STRVEC_INIT, second = STRVEC_INIT;

	(void)state;
	strvec_borrow(&first, one);
	strvec_push(&first, two);
	strvec_borrow(&first, one);
	assert_int_equal(first.nr, 3);
	assert_ptr_not_equal(first.v[0], one);
	assert_string_equal(first.v[0], "one");
	assert_ptr_not_equal(first.v[2], one);
	strvec_push(&second, two);
	strvec_borrow(&second, one);
	assert_ptr_not_equal(second.v[1], one);
	assert_string_equal(second.v[1], "one");
}

static void test_split_drops_what_is_empty(void **state)
{
	AUTO_STRVEC vec = STRVEC_INIT;

	(void)state;
	strvec_split(&vec, "a\0\0bc\0", 6, '\0');
	strvec_split(&vec, ":d:e", 4, ':');
	strvec_split(&vec, "", 0, ':');
	assert_int_equal(vec.nr, 4);
	assert_string_equal(vec.v[0], "a");
	assert_string_equal(vec.v[1], "bc");
	assert_string_equal(vec.v[2], "d");
	assert_string_equal(vec.v[3], "e");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_drops_what_is_empty),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_push),
		cmocka_unit_test(test_always_terminated),
		cmocka_unit_test(test_push_all),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_release_leaves_it_usable),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_borrow),
		cmocka_unit_test(test_borrow_mixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
