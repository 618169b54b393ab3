#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/clock.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static void check(const char *text, int64_t want)
{
	struct err err = ERR_INIT;
	int64_t ms = -7;

	if (duration_parse(text, &ms, &err))
		fail_msg("%s: %s", text, err.msg);
	if (ms != want)
		fail_msg("%s: %" PRId64, text, ms);
}

static void check_error(const char *text, const char *part)
{
	struct err err = ERR_INIT;
	int64_t ms = -7;

	assert_int_equal(duration_parse(text, &ms, &err), -1);
	assert_int_equal(ms, -7);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
}

static void test_parse(void **state)
{
	(void)state;
	check("0", 0);
	check("0s", 0);
	check("300ms", 300);
	check("5s", 5000);
	check("1m30s", 90000);
	check("1h2m3s4ms", 3723004);
	check("7d", 7 * 86400000LL);
	check("1.5s", 1500);
	check(".5s", 500);
	check("1.s", 1000);
	check("1m1m", 120000);
	check("2000us", 2);
	check("2000\xc2\xb5s", 2);
	check("3000000ns", 3);
	check("0.25h", 900000);
	check("3652d", 3652 * 86400000LL);
}

/* A time that is not nothing never becomes nothing: 0 means no limit. */
static void test_parse_less_than_a_millisecond(void **state)
{
	(void)state;
	check("1ns", 1);
	check("10us", 1);
	check("0.4ms", 1);
	check("0ns", 0);
}

static void test_parse_fractions_exactly(void **state)
{
	char text[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "%d.%03ds", i / 1000, i % 1000);
		check(text, i);
	}
}

static void test_parse_errors(void **state)
{
	(void)state;
	check_error("", "is not a duration");
	check_error("s", "is not a duration");
	check_error("abc", "is not a duration");
	check_error(".", "is not a duration");
	check_error("-5s", "is not a duration");
	check_error(" 5s", "is not a duration");
	check_error("5", "has no unit (did you mean '5s'?)");
	check_error("1m5", "has no unit");
	check_error("5x", "unknown unit 'x'");
	check_error("5 s", "unknown unit ' s'");
	check_error("5S", "unknown unit 'S'");
	check_error("5s ", "unknown unit");
	check_error("3653d", "longer than ten years");
	check_error("99999999999999999999999999h", "longer than ten years");
	check_error("1d99999999999999999999999999ms", "longer than ten years");
}

static void test_parse_huge_number(void **state)
{
	char text[1000];

	(void)state;
	memset(text, '9', sizeof(text));
	memcpy(text + sizeof(text) - 2, "s", 2);
	check_error(text, "longer than ten years");
}

static void check_format(int64_t ms, const char *want)
{
	char buf[64];

	duration_format(ms, buf, sizeof(buf));
	assert_string_equal(buf, want);
}

static void test_format(void **state)
{
	(void)state;
	check_format(0, "0s");
	check_format(1, "1ms");
	check_format(100, "100ms");
	check_format(999, "999ms");
	check_format(1000, "1s");
	check_format(1500, "1.5s");
	check_format(1230, "1.23s");
	check_format(1001, "1.001s");
	check_format(59999, "59.999s");
	check_format(60000, "1m0s");
	check_format(90000, "1m30s");
	check_format(61050, "1m1.05s");
	check_format(3600000, "1h0m0s");
	check_format(90061001, "25h1m1.001s");
}

static void test_format_small_buffer(void **state)
{
	char buf[4];

	(void)state;
	duration_format(90061001, buf, sizeof(buf));
	assert_string_equal(buf, "25h");
}

static void test_deadlines(void **state)
{
	int64_t now = clock_now_ms();

	(void)state;
	assert_true(now > 0);
	assert_true(clock_now_ms() >= now);
	assert_int_equal(clock_left_ms(now - 1), 0);
	assert_int_equal(clock_left_ms(0), 0);
	assert_int_equal(clock_left_ms(INT64_MIN / 2), 0);
	assert_int_equal(clock_left_ms(now + (INT64_C(1) << 40)), INT_MAX);
	assert_in_range(clock_left_ms(now + 1000000), 1, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_less_than_a_millisecond),
		cmocka_unit_test(test_parse_fractions_exactly),
		cmocka_unit_test(test_parse_errors),
		cmocka_unit_test(test_parse_huge_number),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_small_buffer),
		cmocka_unit_test(test_deadlines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
