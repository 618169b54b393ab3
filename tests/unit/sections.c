/* What the logs of GitHub and GitLab are told, as their manuals have it. */
#include "runner/sections.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static char *dir;
static struct strbuf out;

static int set_up(void **unused)
{
	static const char *const files[] = { "a.c", "b,c.c" };
	struct err err;

	(void)unused;
	strbuf_init(&out);
	unsetenv("GITHUB_ACTIONS");
	unsetenv("GITLAB_CI");
	unsetenv("GITHUB_WORKSPACE");
	if (fs_temp_dir("hookrun-sections", &dir, &err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		AUTO_FREE char *file = fs_join(dir, files[i]);

		if (fs_write_cache(file, "", 0, &err))
			return -1;
	}
	return 0;
}

static int tear_down(void **unused)
{
	struct err err;
	int failed = fs_remove_tree(dir, &err);

	(void)unused;
	strbuf_release(&out);
	free(dir);
	return failed;
}

static void assert_out(const char *want)
{
	assert_string_equal(out.buf, want);
	strbuf_reset(&out);
}

static void the_service_sets_a_variable_to_true(void **unused)
{
	(void)unused;
	assert_false(sections_wanted());
	setenv("GITHUB_ACTIONS", "false", 1);
	assert_false(sections_wanted());
	setenv("GITHUB_ACTIONS", "true", 1);
	assert_true(sections_wanted());
	unsetenv("GITHUB_ACTIONS");
	setenv("GITLAB_CI", "true", 1);
	assert_true(sections_wanted());
}

static void elsewhere_a_section_is_its_first_line(void **unused)
{
	(void)unused;
	sections_begin(&out, "✓ lint\n", "lint");
	sections_end(&out, "lint");
	assert_out("✓ lint\n");
}

static void github_has_groups(void **unused)
{
	(void)unused;
	setenv("GITHUB_ACTIONS", "true", 1);
	sections_begin(&out, "✓ lint\n", "lint");
	assert_out("::group::✓ lint\n");
	sections_end(&out, "lint");
	assert_out("::endgroup::\n");
}

/* "section_start:UNIX_TIMESTAMP:NAME\r\e[0K"; the time is left out of `out`. */
static void assert_gitlab(const char *head, const char *want)
{
	size_t len = strlen(head), digits;

	assert_int_equal(strncmp(out.buf, head, len), 0);
	digits = strspn(out.buf + len, "0123456789");
	assert_true(digits >= 10);
	strbuf_splice(&out, 0, len + digits, "", 0);
	assert_out(want);
}

static void gitlab_has_sections_whose_names_are_plain(void **unused)
{
	(void)unused;
	setenv("GITLAB_CI", "true", 1);
	sections_begin(&out, "✓ a: b\n", "a: b");
	assert_gitlab("\033[0Ksection_start:",
		":hookrun_a__b[collapsed=true]\r\033[0K✓ a: b\n");
	sections_end(&out, "a: b");
	assert_gitlab("\033[0Ksection_end:", ":hookrun_a__b\r\033[0K\n");
}

/* ---- marks ---- */

static void annotate(const char *text)
{
	struct capture output = CAPTURE_INIT;
	struct plan_job plan = { .cwd = dir };

	capture_add(&output, text, strlen(text));
	sections_annotate(&out, &output, &plan, "lint, all");
	capture_release(&output);
}

static void github_marks_places_of_files_that_are_there(void **unused)
{
	AUTO_STRBUF want = STRBUF_INIT;

	(void)unused;
	setenv("GITHUB_ACTIONS", "true", 1);
	setenv("GITHUB_WORKSPACE", dir, 1);
	annotate("checking\na.c:3:5: bad: 100% sure\nno.c:1: gone\n"
		 "b,c.c:7\n");
	assert_out("::error file=a.c,line=3,col=5,title=lint%2C all::"
		   "bad: 100%25 sure\n"
		   "::error file=b%2Cc.c,line=7,title=lint%2C all::"
		   "lint, all\n");
	unsetenv("GITHUB_WORKSPACE");
	annotate("a.c:1: x\n");
	strbuf_addf(&want, "::error file=%s/a.c,line=1,title=lint%%2C all::x\n",
		dir);
	assert_out(want.buf);
}

static void nobody_else_is_told_of_places(void **unused)
{
	(void)unused;
	annotate("a.c:3:5: bad\n");
	assert_out("");
	setenv("GITLAB_CI", "true", 1);
	annotate("a.c:3:5: bad\n");
	assert_out("");
	setenv("GITHUB_ACTIONS", "true", 1);
	sections_annotate(&out, NULL, NULL, "lint");
	assert_out("");
}

static void github_shows_ten_of_a_step(void **unused)
{
	AUTO_STRBUF text = STRBUF_INIT;
	size_t lines = 0;

	(void)unused;
	setenv("GITHUB_ACTIONS", "true", 1);
	for (int i = 1; i <= 15; i++)
		strbuf_addf(&text, "a.c:%d: bad\n", i);
	annotate(text.buf);
	for (size_t i = 0; i < out.len; i++)
		lines += out.buf[i] == '\n';
	assert_int_equal(lines, 10);
	assert_non_null(strstr(out.buf, "line=10,"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_service_sets_a_variable_to_true),
		TEST(elsewhere_a_section_is_its_first_line),
		TEST(github_has_groups),
		TEST(gitlab_has_sections_whose_names_are_plain),
		TEST(github_marks_places_of_files_that_are_there),
		TEST(nobody_else_is_told_of_places),
		TEST(github_shows_ten_of_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
