/*
 * The loader is tried on libm, which is everywhere, since libpq need not be.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/dl.h"

#include <string.h>

#define MATH_FUNCTIONS(F)                                                      \
	F(double, floor, (double))                                             \
	F(double, fmax, (double, double))
#define MORE_FUNCTIONS(F)                                                      \
	MATH_FUNCTIONS(F)                                                      \
	F(int, no_such_function_here, (void))

DL_TABLE(math_table, MATH_FUNCTIONS);
#define DL_STRUCT struct math_table
DL_SYMBOLS(math_symbols, MATH_FUNCTIONS);
#undef DL_STRUCT

DL_TABLE(more_table, MORE_FUNCTIONS);
#define DL_STRUCT struct more_table
DL_SYMBOLS(more_symbols, MORE_FUNCTIONS);
#undef DL_STRUCT

static const char *const libm[] = { "libm.so.6", NULL };

static void calls_through_the_table(void **state)
{
	struct math_table math = { 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(dl_load(libm, math_symbols, &math, &err), 0);
	assert_true(math.floor(2.5) >= 2.0 && math.floor(2.5) <= 2.0);
	assert_true(math.fmax(1.0, 3.0) >= 3.0);
}

static void takes_the_first_that_is_there(void **state)
{
	const char *const names[] = { "libnone-hookrun.so.7", "libm.so.6",
		NULL };
	struct math_table math = { 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(dl_load(names, math_symbols, &math, &err), 0);
	assert_non_null(math.fmax);
}

static void names_a_missing_library(void **state)
{
	const char *const names[] = { "libnone-hookrun.so.7", NULL };
	struct math_table math = { 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(dl_load(names, math_symbols, &math, &err), -1);
	assert_non_null(strstr(err.msg, "cannot load 'libnone-hookrun.so.7'"));
	assert_null(math.floor);
}

static void fills_nothing_where_a_function_is_missing(void **state)
{
	struct more_table more = { 0 };
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(dl_load(libm, more_symbols, &more, &err), -1);
	assert_string_equal(
		err.msg, "'libm.so.6' has no function 'no_such_function_here'");
	assert_null(more.floor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_through_the_table),
		cmocka_unit_test(takes_the_first_that_is_there),
		cmocka_unit_test(names_a_missing_library),
		cmocka_unit_test(fills_nothing_where_a_function_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
