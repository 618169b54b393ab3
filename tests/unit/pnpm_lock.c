/* pnpm-lock.yaml in the layouts of versions 5, 6 and 9. */
#include "deps/packages.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PARSE pnpm_lock_parse
#include "lock_fixture.h"

static void test_version_5(void **unused)
{
	(void)unused;
	assert_int_equal(parse("lockfileVersion: 5.4\n\n"
			       "specifiers:\n  express: ^4\n\n"
			       "dependencies:\n  express: 4.18.2\n\n"
			       "devDependencies:\n"
			       "  '@babel/core': 7.22.0\n\n"
			       "packages:\n\n"
			       "  /@babel/core/7.22.0_react@17.0.0:\n"
			       "    resolution: {integrity: sha512-x}\n"
			       "    dependencies:\n"
			       "      ms: 2.0.0\n"
			       "    dev: true\n\n"
			       "  /express/4.18.2:\n"
			       "    resolution: {integrity: sha512-y}\n\n"
			       "  /some_name/1.0.0_x:\n"
			       "    dev: true\n"),
		0);
	assert_int_equal(packages.nr, 3);
	assert_package("@babel/core", "7.22.0", true);
	assert_package("express", "4.18.2", true);
	assert_package("some_name", "1.0.0", false);
}

static void test_version_6(void **unused)
{
	(void)unused;
	assert_int_equal(parse("lockfileVersion: '6.0'\n\n"
			       "settings:\n  autoInstallPeers: true\n\n"
			       "dependencies:\n"
			       "  express:\n"
			       "    specifier: ^4\n"
			       "    version: 4.18.2\n\n"
			       "packages:\n\n"
			       "  /@babel/core@7.22.0(react@17.0.0):\n"
			       "    dev: true\n\n"
			       "  /express@4.18.2:\n"
			       "    dev: false\n"),
		0);
	assert_int_equal(packages.nr, 2);
	assert_package("@babel/core", "7.22.0", false);
	assert_package("express", "4.18.2", true);
}

static void test_version_9(void **unused)
{
	(void)unused;
	assert_int_equal(parse("lockfileVersion: '9.0'\r\n\r\n"
			       "importers:\r\n\r\n"
			       "  .:\r\n"
			       "    dependencies:\r\n"
			       "      express:\r\n"
			       "        specifier: ^4\r\n"
			       "        version: 4.18.2\r\n"
			       "  packages/web:\n"
			       "    devDependencies:\n"
			       "      '@babel/core':\n"
			       "        specifier: ^7\n"
			       "    dependenciesMeta:\n"
			       "      ms:\n"
			       "        injected: true\n\n"
			       "packages:\n\n"
			       "  '@babel/core@7.22.0':\n"
			       "    resolution: {integrity: sha512-x}\n\n"
			       "  express@4.18.2:\n"
			       "    resolution: {integrity: sha512-y}\n\n"
			       "  ms@2.0.0:\n"
			       "    resolution: {integrity: sha512-z}\n\n"
			       "snapshots:\n\n"
			       "  '@babel/core@7.22.0(react@17.0.0)':\n"
			       "    dependencies:\n"
			       "      other: 1.0.0\n"),
		0);
	assert_int_equal(packages.nr, 3);
	assert_package("@babel/core", "7.22.0", true);
	assert_package("express", "4.18.2", true);
	assert_package("ms", "2.0.0", false);
}

static void test_odd_keys(void **unused)
{
	(void)unused;
	assert_int_equal(parse("lockfileVersion: '9.0'\npackages:\n"
			       "  a:\n  '@s':\n  @:\n  /:\n  '':\n  ':\n  :\n"
			       "  b@:\n"
			       "  https://codeload.example.org/x/tar.gz/abc:\n"
			       "  c@https://example.org/c.tgz:\n"),
		0);
	assert_package("a", "", false);
	assert_package("b", "", false);
	assert_package("c", "https://example.org/c.tgz", false);
}

static void test_scope_without_name_in_version_5(void **unused)
{
	(void)unused;
	assert_int_equal(parse("lockfileVersion: 5.3\npackages:\n"
			       "  /@s:\n  /@s/n:\n  /@s/n/1:\n"),
		0);
	assert_package("@s", "", false);
	assert_package("@s/n", ", 1", false);
}

static void test_foreign_text(void **unused)
{
	(void)unused;
	assert_int_equal(parse(""), -1);
	assert_int_equal(parse("packages:\n  a@1:\n"), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, reset, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_version_5),
		TEST(test_version_6),
		TEST(test_version_9),
		TEST(test_odd_keys),
		TEST(test_scope_without_name_in_version_5),
		TEST(test_foreign_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
