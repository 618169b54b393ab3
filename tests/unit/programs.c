/* Which programs a command names that it cannot do without. */
#include "hookrun/runner/programs.h"

#include "hookrun/base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_names(const char *text, const char *want)
{
	AUTO_STRVEC names = STRVEC_INIT;
	AUTO_STRBUF got = STRBUF_INIT;

	programs_of(text, &names);
	for (size_t i = 0; i < names.nr; i++)
		strbuf_addf(&got, "[%s]", names.v[i]);
	if (strcmp(got.buf, want) != 0)
		fail_msg("%s: %s, wanted %s", text, got.buf, want);
}

static void test_first_words(void **state)
{
	(void)state;
	assert_names("rubocop -a {staged_files}", "[rubocop]");
	assert_names("  ./bin/check\n", "[./bin/check]");
	assert_names("A=1 B='x y' C=\"$z\" prettier --check .", "[prettier]");
	assert_names("", "");
	assert_names("A=1", "");
}

static void test_one_command_behind_the_other(void **state)
{
	(void)state;
	assert_names(
		"a 'x; y' && b \"&& c\" | d; e\nf & g", "[a][b][d][e][f][g]");
	assert_names("a > out 2>&1; b &> all", "[a][b]");
	assert_names("a \\; x; a", "[a]");
	assert_names("if a; then b; else c", "[a][b][c]");
	assert_names("! grep x && exec b", "[grep][b]");
}

static void test_what_the_shell_has_is_no_program(void **state)
{
	(void)state;
	assert_names("echo a; [ -f x ] && b", "[b]");
	assert_names("set -e\ncd sub\n./bin/x\ny", "[y]");
}

/* Too few rather than one too many. */
static void test_doubt(void **state)
{
	(void)state;
	assert_names("a || b", "");
	assert_names("a; b || true; c", "[a]");
	assert_names("{runner} a; b", "[b]");
	assert_names("$RUNNER a; \"$x\"; b", "[b]");
	assert_names("command -v a && a", "");
	assert_names("f() { a; }; f", "");
	assert_names("a; case $x in b) c;; esac", "[a]");
	assert_names("a <<E\nb\nE", "");
	assert_names("(a; b)", "");
	assert_names("a $(b; c); d", "");
	assert_names("# a\nb", "");
	assert_names("a 'never closed", "[a]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_words),
		cmocka_unit_test(test_one_command_behind_the_other),
		cmocka_unit_test(test_what_the_shell_has_is_no_program),
		cmocka_unit_test(test_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
