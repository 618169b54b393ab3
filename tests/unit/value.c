/*
 * What a scalar says to a key of some type.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config/canon.h"
#include "config/value.h"

#include <string.h>

static const struct node *read_value(struct arena *arena, const char *text)
{
	AUTO_STRBUF file = STRBUF_INIT;
	struct node *root;
	struct err err;

	strbuf_addf(&file, "k: %s\n", text);
	if (node_read_yaml(arena, "f.yml", file.buf, file.len, &root, &err))
		fail_msg("%s", err.msg);
	return root->first;
}

/* As observed in lefthook's dumps. */
static void test_text(void **state)
{
	static const char *const cases[][2] = { { "x", "x" }, { "~", "" },
		{ "true", "1" }, { "False", "0" }, { "yes", "yes" },
		{ "'true'", "true" }, { "7", "7" }, { "-07", "-7" },
		{ "0755", "493" }, { "0x1F", "31" }, { "0b11", "3" },
		{ "1_000", "1000" }, { "3.10", "3.1" }, { "'3.10'", "3.10" },
		{ "2.0", "2" }, { "1e3", "1000" }, { "1.5e-7", "0.00000015" },
		{ "1e22", "10000000000000000000000" }, { "0.1", "0.1" },
		{ "-0.0", "-0" }, { ".inf", "+Inf" }, { "-.INF", "-Inf" },
		{ ".nan", "NaN" }, { "123.456", "123.456" },
		{ "123456789012345678901234567890",
			"123456789012345680000000000000" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA_INIT;
		const char *got = value_text(
			&arena, read_value(&arena, cases[i][0]));

		if (strcmp(got, cases[i][1]) != 0)
			fail_msg("%s is '%s'", cases[i][0], got);
		arena_release(&arena);
	}
}

static void test_no_text(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_null(value_text(&arena, NULL));
	assert_null(value_text(&arena, read_value(&arena, "[a]")));
	assert_null(value_text(&arena, read_value(&arena, "{a: b}")));
	arena_release(&arena);
}

static void test_bool(void **state)
{
	static const struct {
		const char *text;
		int value; /* -1: none */
	} cases[] = { { "true", 1 }, { "FALSE", 0 }, { "1", 1 }, { "0", 0 },
		{ "'t'", 1 }, { "'1'", 1 }, { "'False'", 0 }, { "''", 0 },
		{ "yes", -1 }, { "on", -1 }, { "2", 1 }, { "1.5", 1 },
		{ "0.0", 0 }, { "-1", 1 }, { "[true]", -1 }, { "'tRue'", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA_INIT;
		bool value = false;
		bool got = value_bool(
			read_value(&arena, cases[i].text), &value);

		if (cases[i].value != (got ? value : -1))
			fail_msg("%s", cases[i].text);
		arena_release(&arena);
	}
}

static void test_int(void **state)
{
	struct arena arena = ARENA_INIT;
	int64_t value = 0;

	(void)state;
	assert_true(value_int(read_value(&arena, "-3"), &value));
	assert_int_equal(value, -3);
	assert_true(value_int(read_value(&arena, "'12'"), &value));
	assert_int_equal(value, 12);
	assert_true(value_int(read_value(&arena, "-1.5"), &value));
	assert_int_equal(value, -1);
	assert_true(value_int(read_value(&arena, "'0x10'"), &value));
	assert_int_equal(value, 16);
	assert_true(value_int(read_value(&arena, "''"), &value));
	assert_int_equal(value, 0);
	assert_true(value_int(read_value(&arena, "true"), &value));
	assert_int_equal(value, 1);
	assert_false(value_int(read_value(&arena, "'true'"), &value));
	assert_false(value_int(read_value(&arena, "'1.5'"), &value));
	assert_false(value_int(read_value(&arena, ".inf"), &value));
	assert_false(value_int(read_value(&arena, "x"), &value));
	arena_release(&arena);
}

/* Each before the next, as yaml.v3 sorts them. */
static void test_order(void **state)
{
	static const char *const names[] = { "", "00", "9", "10", "B", "_x",
		"a-b", "a.b", "a01b", "a1", "a1b", "a9", "a10", "b", "x y",
		"\xc3\xa9" };

	(void)state;
	assert_int_equal(canon_compare("a", "a"), 0);
	assert_true(canon_compare("_x", "B") < 0);
	assert_true(canon_compare("a9", "a10") < 0);
	assert_true(canon_compare("a10", "a10b") < 0);
	assert_true(canon_compare("a10b", "a0010") < 0);
	assert_true(canon_compare("a0010", "b") < 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++)
			assert_int_equal(canon_compare(names[i], names[k]) < 0,
				canon_compare(names[k], names[i]) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_text),
		cmocka_unit_test(test_no_text), cmocka_unit_test(test_bool),
		cmocka_unit_test(test_int), cmocka_unit_test(test_order) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
