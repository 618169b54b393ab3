/* Gemfile.lock: sections, blanks, platforms, git revisions, Ruby. */
#include "deps/packages.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PARSE gemfile_lock_parse
#include "lock_fixture.h"

static const char full[] =
	"GIT\n"
	"  remote: https://example.org/mine.git\n"
	"  revision: 0123456789abcdef0123456789abcdef01234567\n"
	"  branch: main\n"
	"  specs:\n"
	"    mine (1.0.0)\n"
	"      rails (>= 6)\n"
	"\n"
	"PATH\n"
	"  remote: engines/shop\n"
	"  specs:\n"
	"    shop (0.1.0)\n"
	"\n"
	"GEM\n"
	"  remote: https://rubygems.org/\n"
	"  specs:\n"
	"    nokogiri (1.15.0)\n"
	"      racc (~> 1.4)\n"
	"    nokogiri (1.15.0-x86_64-linux)\n"
	"      racc (~> 1.4)\n"
	"    puma (6.0.0.pre1)\n"
	"    racc (1.7.1)\n"
	"    rails (7.0.8)\n"
	"\n"
	"PLATFORMS\n"
	"  ruby\n"
	"  x86_64-linux\n"
	"\n"
	"DEPENDENCIES\n"
	"  mine!\n"
	"  puma (= 6.0.0.pre1)\n"
	"  rails (~> 7.0)\n"
	"  shop!\n"
	"\n"
	"CHECKSUMS\n"
	"  rails (7.0.8) sha256=abcdef\n"
	"\n"
	"RUBY VERSION\n"
	"   ruby 3.1.2p20\n"
	"\n"
	"BUNDLED WITH\n"
	"   2.3.15\n";

static void assert_full(void)
{
	assert_int_equal(packages.nr, 6);
	assert_package("mine", "1.0.0 0123456", true);
	assert_package("shop", "0.1.0", true);
	assert_package("nokogiri", "1.15.0", false);
	assert_package("puma", "6.0.0.pre1", true);
	assert_package("racc", "1.7.1", false);
	assert_package("rails", "7.0.8", true);
	assert_string_equal(packages.ruby, "3.1.2");
}

static void test_full(void **unused)
{
	(void)unused;
	assert_int_equal(parse(full), 0);
	assert_full();
}

static void test_crlf(void **unused)
{
	AUTO_STRBUF text = STRBUF_INIT;

	(void)unused;
	for (const char *p = full; *p; p++) {
		if (*p == '\n')
			strbuf_addch(&text, '\r');
		strbuf_addch(&text, *p);
	}
	assert_int_equal(parse(text.buf), 0);
	assert_full();
}

static void test_revision_ends_with_its_section(void **unused)
{
	(void)unused;
	assert_int_equal(parse("GIT\n  revision: abc\n  specs:\n    a (1)\n"
			       "GEM\n  specs:\n    b (2)\n"),
		0);
	assert_package("a", "1 abc", false);
	assert_package("b", "2", false);
}

static void test_no_ruby(void **unused)
{
	(void)unused;
	assert_int_equal(parse("GEM\n  specs:\n    a (1)\n"), 0);
	assert_null(packages.ruby);
	assert_int_equal(release(NULL) || reset(NULL), 0);
	assert_int_equal(parse("GEM\nRUBY VERSION\n   jruby 9.4\n"), 0);
	assert_null(packages.ruby);
}

static void test_odd_lines(void **unused)
{
	(void)unused;
	assert_int_equal(parse("GEM\n  specs:\n"
			       "    noversion\n"
			       "    open (1.2\n"
			       "    (1)\n"
			       "    gap  (1)\n"
			       "     five (1)\n"
			       "    last (3)"),
		0);
	assert_package("open", "1.2", false);
	assert_package("last", "3", false);
	assert_null(find("five"));
	assert_null(find("noversion"));
	assert_null(find("gap"));
}

static void test_foreign_text(void **unused)
{
	(void)unused;
	assert_int_equal(parse(""), -1);
	assert_int_equal(parse("{\"lockfileVersion\": 3}\n"), -1);
	assert_int_equal(parse("gem 'rails'\n    a (1)\n"), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_full),
		TEST(test_crlf),
		TEST(test_revision_ends_with_its_section),
		TEST(test_no_ruby),
		TEST(test_odd_lines),
		TEST(test_foreign_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
