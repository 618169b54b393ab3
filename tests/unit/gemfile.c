/* Whether a Gemfile asks for what a lock file has, read without Ruby. */
#include "deps/gemfile.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* `wanted`: the lines below DEPENDENCIES. */
static bool agrees(const char *gemfile, const char *wanted)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRBUF text = STRBUF_INIT, lock_text = STRBUF_INIT;
	struct gemfile_lock lock;
	struct err err = ERR_INIT;
	bool ret;

	strbuf_addstr(&text, gemfile);
	strbuf_addf(&lock_text, "GEM\n\nDEPENDENCIES\n%s", wanted);
	assert_int_equal(gemfile_lock_read(lock_text.buf, lock_text.len, &arena,
				 &lock, &err),
		0);
	ret = gemfile_agrees(&text, &lock);
	gemfile_lock_release(&lock);
	return ret;
}

static void test_lists(void **unused)
{
	(void)unused;
	assert_true(agrees("", ""));
	assert_true(
		agrees("source \"x\"\ngem 'a'\n  gem(\"b\")\n", "  a\n  b\n"));
	assert_true(agrees("gem \"a\", require: false # as is\n", "  a!\n"));
	assert_true(agrees("# gem \"b\"\ngem \"a\"\n", "  a\n"));
	assert_false(agrees("gem \"a\"\n", "  a\n  b\n"));
	assert_false(agrees("gem \"a\"\ngem \"b\"\n", "  a\n"));
	assert_false(agrees("gem \"ab\"\n", "  a\n"));
	assert_false(agrees("gem \"a\"\n", "  ab\n"));
	assert_false(agrees("gem name\n", "  a\n"));
	assert_false(agrees("gem \"a\n", "  a\n"));
}

static void test_requirements(void **unused)
{
	(void)unused;
	assert_true(agrees("gem \"a\", \"1.0\"\n", "  a (= 1.0)\n"));
	assert_true(agrees("gem 'a', '>=1'\n", "  a (>= 1)\n"));
	assert_true(agrees("gem 'a', '~> 1.0', '>= 1.0.2', group: :x\n",
		"  a (>= 1.0.2, ~> 1.0)\n"));
	assert_true(agrees("gem 'a', '1', git: 'x'\n", "  a (= 1)!\n"));
	assert_false(agrees("gem 'a'\n", "  a (= 1)\n"));
	assert_false(agrees("gem 'a', '1'\n", "  a\n"));
	assert_false(agrees("gem 'a', '1.1'\n", "  a (= 1)\n"));
	assert_false(agrees("gem 'a', '~> 1', '< 2'\n", "  a (~> 1)\n"));
	assert_false(agrees("gem 'a', ['~> 1']\n", "  a (~> 1)\n"));
	assert_false(agrees("gem 'a',\n  '~> 1'\n", "  a (~> 1)\n"));
}

static void test_programs_are_a_doubt(void **unused)
{
	(void)unused;
	assert_false(agrees("gemspec\ngem 'a'\n", "  a\n"));
	assert_false(agrees("gem 'a'\neval_gemfile 'b'\n", "  a\n"));
	assert_false(agrees("gem 'a' if ENV['X']\n", "  a\n"));
	assert_false(agrees("path 'engines' do\n gem 'a'\nend\n", "  a!\n"));
	assert_true(agrees("# gemspec\ngem 'a'\n", "  a\n"));
}

static uint64_t print_of(const char *gemfile, const char *name)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRVEC names = STRVEC_INIT;

	strbuf_addstr(&text, gemfile);
	strvec_push(&names, name);
	return gemfile_print(&text, &names);
}

static void test_print(void **unused)
{
	static const char text[] = "source 'x'\ngem 'a'\ngroup :p do\n"
				   "  gem 'out'\nend\n";
	uint64_t print = print_of(text, "out");

	(void)unused;
	assert_true(print == print_of("source 'x'\n\ngem 'b'\ngem 'c', '1'\n"
				      "group :p do\n# why\ngem 'out'\nend\n",
				     "out"));
	assert_false(print == print_of(text, "a"));
	assert_false(print == print_of("source 'x'\ngem 'out'\ngroup :p do\n"
				       "end\n",
				      "out"));
	assert_false(print == print_of("source 'y'\ngem 'a'\ngroup :p do\n"
				       "  gem 'out'\nend\n",
				      "out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_requirements),
		cmocka_unit_test(test_programs_are_a_doubt),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
