#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

static void test_empty(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	arena_release(&arena);
	assert_null(arena.head);
}

/* Every piece is zero, aligned, and shares no byte with another. */
static void test_pieces(void **state)
{
	struct arena arena = ARENA_INIT;
	unsigned char *pieces[500];
	size_t sizes[500];

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		sizes[i] = i * i % 701;
		pieces[i] = arena_alloc(&arena, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal(
			(uintptr_t)pieces[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
	arena_release(&arena);
	assert_null(arena.head);
}

/* Strings among them take no byte of theirs. */
static void test_mixed(void **state)
{
	struct arena arena = ARENA_INIT;
	const char *strings[3000];
	size_t *numbers[3000];
	char text[64];

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "%*zu", (int)(i % 61), i);
		strings[i] = arena_strdup(&arena, text);
		numbers[i] = arena_alloc(&arena, sizeof(*numbers[i]));
		assert_int_equal(
			(uintptr_t)numbers[i] % alignof(max_align_t), 0);
		*numbers[i] = i;
	}
	for (size_t i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "%*zu", (int)(i % 61), i);
		assert_string_equal(strings[i], text);
		assert_int_equal(*numbers[i], i);
	}
	arena_release(&arena);
}

static void test_large(void **state)
{
	struct arena arena = ARENA_INIT;
	char *small = arena_strdup(&arena, "small");
	char *large = arena_alloc(&arena, 1000000);
	char *after = arena_strdup(&arena, "after");

	(void)state;
	memset(large, 'x', 1000000);
	assert_string_equal(small, "small");
	assert_string_equal(after, "after");
	arena_release(&arena);
}

static void test_strings(void **state)
{
	struct arena arena = ARENA_INIT;
	char text[] = "abc";
	char *copy = arena_strdup(&arena, text);
	char *part = arena_strndup(&arena, text, 2);
	char *none = arena_strndup(&arena, text, 0);
	char *format = arena_printf(&arena, "%s-%d", text, 42);
	char *empty = arena_printf(&arena, "%s", "");

	(void)state;
	text[0] = 'x';
	assert_string_equal(copy, "abc");
	assert_string_equal(part, "ab");
	assert_string_equal(none, "");
	assert_string_equal(format, "abc-42");
	assert_string_equal(empty, "");
	arena_release(&arena);
}

static void test_long_format(void **state)
{
	struct arena arena = ARENA_INIT;
	char *text = arena_printf(&arena, "%50000s.", "x");

	(void)state;
	assert_int_equal(strlen(text), 50001);
	assert_int_equal(text[50000], '.');
	arena_release(&arena);
}

static void test_used_again(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	memset(arena_alloc(&arena, 100), 1, 100);
	arena_release(&arena);
	assert_string_equal(arena_strdup(&arena, "again"), "again");
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_long_format),
		cmocka_unit_test(test_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
