/* The one line about a changed lock file. */
#include "deps/lockdiff.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

/* "rails! 6.1.7" is a direct dependency; entries are split by '|'. */
static void fill(struct packages *packages, const char *list)
{
	struct err err = ERR_INIT;

	while (*list) {
		size_t len = strcspn(list, "|"), name = strcspn(list, " !");
		bool direct = list[name] == '!';
		size_t version = name + direct + 1;

		assert_int_equal(packages_add(packages, list, name,
					 list + version, len - version, &err),
			0);
		if (direct)
			assert_int_equal(
				packages_add_direct(packages, list, name, &err),
				0);
		list += len + (list[len] == '|');
	}
	packages_finish(packages);
}

static void assert_line(
	const char *old_list, const char *new_list, const char *want)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF line = STRBUF_INIT;
	struct packages old, new;

	packages_init(&old, &arena);
	packages_init(&new, &arena);
	fill(&old, old_list);
	fill(&new, new_list);
	strbuf_addstr(&line, "x: ");
	lockdiff_describe(&old, &new, NULL, NULL, &line);
	assert_string_equal(line.buf + 3, want);
	packages_release(&old);
	packages_release(&new);
	arena_release(&arena);
}

static void test_update(void **unused)
{
	(void)unused;
	assert_line("rails! 6.1.7|gone 1.0", "rails! 7.0.8|a 1|b 1|c 1",
		"rails 6.1.7 → 7.0.8 (major), +3 −1");
	assert_line("rack 2.0|x 1", "rack 2.1|x 1", "rack 2.0 → 2.1");
	assert_line("rack 3.0.0", "rack 2.2.9", "rack 3.0.0 → 2.2.9 (major)");
	assert_line("mine 1.0 abc", "mine 1.0 def", "mine 1.0 abc → 1.0 def");
}

static void test_direct_and_major_first(void **unused)
{
	(void)unused;
	assert_line("a 1.0|b 1.0|c! 1.0|d! 1.0|e 1.0",
		"a 1.1|b 2.0|c! 1.1|d! 2.0|e 1.1",
		"d 1.0 → 2.0 (major), c 1.0 → 1.1, b 1.0 → 2.0 (major), "
		"2 more");
}

static void test_only_added_or_removed(void **unused)
{
	(void)unused;
	assert_line(
		"a 1", "a 1|colorize! 0.8.1", "colorize 0.8.1 added, +1 −0");
	assert_line("a 1|b 2", "a 1", "b 2 removed, +0 −1");
	assert_line("", "a 1|b 1|c 1|d! 1",
		"d 1 added, a 1 added, b 1 added, +4 −0");
}

static void test_several_versions(void **unused)
{
	(void)unused;
	assert_line("ms 2.0.0|ms 2.1.3", "ms 2.1.3", "ms 2.0.0, 2.1.3 → 2.1.3");
	assert_line("ms 2.0.0|ms 10.0.0", "ms 9.0.0",
		"ms 10.0.0, 2.0.0 → 9.0.0 (major)");
}

static void test_nothing(void **unused)
{
	(void)unused;
	assert_line("a 1", "a 1", "no version changed");
	assert_line("", "", "no version changed");
}

static void test_odd_versions(void **unused)
{
	(void)unused;
	assert_line("a ", "a 1", "a  → 1 (major)");
	assert_line("a x", "a y", "a x → y");
	assert_line("a v1.0", "a v2.0", "a v1.0 → v2.0 (major)");
	assert_line("a 99999999999999999999999", "a 1",
		"a 99999999999999999999999 → 1 (major)");
}

static void test_ruby(void **unused)
{
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF line = STRBUF_INIT;
	struct packages old, new;

	(void)unused;
	packages_init(&old, &arena);
	packages_init(&new, &arena);
	lockdiff_describe(&old, &new, "3.1.2", "3.2.0", &line);
	assert_string_equal(line.buf, "ruby 3.1.2 → 3.2.0");
	strbuf_reset(&line);
	lockdiff_describe(&old, &new, NULL, "3.2.0", &line);
	assert_string_equal(line.buf, "no version changed");
	strbuf_reset(&line);
	old.ruby = new.ruby = "3.3.0"; /* the lock file knows better */
	lockdiff_describe(&old, &new, "3.1.2", "3.2.0", &line);
	assert_string_equal(line.buf, "no version changed");
	packages_release(&old);
	packages_release(&new);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_direct_and_major_first),
		cmocka_unit_test(test_only_added_or_removed),
		cmocka_unit_test(test_several_versions),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_odd_versions),
		cmocka_unit_test(test_ruby),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
