/*
 * Lines of variables: which value counts, and that writing one leaves the rest
 * of the file alone.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "migrate/env_file.h"

static const struct {
	const char *text, *value; /* of NAME; NULL: none that can be told */
} reads[] = {
	{ "", NULL },
	{ "NAME=x", "x" },
	{ "NAME=x\n", "x" },
	{ "export NAME=x\n", "x" },
	{ "  NAME = x \n", "x" },
	{ "NAME=\"x y\" # why\n", "x y" },
	{ "NAME='a$b'\n", "a$b" },
	{ "NAME=x # why\r\n", "x" },
	{ "NAME=x#y\n", "x#y" },
	{ "NAME=\n", "" },
	{ "NAME=", "" },
	{ "NAME=one\nOTHER=1\nNAME=two\n", "two" },
	{ "MY_NAME=x\nNAMES=y\n# NAME=z\n", NULL },
	{ "NAME: x\n", NULL },
	{ "NAME=${OTHER}_x\n", NULL },
	{ "NAME=\"$OTHER\"\n", NULL },
	{ "NAME=`id`\n", NULL },
	{ "NAME=\"x\n", NULL },
};

static void test_the_value_that_counts(void **unused)
{
	AUTO_ARENA arena = ARENA_INIT;

	(void)unused;
	for (size_t i = 0; i < sizeof(reads) / sizeof(*reads); i++) {
		const char *got = env_file_get(reads[i].text, "NAME", &arena);

		if (!reads[i].value)
			assert_null(got);
		else
			assert_string_equal(got, reads[i].value);
	}
}

static const struct {
	const char *before, *value, *after;
	bool exports;
} writes[] = {
	{ "", "x", "NAME=x\n", false },
	{ "", "x", "export NAME=x\n", true },
	{ "OTHER=1", "x", "OTHER=1\nNAME=x\n", false },
	{ "NAME=old # why\nOTHER=1\n", "x", "NAME=x\nOTHER=1\n", false },
	{ "export NAME='old'\r\nB=2\r\n", "x", "export NAME=x\r\nB=2\r\n",
		false },
	{ "NAME=1\n\n# NAME\nNAME=2", "x", "NAME=1\n\n# NAME\nNAME=x", false },
	{ "NAME=\nOTHER=1\n", "x", "NAME=x\nOTHER=1\n", false },
	{ "", "a b", "NAME='a b'\n", false },
	{ "", "/tmp/a-b_c.db", "NAME=/tmp/a-b_c.db\n", false },
};

static void test_writing_leaves_the_rest(void **unused)
{
	AUTO_ARENA arena = ARENA_INIT;

	(void)unused;
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addstr(&text, writes[i].before);
		env_file_put(&text, "NAME", writes[i].value, writes[i].exports);
		assert_string_equal(text.buf, writes[i].after);
		assert_string_equal(env_file_get(text.buf, "NAME", &arena),
			writes[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_value_that_counts),
		cmocka_unit_test(test_writing_leaves_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
