#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(const struct strbuf *sb, const char *want)
{
	assert_int_equal(sb->len, strlen(want));
	assert_string_equal(sb->buf, want);
}

static void test_empty(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	check(&sb, "");
	strbuf_add(&sb, "x", 0);
	strbuf_addstr(&sb, "");
	strbuf_addf(&sb, "%s", "");
	strbuf_reset(&sb);
	strbuf_setlen(&sb, 0);
	strbuf_rtrim(&sb);
	check(&sb, "");
	assert_ptr_equal(sb.buf, strbuf_empty);
	assert_int_equal(strbuf_empty[0], '\0');
	strbuf_release(&sb);
	check(&sb, "");
}

static void test_add(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&sb, "ab");
	strbuf_addch(&sb, 'c');
	strbuf_add(&sb, "defg", 2);
	strbuf_addf(&sb, "-%d%s", 12, "x");
	check(&sb, "abcde-12x");
	strbuf_setlen(&sb, 3);
	check(&sb, "abc");
	strbuf_reset(&sb);
	check(&sb, "");
	strbuf_addch(&sb, 'z');
	check(&sb, "z");
}

static void test_nul_inside(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	strbuf_add(&sb, "a\0b", 3);
	strbuf_addch(&sb, '\0');
	assert_int_equal(sb.len, 4);
	assert_memory_equal(sb.buf, "a\0b\0", 5);
}

static void test_growing(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		strbuf_addch(&sb, (char)('a' + i % 26));
		assert_int_equal(sb.buf[sb.len], '\0');
	}
	assert_int_equal(sb.len, 10000);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(sb.buf[i], 'a' + i % 26);
}

/* A formatted text that just fits, and one that just does not. */
static void test_format_at_capacity(void **state)
{
	(void)state;
	for (int len = 0; len < 100; len++) {
		AUTO_STRBUF sb = STRBUF_INIT;

		strbuf_addstr(&sb, "12345");
		strbuf_addf(&sb, "%*s", len, "");
		assert_int_equal(sb.len, 5 + len);
		assert_int_equal(strlen(sb.buf), 5 + len);
		assert_true(sb.cap > sb.len);
	}
}

static void test_grow_keeps_text(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;
	char *buf;

	(void)state;
	strbuf_grow(&sb, 100);
	check(&sb, "");
	buf = sb.buf;
	for (int i = 0; i < 100; i++)
		strbuf_addch(&sb, 'x');
	assert_ptr_equal(sb.buf, buf);
}

static void test_detach(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	size_t len = 7;
	char *text = strbuf_detach(&sb, &len);

	(void)state;
	assert_string_equal(text, "");
	assert_int_equal(len, 0);
	assert_ptr_not_equal(text, strbuf_empty);
	free(text);
	strbuf_addstr(&sb, "abc");
	text = strbuf_detach(&sb, NULL);
	assert_string_equal(text, "abc");
	free(text);
	check(&sb, "");
}

static void test_rtrim(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&sb, " a b \t\r\n\v\f ");
	strbuf_rtrim(&sb);
	check(&sb, " a b");
	strbuf_setlen(&sb, 1);
	strbuf_rtrim(&sb);
	check(&sb, "");
}

static void test_splice(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;

	(void)state;
	strbuf_splice(&sb, 0, 0, "world", 5);
	strbuf_splice(&sb, 0, 0, "hello ", 6);
	check(&sb, "hello world");
	strbuf_splice(&sb, 6, 5, "you", 3);
	check(&sb, "hello you");
	strbuf_splice(&sb, 5, 4, NULL, 0);
	check(&sb, "hello");
	strbuf_splice(&sb, 5, 0, "!", 1);
	check(&sb, "hello!");
	strbuf_splice(&sb, 1, 4, "a much longer text than before", 30);
	check(&sb, "ha much longer text than before!");
}

static void test_read_once(void **state)
{
	AUTO_STRBUF sb = STRBUF_INIT;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "abcdef", 6), 6);
	strbuf_addch(&sb, '>');
	assert_int_equal(strbuf_read_once(&sb, fds[0], 4), 4);
	check(&sb, ">abcd");
	assert_int_equal(strbuf_read_once(&sb, fds[0], 100), 2);
	check(&sb, ">abcdef");
	close(fds[1]);
	assert_int_equal(strbuf_read_once(&sb, fds[0], 100), 0);
	close(fds[0]);
	assert_int_equal(strbuf_read_once(&sb, fds[0], 100), -1);
	check(&sb, ">abcdef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_nul_inside),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_format_at_capacity),
		cmocka_unit_test(test_grow_keeps_text),
		cmocka_unit_test(test_detach),
		cmocka_unit_test(test_rtrim),
		cmocka_unit_test(test_splice),
		cmocka_unit_test(test_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
