/* Key `output`, its variable, and colours of one's own. */
#include "hookrun/runner/output.h"

#include "hookrun/config/node.h"
#include "runner/palette.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define SUMMARY (OUT_HEADING | OUT_SUCCESS | OUT_FAILURE)

static struct arena arena;

static int clean(void **unused)
{
	(void)unused;
	unsetenv("HOOKRUN_OUTPUT");
	unsetenv("LEFTHOOK_OUTPUT");
	unsetenv("COLORTERM");
	arena_release(&arena);
	return 0;
}

static const struct node *read_key(const char *text, const char *key)
{
	struct node *root;
	struct err err;

	assert_int_equal(node_read_yaml(&arena, "x.yml", text, strlen(text),
				 &root, &err),
		0);
	return node_get(root, key);
}

static unsigned parts(const char *text)
{
	AUTO_STRBUF unknown = STRBUF_INIT;
	unsigned got = output_parts(read_key(text, "output"), &unknown);

	assert_string_equal(unknown.buf, "");
	return got;
}

static void test_setting(void **unused)
{
	(void)unused;
	assert_int_equal(parts("a: 1"), OUT_ALL);
	assert_int_equal(parts("output:"), OUT_ALL);
	assert_int_equal(parts("output: true"), OUT_ALL);
	assert_int_equal(parts("output: false"), 0);
	assert_int_equal(parts("output: []"), 0);
	assert_int_equal(parts("output: meta"), OUT_META);
	assert_int_equal(parts("output: meta, skips"), OUT_META | OUT_SKIPS);
	assert_int_equal(parts("output: [summary]"), SUMMARY);
	assert_int_equal(parts("output: [success]"), OUT_SUCCESS);
	assert_int_equal(
		parts("output: [failure, setup]"), OUT_FAILURE | OUT_SETUP);
	assert_int_equal(parts("output: [execution]"), OUT_INFO | OUT_OUT);
	assert_int_equal(parts("output: [jobs]"), OUT_INFO | OUT_OUT);
	assert_int_equal(parts("output: [jobs_out]"), OUT_OUT);
	assert_int_equal(parts("output: [execution_info]"), OUT_INFO);
	assert_int_equal(parts("output: [bogus, skips]"), OUT_SKIPS);
	assert_int_equal(parts("output: [empty_summary]"), OUT_EMPTY_SUMMARY);
}

static void test_variable_replaces(void **unused)
{
	AUTO_STRBUF unknown = STRBUF_INIT;

	(void)unused;
	setenv("LEFTHOOK_OUTPUT", "skips", 1);
	assert_int_equal(parts("output: [meta]"), OUT_SKIPS);
	setenv("LEFTHOOK_OUTPUT", "false", 1);
	assert_int_equal(parts("output: [meta]"), 0);
	setenv("LEFTHOOK_OUTPUT", "", 1);
	assert_int_equal(parts("output: [meta]"), OUT_META);
	setenv("HOOKRUN_OUTPUT", "meta, summary", 1);
	assert_int_equal(parts("a: 1"), OUT_META | SUMMARY);
	setenv("HOOKRUN_OUTPUT", "meta,bogus,skips,x", 1);
	assert_int_equal(output_parts(NULL, &unknown), OUT_META | OUT_SKIPS);
	assert_string_equal(unknown.buf, "\"bogus\", \"x\"");
}

static void assert_painted(
	const struct palette *palette, enum colour colour, const char *want)
{
	AUTO_STRBUF text = STRBUF_INIT;

	palette_paint(palette, &text, colour, "x");
	assert_string_equal(text.buf, want);
}

static void test_palette(void **unused)
{
	const struct node *own = read_key(
		"colors: {cyan: 14, gray: 244, green: '#00ff00', red: '#fff', "
		"blue: 1}",
		"colors");
	struct palette palette;

	(void)unused;
	palette_init(&palette, true, own);
	assert_painted(&palette, CYAN, "\033[96mx\033[m");
	assert_painted(&palette, GRAY, "\033[38;5;244mx\033[m");
	assert_painted(&palette, GREEN, "\033[38;5;46mx\033[m");
	assert_painted(&palette, RED, "\033[38;5;231mx\033[m");
	assert_painted(&palette, YELLOW, "\033[33mx\033[m");
	assert_painted(&palette, BOLD, "\033[1mx\033[m");
	setenv("COLORTERM", "truecolor", 1);
	palette_init(&palette, true, own);
	assert_painted(&palette, GREEN, "\033[38;2;0;255;0mx\033[m");
	assert_painted(&palette, RED, "\033[38;2;255;255;255mx\033[m");
	palette_init(&palette, false, own);
	assert_painted(&palette, GREEN, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_setting, clean),
		cmocka_unit_test_teardown(test_variable_replaces, clean),
		cmocka_unit_test_teardown(test_palette, clean),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
