/* package-lock.json, and the comparison with what npm installed. */
#include "deps/packages.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PARSE package_lock_parse
#include "lock_fixture.h"

static void test_version_1(void **unused)
{
	static const char manifest[] = "{\"dependencies\": {\"a\": \"^1\"}}";

	(void)unused;
	package_json_direct(manifest, strlen(manifest), &packages);
	assert_int_equal(
		parse("{\"lockfileVersion\": 1, \"dependencies\": {\n"
		      "  \"a\": {\"version\": \"1.0.0\", \"dependencies\": {\n"
		      "    \"b\": {\"version\": \"2.0.0\"}}},\n"
		      "  \"b\": {\"version\": \"1.0.0\", \"dev\": true},\n"
		      "  \"c\": {\"bundled\": true}\n"
		      "}}"),
		0);
	assert_int_equal(packages.nr, 3);
	assert_package("a", "1.0.0", true);
	assert_package("b", "1.0.0, 2.0.0", false);
	assert_package("c", "", false);
}

static const char version_3[] =
	"{\"lockfileVersion\": 3, \"packages\": {\n"
	"  \"\": {\"name\": \"x\", \"dependencies\": {\"@s/a\": \"^1\"},\n"
	"         \"devDependencies\": {\"web\": \"*\"}},\n"
	"  \"node_modules/@s/a\": {\"version\": \"1.0.0\"},\n"
	"  \"node_modules/@s/a/node_modules/b\": {\"version\": \"2.0.0\"},\n"
	"  \"node_modules/b\": {\"version\": \"1.0.0\"},\n"
	"  \"node_modules/web\": {\"resolved\": \"web\", \"link\": true},\n"
	"  \"web\": {\"version\": \"0.0.1\"}\n"
	"}}";

static void test_version_3(void **unused)
{
	(void)unused;
	assert_int_equal(parse(version_3), 0);
	assert_int_equal(packages.nr, 3);
	assert_package("@s/a", "1.0.0", true);
	assert_package("b", "1.0.0, 2.0.0", false);
	assert_package("web", "0.0.1", true);
}

static void test_foreign_text(void **unused)
{
	(void)unused;
	assert_int_equal(parse("[1, 2]"), -1);
	assert_int_equal(parse("{\"packages\": "), -1);
	assert_int_equal(parse("{\"packages\": 3, \"dependencies\": []}"), 0);
	assert_int_equal(packages.nr, 0);
	assert_int_equal(parse("{\"packages\": {\"node_modules/\": 1,"
			       " \"node_modules/a\": null}}"),
		0);
}

#define ODD                                                                    \
	"\"node_modules/odd\": {\"version\": \"3.0.1\", "                      \
	"\"resolved\": \"r\", \"integrity\": \"sha512-C\"}"
#define MAC                                                                    \
	"\"node_modules/mac\": {\"version\": \"1.0.0\", "                      \
	"\"optional\": true, \"os\": [\"darwin\"]}"
#define ROOT "\"\": {\"name\": \"x\"}"
#define PACKAGES(list) "{\"lockfileVersion\": 3, \"packages\": {" list "}}"

static void test_matches(void **unused)
{
	static const struct {
		const char *lock, *installed;
		bool same;
	} cases[] = {
		{ PACKAGES(ROOT ", " ODD), PACKAGES(ODD), true },
		{ PACKAGES(ROOT ", " MAC ", " ODD), PACKAGES(ODD), true },
		{ PACKAGES(ROOT ", " MAC ", " ODD), PACKAGES(MAC ", " ODD),
			true },
		{ PACKAGES(ROOT ", " ODD), PACKAGES(""), false },
		{ PACKAGES(ROOT), PACKAGES(ODD), false },
		{ PACKAGES(ROOT ", " ODD),
			PACKAGES("\"node_modules/odd\": {\"version\": "
				 "\"3.0.0\", \"resolved\": \"r\", "
				 "\"integrity\": \"sha512-C\"}"),
			false },
		{ PACKAGES(ROOT ", " ODD),
			PACKAGES("\"node_modules/odd\": {\"version\": "
				 "\"3.0.1\", \"resolved\": \"r\", "
				 "\"integrity\": \"sha512-D\"}"),
			false },
		/* optional for every platform: it should be there */
		{ PACKAGES("\"node_modules/o\": {\"version\": \"1\", "
			   "\"optional\": true}"),
			PACKAGES(""), false },
		{ "{\"lockfileVersion\": 1, \"dependencies\": {}}",
			PACKAGES(""), false },
		{ PACKAGES(ROOT), "", false },
		{ PACKAGES(ROOT), "{", false },
		{ "<<<<<<< HEAD", "<<<<<<< HEAD", false },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(
			package_lock_matches(cases[i].lock,
				strlen(cases[i].lock), cases[i].installed,
				strlen(cases[i].installed)),
			cases[i].same);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_version_1),
		TEST(test_version_3),
		TEST(test_foreign_text),
		TEST(test_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
