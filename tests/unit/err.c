#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/err.h"

#include <errno.h>
#include <string.h>

static void test_set(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_string_equal(err.msg, "");
	assert_int_equal(err_set(&err, "no '%s' in %d", "x", 3), -1);
	assert_string_equal(err.msg, "no 'x' in 3");
	assert_int_equal(err_set(&err, "b"), -1);
	assert_string_equal(err.msg, "b");
}

static void test_errno(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	errno = ENOENT;
	assert_int_equal(err_errno(&err, "cannot read '%s'", "f"), -1);
	assert_string_equal(
		err.msg, "cannot read 'f': No such file or directory");
}

static void test_prefix(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, "inner");
	assert_int_equal(err_prefix(&err, "outer %d", 1), -1);
	assert_int_equal(err_prefix(&err, "%s", "most"), -1);
	assert_string_equal(err.msg, "most: outer 1: inner");
}

/* What is printed in front of it does not change what it is. */
static void test_kind(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err.kind, ERR_PLAIN);
	assert_int_equal(err_set_kind(&err, ERR_REFUSED, "never %d", 1), -1);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_int_equal(err_prefix(&err, "outer"), -1);
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_string_equal(err.msg, "outer: never 1");
}

/* A variable is used for one failure after the other. */
static void test_kind_is_of_one_failure(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set_kind(&err, ERR_REFUSED, "never");
	err_set(&err, "another");
	assert_int_equal(err.kind, ERR_PLAIN);
	err_set_kind(&err, ERR_REFUSED, "never");
	errno = ENOENT;
	err_errno(&err, "a third");
	assert_int_equal(err.kind, ERR_PLAIN);
}

/* The old message may be an argument of the new one. */
static void test_own_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, "inner");
	err_set(&err, "outer: %s%s", err.msg, err.msg);
	assert_string_equal(err.msg, "outer: innerinner");
	errno = EACCES;
	err_errno(&err, "again: %s", err.msg);
	assert_string_equal(
		err.msg, "again: outer: innerinner: Permission denied");
}

static void test_percent_in_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, "%s", "100%s %n");
	err_prefix(&err, "a%%b");
	errno = ENOENT;
	err_errno(&err, "%s", err.msg);
	assert_string_equal(
		err.msg, "a%b: 100%s %n: No such file or directory");
}

static void test_cut(void **state)
{
	static char text[3 * ERR_MAX];
	struct err err = ERR_INIT;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(err_set(&err, "%s", text), -1);
	assert_int_equal(strlen(err.msg), ERR_MAX - 1);
	err_prefix(&err, "context");
	assert_int_equal(strlen(err.msg), ERR_MAX - 1);
	assert_memory_equal(err.msg, "context: xxx", 12);
	err_prefix(&err, "%s", text);
	assert_int_equal(strlen(err.msg), ERR_MAX - 1);
	errno = ENOENT;
	err_errno(&err, "%s", text);
	assert_int_equal(strlen(err.msg), ERR_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_errno),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_kind),
		cmocka_unit_test(test_kind_is_of_one_failure),
		cmocka_unit_test(test_own_message),
		cmocka_unit_test(test_percent_in_message),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
