/* The format of what users see, byte by byte. */
#include "runner/report.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/version.h"
#include "hookrun/runner/output.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

static struct report report;
static struct strbuf out;

static void start(bool colour, bool verbose, bool quiet)
{
	struct run_opts opts = { .colour = colour,
		.verbose = verbose,
		.quiet = quiet,
		.out_fd = memfd_create("report", MFD_CLOEXEC) };

	assert_true(opts.out_fd >= 0);
	report_init(&report, &report_form_box, &opts, "pre-commit");
}

static void assert_report(const char *want)
{
	strbuf_reset(&out);
	assert_int_equal(lseek(report.fd, 0, SEEK_SET), 0);
	while (strbuf_read_once(&out, report.fd, 65536) > 0)
		;
	close(report.fd);
	assert_string_equal(out.buf, want);
	strbuf_release(&out);
}

#define BANNER                                                                                                                    \
	"╭─────────────────────────────────────╮\n" \
	"│ hookrun  v" HOOKRUN_VERSION "   hook:  pre-commit │\n"                                                               \
	"╰─────────────────────────────────────╯\n"
#define LINE "  ────────────────────────────────────\n"

static void job(
	const char *path, const char *text, bool failed, const char *ending)
{
	struct capture output = CAPTURE_INIT;

	capture_add(&output, text, strlen(text));
	report_job(&report, &(struct job_end){ .path = path,
				    .output = &output,
				    .failed = failed,
				    .ending = ending });
	capture_release(&output);
}

static void test_jobs_and_skips(void **unused)
{
	(void)unused;
	start(false, false, false);
	job("lint", "one\ntwo\n", false, NULL);
	job("bad", "no break", true, "exit status 3");
	report_skip(&report, "tests", "no files for inspection");
	job("grp ❯ in1", "", false, NULL);
	assert_report(BANNER "┃  lint ❯ \none\ntwo\n\n"
			     "┃  bad ❯ \nno break\nexit status 3\n"
			     "│  tests (skip) no files for inspection\n"
			     "┃  grp ❯ in1 ❯ \n\n");
}

static void test_live(void **unused)
{
	struct live live = LIVE_INIT;

	(void)unused;
	start(false, false, true);
	report_live_begin(&report, &live, "lint", OUT_INFO);
	report_live_output(&report, &live, "on", 2);
	report_live_output(&report, &live, "e\n", 2);
	report_live_output(&report, &live, "", 0);
	report_live_end(
		&report, &live, &(struct job_end){ .ending = "exit status 1" });
	assert_report("┃  lint ❯ \none\nexit status 1\n");
}

/* What comes in between begins on a line of its own; a job that runs alone is
 * shown byte by byte. */
static void test_live_unfinished_line(void **unused)
{
	struct live live = LIVE_INIT;

	(void)unused;
	start(false, false, true);
	report_live_begin(&report, &live, "ask", OUT_INFO);
	report_live_output(&report, &live, "sure? ", 6);
	report_skip(&report, "other", "tags");
	report_live_output(&report, &live, "yes", 3);
	report_live_end(&report, &live, NULL);
	assert_report("┃  ask ❯ \nsure? \n│  other (skip) tags\nyes\n");
}

static void test_live_side_by_side(void **unused)
{
	struct live a = LIVE_INIT, b = LIVE_INIT;

	(void)unused;
	start(false, false, true);
	a.whole_lines = b.whole_lines = true;
	report_live_output(&report, &a, "one ", 4);
	report_live_output(&report, &b, "two\nthr", 7);
	report_live_output(&report, &a, "more\n", 5);
	report_live_output(&report, &a, "last", 4);
	report_live_output(&report, &b, "ee\n", 3);
	report_live_end(&report, &a, NULL);
	report_live_end(&report, &b, NULL);
	assert_report("two\none more\nthree\nlast\n");
}

static void test_hidden_parts(void **unused)
{
	struct result jobs[] = {
		{ .name = "bad", .outcome = FAILED },
		{ .name = "good", .outcome = PASSED },
	};
	struct result all = { .members = jobs, .nr = 2 };
	static const struct {
		unsigned parts;
		const char *want;
	} cases[] = {
		{ 0, "no\n\nexit status 3\n" },
		{ OUT_META, BANNER "no\n\nexit status 3\n" },
		{ OUT_SKIPS, "no\n\nexit status 3\n│  s (skip) tags\n" },
		{ OUT_INFO, "┃  good ❯ \n┃  bad ❯ \nno\n\n"
			    "exit status 3\n" },
		{ OUT_OUT, "hi\n\nno\n\nexit status 3\n" },
		{ OUT_SUCCESS, "no\n\nexit status 3\n"
			       "✓ good (0.00 seconds)\n" },
		{ OUT_HEADING | OUT_FAILURE, "no\n\nexit status 3\n"
					     "summary: (done in 0.00 seconds)\n"
					     "✗ bad (0.00 seconds)\n" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		start(false, false, false);
		report.parts = cases[i].parts;
		job("good", "hi\n", false, NULL);
		job("bad", "no\n", true, "exit status 3");
		report_skip(&report, "s", "tags");
		report_summary(&report, &all);
		assert_report(cases[i].want);
	}
}

static void test_program_and_marks(void **unused)
{
	struct result one = { .name = "one", .outcome = PASSED };
	struct result all = { .members = &one, .nr = 1 };

	(void)unused;
	start(false, false, false);
	report.program = "lefthook";
	report.version = "2.2.2";
	report.emoji = true;
	report.parts &= ~(unsigned)OUT_INFO;
	report_begin(&report);
	report_summary(&report, &all);
	assert_report("╭─────────────────────────────────────────╮\n"
		      "│ 🥊 lefthook  v2.2.2   hook:  pre-commit │\n"
		      "╰─────────────────────────────────────────╯\n"
		      "  ────────────────────────────────────\n"
		      "summary: (done in 0.00 seconds)\n"
		      "✔️ one (0.00 seconds)\n");
}

static void test_summary(void **unused)
{
	struct result members[] = {
		{ .name = "false", .outcome = FAILED, .ms = 9 },
		{ .name = "in1", .outcome = PASSED, .ms = 1234 },
		{ .name = "never", .outcome = NOT_RUN },
	};
	struct result jobs[] = {
		{ .name = "bad", .outcome = FAILED, .note = "fix it\n" },
		{ .name = "grp",
			.outcome = FAILED,
			.ms = 12,
			.members = members,
			.nr = 3 },
		{ .name = "skipped", .outcome = SKIPPED },
		{ .name = "li\033nt", .outcome = PASSED, .ms = 60000 },
	};
	struct result all = { .members = jobs, .nr = 4, .ms = 61999 };

	(void)unused;
	start(false, false, false);
	job("lint", "", false, NULL);
	report_summary(&report, &all);
	assert_report(BANNER "┃  lint ❯ \n\n" LINE
			     "summary: (done in 61.99 seconds)\n"
			     "✓ li\\x1bnt (60.00 seconds)\n"
			     "✗ bad: fix it (0.00 seconds)\n"
			     "✗ grp (0.01 seconds)\n"
			     "  ✓ in1 (1.23 seconds)\n"
			     "  ✗ false (0.00 seconds)\n");
}

static void test_colour(void **unused)
{
	struct result jobs[] = {
		{ .name = "bad", .outcome = FAILED },
		{ .name = "good", .outcome = PASSED },
	};
	struct result all = { .members = jobs, .nr = 2 };

	(void)unused;
	start(true, false, true);
	job("good", "x\n", false, NULL);
	job("bad", "", true, "exit status 1");
	report_summary(&report, &all);
	strbuf_reset(&out);
	assert_report(
		"\033[36m┃\033[m  \033[36mgood ❯ \033[m\nx\n\n"
		"\033[31m┃\033[m  \033[31mbad ❯ \033[m\n\n"
		"\033[31mexit status 1\033[m\n"
		"\033[90m  ────────────────────────────────────\033[m\n"
		"\033[36msummary: \033[m\033[90m(done in 0.00 seconds)\033[m\n"
		"\033[32m✔️ good\033[m \033[90m(0.00 seconds)\033[m\n"
		"\033[31m🥊 bad\033[m \033[90m(0.00 seconds)\033[m\n");
}

static void test_nothing_printed_nothing_summed_up(void **unused)
{
	struct result idle = { .name = "deps", .outcome = SKIPPED };
	struct result all = { .members = &idle, .nr = 1 };

	(void)unused;
	start(false, false, false);
	report_summary(&report, &all);
	assert_report("");
}

static void test_all_skipped(void **unused)
{
	struct result one = { .name = "one", .outcome = SKIPPED };
	struct result all = { .members = &one, .nr = 1 };

	(void)unused;
	start(false, false, false);
	report_skip(&report, "one", "tags");
	report_summary(&report, &all);
	assert_report(BANNER "│  one (skip) tags\n" LINE
			     "summary: (done in 0.00 seconds)\n");
	start(false, false, true);
	report_skip(&report, "one", "tags");
	report_summary(&report, &all);
	assert_report("│  one (skip) tags\n");
}

static void test_empty_when_verbose(void **unused)
{
	struct result all = { 0 };

	(void)unused;
	start(false, true, false);
	report_summary(&report, &all);
	assert_report(BANNER LINE "summary: (skip) empty\n");
}

static void test_paths_and_escapes(void **unused)
{
	AUTO_STRBUF text = STRBUF_INIT;

	(void)unused;
	report_path(&text, NULL, "grp");
	assert_string_equal(text.buf, "grp");
	strbuf_reset(&text);
	report_path(&text, "grp", "a\nb\x7f");
	assert_string_equal(text.buf, "grp ❯ a\\nb\\x7f");
	strbuf_reset(&text);
	strbuf_add_printable(&text,
		"ä\tb\r\xc2\x9b"
		"2J\xc2",
		false);
	assert_string_equal(text.buf, "ä\\tb\\x0d\\x9b2J\xc2");
	strbuf_reset(&text);
	strbuf_add_printable(&text, "a\n\tb\033", true);
	assert_string_equal(text.buf, "a\n\tb\\x1b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs_and_skips),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_live_unfinished_line),
		cmocka_unit_test(test_live_side_by_side),
		cmocka_unit_test(test_hidden_parts),
		cmocka_unit_test(test_program_and_marks),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_nothing_printed_nothing_summed_up),
		cmocka_unit_test(test_all_skipped),
		cmocka_unit_test(test_empty_when_verbose),
		cmocka_unit_test(test_paths_and_escapes),
	};

	strbuf_init(&out);
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
