/* What runs when: in turn and at once, piped, limits, groups. */
#include "run_fixture.h"

/* ---- in turn ------------------------------------------------------------ */

static void test_jobs_run_in_order_and_all_of_them(void **unused)
{
	(void)unused;
	add(&t.plan.list, "one", "sleep 0.1; echo 1 >> log");
	add(&t.plan.list, "two", "echo 2 >> log; exit 3");
	last()->fail_text = "mend it";
	add(&t.plan.list, "three", "echo 3 >> log");
	assert_int_equal(run(), 1);
	assert_string_equal(content("log"), "1\n2\n3\n");
	assert_printed("┃  two ❯ \n\nexit status 3\n┃  three ❯ \n");
	assert_printed("\n✓ one (");
	assert_printed("\n✗ two: mend it (");
	assert_true(strstr(t.out.buf, "✓ three") < strstr(t.out.buf, "✗ two"));
}

static void test_all_pass(void **unused)
{
	(void)unused;
	add(&t.plan.list, "one", "echo hello");
	assert_int_equal(run(), 0);
	assert_printed("hook:  pre-commit │\n");
	assert_printed("┃  one ❯ \nhello\n\n");
	assert_printed("\nsummary: (done in ");
	assert_null(strchr(t.out.buf, '\033'));
}

static void test_piped_skips_what_follows_a_failure(void **unused)
{
	struct plan_list *group;

	(void)unused;
	t.plan.list.piped = true;
	add(&t.plan.list, "one", "echo 1 >> log");
	add(&t.plan.list, "two", "exit 1");
	add(&t.plan.list, "three", "echo 3 >> log");
	group = add_group(&t.plan.list, "grp");
	add(group, "four", "echo 4 >> log");
	assert_int_equal(run(), 1);
	assert_string_equal(content("log"), "1\n");
	assert_printed("│  three (skip) broken pipe\n");
	assert_printed("│  grp (skip) broken pipe\n");
	assert_not_printed("four");
}

static void test_skipped_jobs_break_no_pipe(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add(&t.plan.list, "one", "exit 1")->skip.kind = REASON_SKIP;
	add(&t.plan.list, "two", "echo 2 >> log");
	assert_int_equal(run(), 0);
	assert_string_equal(content("log"), "2\n");
	assert_printed("│  one (skip) by condition\n");
}

static void test_planned_error_fails_the_job(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add(&t.plan.list, "one", "echo 1 >> log")->error = "no such script";
	add(&t.plan.list, "two", "echo 2 >> log");
	assert_int_equal(run(), 1);
	assert_printed("│  one (skip) no such script\n");
	assert_printed("✗ one: no such script (");
	assert_printed("│  two (skip) broken pipe\n");
	assert_false(exists("log"));
}

static void test_commands_of_a_job_stop_at_the_first_failure(void **unused)
{
	struct plan_job *job;

	(void)unused;
	job = add(&t.plan.list, "one", "echo 1 >> log");
	strvec_push(&job->commands, "echo 2 >> log; exit 5");
	strvec_push(&job->commands, "echo 3 >> log");
	assert_int_equal(run(), 1);
	assert_string_equal(content("log"), "1\n2\n");
	assert_printed("exit status 5\n");
}

static void test_environment_directory_and_direct_commands(void **unused)
{
	struct plan_job *job;

	(void)unused;
	job = add(&t.plan.list, "direct", "env");
	env_set(&job->env, "HOOKRUN_TEST_MARK", "set for the job");
	add(&t.plan.list, "missing", "hookrun-no-such-program here");
	add(&t.plan.list, "folder", "touch here");
	assert_int_equal(run(), 1);
	assert_printed("HOOKRUN_TEST_MARK=set for the job\n");
	assert_not_printed("\n_=/bin/sh");
	assert_printed("not found\n\nexit status 127\n");
	assert_true(exists("here"));
}

static void test_missing_directory_is_named(void **unused)
{
	(void)unused;
	add(&t.plan.list, "one", "true")->cwd = "/nonexistent/place";
	assert_int_equal(run(), 1);
	assert_printed("/nonexistent/place");
}

/* ---- at once ------------------------------------------------------------ */

static void test_parallel_jobs_meet(void **unused)
{
	(void)unused;
	t.plan.list.parallel = true;
	add(&t.plan.list, "a", "touch a; " WAIT_FOR("b"));
	add(&t.plan.list, "b", "touch b; " WAIT_FOR("c"));
	add(&t.plan.list, "c", "touch c; " WAIT_FOR("a"));
	assert_int_equal(run(), 0);
}

static void test_limit_bounds_what_runs_at_once(void **unused)
{
	static const char count[] = "mkdir run.$$; ls -d run.* | wc -l >> n; ";
	struct plan_list *group;

	(void)unused;
	t.plan.list.parallel = true;
	t.plan.list.jobs_limit = 2;
	for (int i = 0; i < 4; i++)
		add(&t.plan.list, "x",
			arena_printf(&t.arena, "%s sleep 0.05; rmdir run.$$",
				count));
	group = add_group(&t.plan.list, "grp");
	group->parallel = true;
	for (int i = 0; i < 4; i++)
		add(group, "y",
			arena_printf(&t.arena, "%s touch y%d; %s; rmdir run.$$",
				count, i % 2,
				i % 2 ? WAIT_FOR("y0") : WAIT_FOR("y1")));
	assert_int_equal(run(), 0);
	assert_non_null(strstr(content("n"), "2\n"));
	assert_null(strpbrk(content("n"), "3456789"));
}

/* One at a time through lists in lists: each end sets free exactly the next
 * one in the order of the file. */
static void test_a_limit_around_groups_keeps_the_order(void **unused)
{
	struct plan_list *one, *two, *inner;

	(void)unused;
	t.plan.list.parallel = true;
	t.plan.list.jobs_limit = 1;
	one = add_group(&t.plan.list, "one");
	add(one, "a", "printf a >> order");
	add(one, "b", "printf b >> order; exit 1");
	two = add_group(&t.plan.list, "two");
	two->parallel = true;
	add(two, "c", "printf c >> order");
	inner = add_group(two, "inner");
	inner->piped = true;
	add(inner, "d", "printf d >> order; exit 1");
	add(inner, "never", "printf n >> order");
	add(two, "e", "printf e >> order");
	add(&t.plan.list, "f", "printf f >> order");
	assert_int_equal(run(), 1);
	assert_string_equal(content("order"), "abcdef");
	assert_printed("never (skip) broken pipe");
}

static void test_output_is_whole_per_job(void **unused)
{
	(void)unused;
	t.plan.list.parallel = true;
	for (int i = 0; i < 4; i++) {
		char word[2] = { (char)('a' + i), '\0' };
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addf(&text,
			"for i in 1 2 3 4 5 6 7 8; do echo %s$i; sleep 0.01; "
			"done; echo %s9 >&2",
			word, word);
		add(&t.plan.list, "job", text.buf);
	}
	assert_int_equal(run(), 0);
	assert_printed("❯ \na1\na2\na3\na4\na5\na6\na7\na8\na9\n\n");
	assert_printed("❯ \nb1\nb2\nb3\nb4\nb5\nb6\nb7\nb8\nb9\n\n");
	assert_printed("❯ \nc1\nc2\nc3\nc4\nc5\nc6\nc7\nc8\nc9\n\n");
	assert_printed("❯ \nd1\nd2\nd3\nd4\nd5\nd6\nd7\nd8\nd9\n\n");
}

static void test_groups_mix(void **unused)
{
	struct plan_list *outer, *inner;

	(void)unused;
	add(&t.plan.list, "first", "echo first >> log");
	outer = add_group(&t.plan.list, "outer");
	outer->parallel = true;
	inner = add_group(outer, "inner");
	inner->piped = true;
	add(inner, "i1", "touch i1; " WAIT_FOR("o1"));
	add(inner, "i2", "exit 4");
	add(inner, "i3", "touch i3");
	add(outer, "o1", "touch o1; " WAIT_FOR("i1") "; echo o1 >> log");
	add(&t.plan.list, "last", "echo last >> log");
	assert_int_equal(run(), 1);
	assert_string_equal(content("log"), "first\no1\nlast\n");
	assert_false(exists("i3"));
	assert_printed("┃  outer ❯ inner ❯ i2 ❯ \n\nexit status 4\n");
	assert_printed("│  outer ❯ inner ❯ i3 (skip) broken pipe\n");
	assert_printed("\n✗ outer (");
	assert_printed("\n  ✓ o1 (");
	assert_printed("\n  ✗ inner (");
	assert_printed("\n    ✓ i1 (");
	assert_printed("\n    ✗ i2 (");
}

static void test_group_of_skipped_jobs_is_skipped(void **unused)
{
	struct plan_list *group;

	(void)unused;
	group = add_group(&t.plan.list, "grp");
	add(group, "one", "exit 1")->skip.kind = REASON_TAG;
	assert_int_equal(run(), 0);
	assert_printed("│  grp ❯ one (skip) tags\n");
	assert_not_printed("✓");
	assert_not_printed("✗");
}

static void test_failure_in_a_group_breaks_the_outer_pipe(void **unused)
{
	struct plan_list *group;

	(void)unused;
	t.plan.list.piped = true;
	group = add_group(&t.plan.list, "grp");
	add(group, "one", "exit 1");
	add(group, "two", "touch two");
	add(&t.plan.list, "three", "touch three");
	assert_int_equal(run(), 1);
	assert_true(exists("two"));
	assert_false(exists("three"));
}

/* ---- setup -------------------------------------------------------------- */

static void add_setup(const char *command)
{
	add(&t.plan.setup, "setup", command);
	last()->kind = JOB_SETUP;
}

static void test_parallel_jobs_and_skips_wait_for_setup(void **unused)
{
	(void)unused;
	t.plan.list.parallel = true;
	add_setup("sleep 0.1; echo ready; touch made");
	add(&t.plan.list, "one", "[ -e made ]");
	add(&t.plan.list, "two", "[ -e made ]");
	add(&t.plan.list, "three", "")->skip.kind = REASON_SKIP;
	assert_int_equal(run(), 0);
	assert_printed("┃  setup ❯ \nready\n│  three (skip)");
	assert_not_printed("✓ setup");
}

static void test_failed_setup_is_told_and_breaks_no_pipe(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add_setup("exit 3");
	add(&t.plan.list, "one", "touch one");
	assert_int_equal(run(), 0);
	assert_printed("│  Failed to run setup: exit status 3\n");
	assert_true(exists("one"));
}

static void test_the_time_of_the_hook_runs_during_setup(void **unused)
{
	(void)unused;
	t.plan.list.timeout_ms = 300;
	add_setup("exec sleep 30");
	add(&t.plan.list, "one", "touch one");
	assert_int_equal(run(), 1);
	assert_printed("│  one (skip) timeout (300ms) of the hook\n");
	assert_false(exists("one"));
}

static void test_interrupt_in_setup_ends_the_run(void **unused)
{
	(void)unused;
	add_setup("kill -INT $PPID; exec sleep 30");
	add(&t.plan.list, "one", "touch one");
	assert_int_equal(run(), 128 + SIGINT);
	assert_false(exists("one"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_jobs_run_in_order_and_all_of_them),
		TEST(test_all_pass),
		TEST(test_piped_skips_what_follows_a_failure),
		TEST(test_skipped_jobs_break_no_pipe),
		TEST(test_planned_error_fails_the_job),
		TEST(test_commands_of_a_job_stop_at_the_first_failure),
		TEST(test_environment_directory_and_direct_commands),
		TEST(test_missing_directory_is_named),
		TEST(test_parallel_jobs_meet),
		TEST(test_limit_bounds_what_runs_at_once),
		TEST(test_a_limit_around_groups_keeps_the_order),
		TEST(test_output_is_whole_per_job),
		TEST(test_groups_mix),
		TEST(test_group_of_skipped_jobs_is_skipped),
		TEST(test_failure_in_a_group_breaks_the_outer_pipe),
		TEST(test_parallel_jobs_and_skips_wait_for_setup),
		TEST(test_failed_setup_is_told_and_breaks_no_pipe),
		TEST(test_the_time_of_the_hook_runs_during_setup),
		TEST(test_interrupt_in_setup_ends_the_run),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
