/* Which lines of an output name a place in a file. */
#include "runner/mark.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static char *dir;

static int make_dir(void **state)
{
	struct err err;
	AUTO_FREE char *file = NULL;

	(void)state;
	if (fs_temp_dir("hookrun-mark", &dir, &err))
		return -1;
	file = fs_join(dir, "a b.c");
	return fs_write_cache(file, "", 0, &err);
}

static int drop_dir(void **state)
{
	struct err err;

	(void)state;
	fs_remove_tree(dir, &err);
	free(dir);
	return 0;
}

static bool add(const struct mark *mark, void *data)
{
	strbuf_addf(data, "[%s|%ld|%ld|%s]", mark_path(mark, dir), mark->line,
		mark->column, mark->text);
	return true;
}

static bool add_one(const struct mark *mark, void *data)
{
	add(mark, data);
	return false;
}

static void assert_marks(const char *output, const char *want)
{
	AUTO_STRBUF got = STRBUF_INIT;

	marks_each(output, strlen(output), dir, add, &got);
	assert_string_equal(got.buf, want);
}

static void test_places(void **state)
{
	(void)state;
	assert_marks("a b.c:3: x\n", "[a b.c|3|0|x]");
	assert_marks("  a b.c:3:14: x: y", "[a b.c|3|14|x: y]");
	assert_marks("a b.c:3\r\n\na b.c:4:5\n", "[a b.c|3|0|][a b.c|4|5|]");
	assert_marks("\033[1m./a b.c:3:\033[m x\n", "[a b.c|3|0|x]");
}

/* The file must be there, and be one. */
static void test_other_lines(void **state)
{
	(void)state;
	assert_marks("12:30: lunch\nnone.c:3: x\n.:3: x\n", "");
	assert_marks("a b.c: 3\na b.c\n:3: x\na b.c:x\n", "");
	assert_marks("", "");
}

static void test_the_first_is_enough(void **state)
{
	static const char output[] = "a b.c:1\na b.c:2\n";
	AUTO_STRBUF got = STRBUF_INIT;

	(void)state;
	marks_each(output, strlen(output), dir, add_one, &got);
	assert_string_equal(got.buf, "[a b.c|1|0|]");
}

static void test_names_from_elsewhere(void **state)
{
	const struct mark mark = { .file = "/top/src/a.c" };

	(void)state;
	assert_string_equal(mark_path(&mark, "/top"), "src/a.c");
	assert_string_equal(mark_path(&mark, "/to"), "/top/src/a.c");
	assert_string_equal(mark_path(&mark, NULL), "/top/src/a.c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_the_first_is_enough),
		cmocka_unit_test(test_names_from_elsewhere),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
