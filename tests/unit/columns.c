/* Widths as a terminal sees them. */
#include "hookrun/base/columns.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void test_widths(void **unused)
{
	(void)unused;
	assert_int_equal(columns_of(""), 0);
	assert_int_equal(columns_of("abc"), 3);
	assert_int_equal(columns_of("über"), 4);
	assert_int_equal(columns_of("日本"), 4);
	assert_int_equal(columns_of("한글"), 4);
	assert_int_equal(columns_of("🥊"), 2);
	assert_int_equal(columns_of("e\xcc\x81x"), 2); /* e + U+0301 */
	assert_int_equal(columns_of("a\xff"), 2);
	assert_int_equal(columns_of("✓✗…"), 3);
}

static void assert_clipped(const char *text, size_t max, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	columns_clip(&out, text, max);
	assert_string_equal(out.buf, want);
}

static void test_clip(void **unused)
{
	(void)unused;
	assert_clipped("abc", 3, "abc");
	assert_clipped("abcd", 3, "ab…");
	assert_clipped("abcd", 1, "…");
	assert_clipped("abcd", 0, "");
	assert_clipped("日本語", 6, "日本語");
	assert_clipped("日本語", 5, "日本…");
	assert_clipped("日本語", 4, "日…"); /* half a character is none */
	assert_clipped("e\xcc\x81zz", 2, "e\xcc\x81…");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_clip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
