/* The last line of a run, and what is to be typed after a failure. */
#include "runner/report.h"

#include "git_fixture.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static struct run_opts opts;
static struct report report;
static struct event event;
static struct result jobs[4];
static struct result all;
static struct job_config configs[4];
static struct plan_job plans[4];

static int set_up(void **unused)
{
	(void)unused;
	unsetenv("CI");
	unsetenv("GITHUB_ACTIONS");
	unsetenv("GITLAB_CI");
	unsetenv("GIT_EXEC_PATH");
	unsetenv("GIT_INDEX_FILE");
	memset(jobs, 0, sizeof(jobs));
	all = (struct result){ .members = jobs, .outcome = PASSED };
	event = (struct event){ .hook = "pre-commit" };
	opts = (struct run_opts){ .event = &event, .verbose = true };
	opts.out_fd = memfd_create("verdict", MFD_CLOEXEC);
	report_init(&report, &report_form_compact, &opts, "pre-commit");
	return opts.out_fd < 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	return close(opts.out_fd);
}

/* The next job, with what became of it after so many milliseconds. */
static struct result *job(const char *name, int outcome, int64_t ms)
{
	size_t i = all.nr++;

	configs[i] = (struct job_config){ .name = name };
	plans[i] = (struct plan_job){ .config = &configs[i] };
	jobs[i] = (struct result){
		.name = name, .plan = &plans[i], .outcome = outcome, .ms = ms
	};
	all.ms += ms;
	if (outcome == FAILED)
		all.outcome = FAILED;
	return &jobs[i];
}

static void assert_verdict(const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	compact_summary(&report, &all);
	assert_int_equal(lseek(opts.out_fd, 0, SEEK_SET), 0);
	while (strbuf_read_once(&out, opts.out_fd, 65536) > 0)
		;
	assert_string_equal(out.buf, want);
}

/* ---- seconds ---- */

static void times_are_short(void **unused)
{
	static const struct {
		int64_t ms;
		const char *want;
	} cases[] = { { 0, "0.0s" }, { 99, "0.0s" }, { 1449, "1.4s" },
		{ 59999, "59.9s" }, { 60000, "1m00s" }, { 125999, "2m05s" },
		{ 3600000, "60m00s" } };

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO_STRBUF out = STRBUF_INIT;

		verdict_add_seconds(&out, cases[i].ms);
		assert_string_equal(out.buf, cases[i].want);
	}
}

/* ---- green ---- */

static void a_green_run_is_one_line(void **unused)
{
	(void)unused;
	job("lint", PASSED, 100);
	job("rspec", PASSED, 1300);
	job("docs", SKIPPED, 0);
	assert_verdict("hookrun pre-commit ✓ 2 jobs, 1 skipped, 1.4s "
		       "(slowest: rspec 1.3s)\n");
}

static void in_a_pipe_it_is_none(void **unused)
{
	(void)unused;
	report.verbose = false;
	job("lint", PASSED, 100);
	assert_verdict("");
}

static void the_only_job_and_a_quick_one_are_not_the_slowest(void **unused)
{
	(void)unused;
	job("rspec", PASSED, 1300);
	assert_verdict("hookrun pre-commit ✓ 1 job, 1.3s\n");
	assert_int_equal(ftruncate(opts.out_fd, 0), 0);
	assert_int_equal(lseek(opts.out_fd, 0, SEEK_SET), 0);
	jobs[0].ms = 499;
	all.ms = 499;
	job("lint", PASSED, 1);
	assert_verdict("hookrun pre-commit ✓ 2 jobs, 0.5s\n");
}

static void what_may_fail_is_counted(void **unused)
{
	(void)unused;
	job("lint", PASSED, 0);
	job("spell", FAILED, 0)->allowed = true;
	all.outcome = PASSED;
	assert_verdict("hookrun pre-commit ✓ 2 jobs, 1 failed and may, 0.0s\n");
}

static void nothing_to_do_is_said_where_something_was_skipped(void **unused)
{
	(void)unused;
	assert_verdict("");
	job("lint", SKIPPED, 0);
	assert_verdict("hookrun pre-commit ✓ nothing to do, 1 skipped\n");
}

static void members_of_a_group_count_and_not_the_group(void **unused)
{
	struct result members[] = { { .name = "a", .outcome = PASSED },
		{ .name = "b", .outcome = SKIPPED } };
	struct result *group;

	(void)unused;
	group = job("both", PASSED, 0);
	group->members = members;
	group->nr = 2;
	job("not begun", SKIPPED, 0)->members = members;
	assert_verdict("hookrun pre-commit ✓ 1 job, 2 skipped, 0.0s\n");
}

static void plain_is_words(void **unused)
{
	(void)unused;
	opts.plain = true;
	job("lint", PASSED, 0);
	assert_verdict("hookrun pre-commit passed: 1 job, 0.0s\n");
}

static void a_terminal_has_an_end_of_the_line(void **unused)
{
	struct winsize size = { .ws_col = 40, .ws_row = 5 };
	int master, slave;
	char got[256];
	ssize_t len;

	(void)unused;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	report.fd = slave;
	report.on_terminal = true;
	job("lint", PASSED, 100);
	job("rspec", PASSED, 1300);
	compact_summary(&report, &all);
	len = read(master, got, sizeof(got) - 1);
	assert_true(len > 0);
	got[len] = '\0';
	assert_string_equal(got, "hookrun pre-commit ✓ 2 jobs, 1.4s (slo…\r\n");
	close(slave);
	close(master);
}

/* ---- red ---- */

static void a_red_run_names_what_failed(void **unused)
{
	(void)unused;
	report.verbose = false;
	job("lint", PASSED, 0);
	job("eslint", FAILED, 0);
	job("docs", SKIPPED, 0);
	job("tsc\033[2J", FAILED, 0);
	assert_verdict("hookrun pre-commit ✗ 2 of 3 failed: "
		       "eslint, tsc\\x1b[2J; 1 skipped\n");
}

static void git_has_stopped_and_may_be_told_otherwise(void **unused)
{
	(void)unused;
	setenv("GIT_EXEC_PATH", "/usr/lib/git-core", 1);
	setenv("GIT_INDEX_FILE", ".git/index", 1);
	job("eslint", FAILED, 0);
	job("it's", FAILED, 0);
	assert_verdict("hookrun pre-commit ✗ 2 of 2 failed: eslint, it's; "
		       "the commit was stopped\n"
		       "  skip:   HOOKRUN_EXCLUDE='eslint,it'\"'\"'s' "
		       "git commit\n");
}

static void a_name_that_would_be_split_is_not_chosen(void **unused)
{
	(void)unused;
	setenv("GIT_EXEC_PATH", "/usr/lib/git-core", 1);
	event.hook = report.hook = "pre-push";
	job("a,b", FAILED, 0);
	assert_verdict("hookrun pre-push ✗ 1 of 1 failed: a,b; "
		       "the push was stopped\n"
		       "  skip:   HOOKRUN=0 git push\n");
}

static void the_same_again_has_the_arguments_of_the_hook(void **unused)
{
	AUTO_FREE char *folder = fixture_path("bin");
	char message[] = ".git/MERGE MSG";
	char *args[] = { message, NULL };

	(void)unused;
	fixture_file("bin/hookrun", "");
	fixture_run("chmod +x bin/hookrun && git init -q v");
	setenv("PATH", folder, 1);
	opts.repo = fixture_open("v");
	event.args = args;
	event.nargs = 1;
	event.hook = report.hook = "commit-msg";
	job("lint", FAILED, 0);
	assert_verdict("hookrun commit-msg ✗ 1 of 1 failed: lint\n"
		       "  again:  hookrun run commit-msg --job lint -- "
		       "'.git/MERGE MSG'\n");
	repo_free(opts.repo);
}

static void what_was_broken_off_is_not_to_be_typed(void **unused)
{
	(void)unused;
	setenv("GIT_EXEC_PATH", "/usr/lib/git-core", 1);
	setenv("GIT_INDEX_FILE", ".git/index", 1);
	report.interrupted = true;
	job("lint", PASSED, 0);
	assert_verdict("hookrun pre-commit ✗ interrupted; "
		       "the commit was stopped\n");
}

static void without_a_job_that_failed_the_time_is_over(void **unused)
{
	(void)unused;
	job("lint", PASSED, 0);
	all.outcome = FAILED;
	assert_verdict("hookrun pre-commit ✗ out of time\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(times_are_short),
		TEST(a_green_run_is_one_line),
		TEST(in_a_pipe_it_is_none),
		TEST(the_only_job_and_a_quick_one_are_not_the_slowest),
		TEST(what_may_fail_is_counted),
		TEST(nothing_to_do_is_said_where_something_was_skipped),
		TEST(members_of_a_group_count_and_not_the_group),
		TEST(plain_is_words),
		TEST(a_terminal_has_an_end_of_the_line),
		TEST(a_red_run_names_what_failed),
		TEST(git_has_stopped_and_may_be_told_otherwise),
		TEST(a_name_that_would_be_split_is_not_chosen),
		TEST(what_was_broken_off_is_not_to_be_typed),
		TEST(without_a_job_that_failed_the_time_is_over),
		TEST(the_same_again_has_the_arguments_of_the_hook),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
