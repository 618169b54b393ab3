/* Which globs an expression becomes, and which expressions become none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "import/pattern.h"

#include <stdlib.h>

/* The globs with blanks between them; "-" where there are none to be had. */
static void check(const char *regex, const char *want)
{
	AUTO_ARENA arena = ARENA_INIT;
	AUTO_STRBUF got = STRBUF_INIT;
	struct words globs = { 0 };
	struct recipe recipe;

	recipe_init(&recipe, &arena);
	if (!pattern_globs(&recipe, regex, &globs))
		strbuf_addch(&got, '-');
	for (size_t i = 0; i < globs.nr; i++)
		strbuf_addf(&got, "%s%s", i ? " " : "", globs.v[i]);
	assert_string_equal(got.buf, want);
	free(globs.v);
	recipe_release(&recipe);
}

static void what_globs_can_say(void **state)
{
	(void)state;
	check("", "**");
	check("^$", "");
	check("^src/", "src/*");
	check("\\.py$", "*.py");
	check("x", "*x*");
	check("^a$|^b$", "a b");
	check("\\.(js|ts)x?$", "*.jsx *.js *.tsx *.ts");
	check("(^|/)tests/.+\\.py$", "tests/?*.py */tests/?*.py");
	check("(?:^|/)a$", "a */a");
	check("^(docs/|k\\.txt$)", "docs/* k.txt");
	check("^a.b$", "a?b");
	check("^v[0-9][^a-c]\\d$", "v[0-9][!a-c][0-9]");
	check("^a\\*\\[b$", "a\\*\\[b");
	check("^a,b$", "a\\,b");
	check("^a.*?b", "a*b*");
	check("(?x)^(\n  a/.* |  # the a\n  b\\ c\n)$", "a/* b c");
}

static void what_they_cannot(void **state)
{
	(void)state;
	check("^src/[^/]+$", "-");
	check("\\w+", "-");
	check("^(?!vendor/)", "-");
	check("(?i)a", "-");
	check("a{2}", "-");
	check("(a", "-");
	check("a)", "-");
	check("[a", "-");
	check("*a", "-");
	check("a**", "-");
	check("a$b", "-");
	check("\\", "-");
	check("(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)", "-");
	check("((((((((((((((((((((a))))))))))))))))))))", "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_globs_can_say),
		cmocka_unit_test(what_they_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
