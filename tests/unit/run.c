/* Running plans: input and output, deadlines, signals, steps, terminals. */
#include "run_fixture.h"

/* ---- input and output --------------------------------------------------- */

static void test_stdin_is_the_events_or_empty(void **unused)
{
	(void)unused;
	t.event.stdin_text = xstrdup("refs of a push\n");
	t.event.stdin_len = strlen(t.event.stdin_text);
	t.event.stdin_read = 1;
	add(&t.plan.list, "with", "cat > with");
	last()->use_stdin = true;
	add(&t.plan.list, "again", "cat > again");
	last()->use_stdin = true;
	add(&t.plan.list, "without", "cat > without");
	assert_int_equal(run(), 0);
	assert_string_equal(content("with"), "refs of a push\n");
	assert_string_equal(content("again"), "refs of a push\n");
	assert_true(exists("without"));
	assert_string_equal(content("without"), "");
}

static void test_interactive_without_terminal_gets_nothing(void **unused)
{
	(void)unused;
	add(&t.plan.list, "ask", "read answer || echo no answer");
	last()->interactive = true;
	assert_int_equal(run(), 0);
	assert_printed("┃  ask ❯ \nno answer\n\n");
}

static void test_follow_shows_the_header_first(void **unused)
{
	(void)unused;
	t.hook.follow = true;
	add(&t.plan.list, "one", "printf 'no line break'; exit 2");
	assert_int_equal(run(), 1);
	assert_printed("┃  one ❯ \nno line break\n  ───");
	assert_not_printed("exit status");
	assert_printed("✗ one (");
}

static void test_daemon_does_not_hang_the_run(void **unused)
{
	(void)unused;
	add(&t.plan.list, "start",
		"setsid sh -c 'echo $$ > pid; " WAIT_FOR(
			"go") "; touch served' & " WAIT_FOR("pid") "; echo "
								   "started");
	assert_int_equal(run(), 0);
	assert_printed("started\n");
	assert_false(exists("served"));
	make_file("go");
	assert_true(is_gone("pid"));
	assert_true(exists("served"));
}

/* It serves the jobs that follow, and nobody after them. */
static void test_background_process_ends_with_the_run(void **unused)
{
	(void)unused;
	add(&t.plan.list, "start", "sleep 1000 & echo $! > pid");
	add(&t.plan.list, "use", "kill -0 $(cat pid)");
	assert_int_equal(run(), 0);
	assert_true(is_gone("pid"));
}

static void test_names_are_escaped(void **unused)
{
	(void)unused;
	add(&t.plan.list, "a\033[31mb\nc", "true");
	add(&t.plan.list, "d\ae", "true")->skip.kind = REASON_SKIP;
	assert_int_equal(run(), 0);
	assert_printed("┃  a\\x1b[31mb\\nc ❯ \n");
	assert_printed("│  d\\x07e (skip) by condition\n");
	assert_printed("✓ a\\x1b[31mb\\nc (");
}

/* ---- deadlines and signals ---------------------------------------------- */

static void test_timeout_ends_the_whole_tree(void **unused)
{
	(void)unused;
	add(&t.plan.list, "slow",
		"sleep 600 & echo $! > pid; echo before; wait; touch after");
	last()->timeout_ms = 1500;
	last()->fail_text = "not this text";
	add(&t.plan.list, "next", "touch next");
	assert_int_equal(run(), 1);
	assert_printed("┃  slow ❯ \nbefore\n\ntimeout (1.5s)\n");
	assert_printed("\n✗ slow: timeout (1.5s) (");
	assert_true(is_gone("pid"));
	assert_false(exists("after"));
	assert_true(exists("next"));
}

static void test_timeout_is_for_all_commands_together(void **unused)
{
	struct plan_job *job;

	(void)unused;
	job = add(&t.plan.list, "slow", "sleep 0.2");
	strvec_push(&job->commands, "sleep 600");
	strvec_push(&job->commands, "touch never");
	last()->timeout_ms = 700;
	assert_int_equal(run(), 1);
	assert_printed("✗ slow: timeout (700ms)");
	assert_false(exists("never"));
}

static void interrupt_with(const char *name, int sig)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text,
		"sleep 600 & echo $! > pid; " WAIT_FOR(
			"other") "; kill -%s $PPID; wait; sleep 600",
		name);
	t.plan.list.parallel = true;
	t.plan.list.jobs_limit = 2;
	add(&t.plan.list, "one", text.buf);
	add(&t.plan.list, "two",
		"sleep 600 & echo $! > pid2; touch other; wait");
	add(&t.plan.list, "three", "touch three");
	assert_int_equal(run(), 128 + sig);
	assert_true(is_gone("pid"));
	assert_true(is_gone("pid2"));
	assert_false(exists("three"));
	assert_printed("✗ one: interrupted (");
	assert_not_printed("three");
}

static void test_interrupt_leaves_nothing(void **unused)
{
	(void)unused;
	interrupt_with("INT", SIGINT);
}

static void test_terminate_leaves_nothing(void **unused)
{
	(void)unused;
	interrupt_with("TERM", SIGTERM);
}

static void test_hangup_leaves_nothing(void **unused)
{
	(void)unused;
	interrupt_with("HUP", SIGHUP);
}

static void test_second_interrupt_kills_the_deaf(void **unused)
{
	(void)unused;
	add(&t.plan.list, "deaf",
		"trap 'echo >> heard; kill -INT $PPID' INT; trap '' TERM; "
		"kill -INT $PPID; while :; do sleep 0.1; done");
	add(&t.plan.list, "next", "touch next");
	assert_int_equal(run(), 128 + SIGINT);
	assert_false(exists("next"));
	assert_printed("✗ deaf: interrupted (");
}

static void test_interrupt_in_a_group(void **unused)
{
	struct plan_list *group;

	(void)unused;
	group = add_group(&t.plan.list, "grp");
	add(group, "one", "kill -INT $PPID; sleep 600");
	add(group, "two", "touch two");
	assert_int_equal(run(), 128 + SIGINT);
	assert_printed("✗ grp (");
	assert_printed("  ✗ one: interrupted (");
	assert_false(exists("two"));
}

/* ---- steps -------------------------------------------------------------- */

static struct {
	enum step_verdict verdict;
	const char *say, *reason, *fail_check, *fail_run;
	int checks;
	int raise; /* a signal that comes during the check */
} step;

static int fake_check(
	struct step_ctx *ctx, struct step_check *ret, struct err *err)
{
	step.checks++;
	assert_ptr_equal(ctx->event, &t.event);
	if (step.raise)
		raise(step.raise);
	if (step.fail_check)
		return err_set(err, "%s", step.fail_check);
	ret->verdict = step.verdict;
	ret->reason = step.reason;
	if (step.say)
		strbuf_addstr(&ret->say, step.say);
	ret->state = &step;
	return 0;
}

/* Runs in the child: what it says is all that is seen of it. */
static int fake_run(
	struct step_ctx *ctx, struct step_check *check, struct err *err)
{
	char answer[64] = "";

	if (ctx->tty_fd >= 0 && read(ctx->tty_fd, answer, 63) == 6 &&
		!strcmp(answer, "first\n"))
		make_file("answered");
	printf("run with %s, own session: %s\n",
		check->state == &step ? "its state" : "nothing",
		getsid(0) == getpid() ? "yes" : "no");
	return step.fail_run ? err_set(err, "%s", step.fail_run) : 0;
}

static const struct step_ops fake = { .name = "fake",
	.help = "for tests",
	.check = fake_check,
	.run = fake_run };

static void add_step(struct plan_list *list, enum step_verdict verdict)
{
	memset(&step, 0, sizeof(step));
	step.verdict = verdict;
	add_job(list, "fake")->step = &fake;
	last()->kind = JOB_USES;
}

static void test_idle_step_is_silent(void **unused)
{
	(void)unused;
	add_step(&t.plan.list, STEP_IDLE);
	step.reason = "same Gemfile.lock";
	assert_int_equal(run(), 0);
	assert_int_equal(step.checks, 1);
	assert_string_equal(t.out.buf, "");
}

static void test_idle_step_says_why_when_asked(void **unused)
{
	(void)unused;
	t.opts.verbose = true;
	add_step(&t.plan.list, STEP_IDLE);
	step.reason = "same Gemfile.lock";
	assert_int_equal(run(), 0);
	assert_printed("│  fake (skip) same Gemfile.lock\n");
}

static void test_told_step_passes(void **unused)
{
	(void)unused;
	add_step(&t.plan.list, STEP_TOLD);
	step.say = "2 migrations are pending";
	assert_int_equal(run(), 0);
	assert_printed("┃  fake ❯ \n2 migrations are pending\n\n");
	assert_not_printed("run with");
	assert_printed("✓ fake (");
}

static void test_working_step_runs_in_a_child(void **unused)
{
	(void)unused;
	add_step(&t.plan.list, STEP_WORK);
	step.say = "rails 6.1 to 7.0\n";
	assert_int_equal(run(), 0);
	assert_printed("┃  fake ❯ \nrails 6.1 to 7.0\n"
		       "run with its state, own session: yes\n  ───");
	assert_printed("✓ fake (");
}

static void test_failing_step_says_so_once(void **unused)
{
	(void)unused;
	t.plan.list.parallel = true;
	add_step(&t.plan.list, STEP_WORK);
	step.fail_run = "the server is stopped";
	assert_int_equal(run(), 1);
	assert_printed("own session: yes\nthe server is stopped\n\n");
	assert_not_printed("exit status");
	assert_printed("✗ fake (");
}

static void test_failing_check_fails_the_job(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add_step(&t.plan.list, STEP_WORK);
	step.fail_check = "cannot read 'Gemfile.lock'";
	add(&t.plan.list, "next", "touch next");
	assert_int_equal(run(), 1);
	assert_printed("┃  fake ❯ \ncannot read 'Gemfile.lock'\n\n");
	assert_not_printed("run with");
	assert_printed("│  next (skip) broken pipe\n");
}

static void test_check_waits_for_its_turn(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add(&t.plan.list, "first", "exit 1");
	add_step(&t.plan.list, STEP_WORK);
	assert_int_equal(run(), 1);
	assert_int_equal(step.checks, 0);
}

static void test_signal_during_a_check_is_not_lost(void **unused)
{
	(void)unused;
	add_step(&t.plan.list, STEP_IDLE);
	step.raise = SIGTERM;
	assert_int_equal(run(), 128 + SIGTERM);
}

static void test_signal_during_a_check_ends_the_work(void **unused)
{
	(void)unused;
	t.plan.list.piped = true;
	add_step(&t.plan.list, STEP_TOLD);
	step.raise = SIGINT;
	add(&t.plan.list, "next", "sleep 600");
	assert_int_equal(run(), 128 + SIGINT);
}

/* ---- nothing to run ----------------------------------------------------- */

static void test_empty_hook(void **unused)
{
	(void)unused;
	assert_int_equal(run(), 0);
	assert_printed("hook:  pre-commit │\n");
	assert_printed("summary: (skip) empty\n");
}

static void test_skipped_hook(void **unused)
{
	(void)unused;
	t.plan.skip.kind = REASON_SKIP;
	add(&t.plan.list, "one", "touch one");
	assert_int_equal(run(), 0);
	assert_printed("│  pre-commit (skip) hook setting\n");
	assert_false(exists("one"));
}

static void test_quiet(void **unused)
{
	(void)unused;
	t.opts.quiet = true;
	add(&t.plan.list, "one", "true")->skip.kind = REASON_SKIP;
	assert_int_equal(run(), 0);
	assert_string_equal(t.out.buf, "│  one (skip) by condition\n");
}

static void test_unwritable_report_fails_nothing(void **unused)
{
	struct err err = ERR_INIT;

	(void)unused;
	add(&t.plan.list, "one", "echo text; touch one");
	t.opts.out_fd = -1;
	assert_int_equal(run_plan(&t.plan, &t.opts, &err), 0);
	assert_true(exists("one"));
}

/* ---- a terminal --------------------------------------------------------- */

static void test_jobs_have_a_terminal_only_if_we_have(void **unused)
{
	AUTO_FD int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	AUTO_FD int slave = -1;
	struct err err = ERR_INIT;

	(void)unused;
	assert_true(master >= 0);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	add(&t.plan.list, "tty", "test -t 1 && touch tty");
	t.opts.out_fd = slave;
	t.opts.colour = true;
	t.opts.no_tty = false;
	assert_int_equal(run_plan(&t.plan, &t.opts, &err), 0);
	assert_true(exists("tty"));
	t.opts.no_tty = true;
	assert_int_equal(run_plan(&t.plan, &t.opts, &err), 1);
}

/* In a session of its own, with the pty as its terminal. */
static int run_on_terminal(void)
{
	int master, status;
	pid_t pid = forkpty(&master, NULL, NULL, NULL);
	char output[4096];

	assert_true(pid >= 0);
	if (!pid) {
		struct err err = ERR_INIT;

		t.opts.out_fd = STDOUT_FILENO;
		t.opts.no_tty = false;
		_exit(run_plan(&t.plan, &t.opts, &err));
	}
	assert_int_equal(fs_write_all(master, "first\nsecond\n", 13), 0);
	while (read(master, output, sizeof(output)) > 0)
		;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(master);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_interactive_job_has_the_terminal_alone(void **unused)
{
	static const char other[] = "mkdir busy.$$ && [ ! -e asking ] && "
				    "sleep 0.1; [ ! -e asking ] && "
				    "rmdir busy.$$";
	static const char ask[] = "[ -t 0 ] && ! ls -d busy.* && "
				  "touch asking && read answer && "
				  "echo $answer >> answers && sleep 0.1 && "
				  "rm asking";

	(void)unused;
	t.plan.list.parallel = true;
	add(&t.plan.list, "ask", ask);
	last()->interactive = true;
	add(&t.plan.list, "one", other);
	add(&t.plan.list, "ask again", ask);
	last()->interactive = true;
	add(&t.plan.list, "two", other);
	assert_int_equal(run_on_terminal(), 0);
	assert_string_equal(content("answers"), "first\nsecond\n");
}

static void test_step_can_ask(void **unused)
{
	(void)unused;
	add_step(&t.plan.list, STEP_WORK);
	assert_int_equal(run_on_terminal(), 0);
	assert_true(exists("answered"));
}

static void test_want_colour(void **unused)
{
	static const char *const names[] = { "NO_COLOR", "FORCE_COLOR",
		"CLICOLOR_FORCE", "CLICOLOR" };
	AUTO_FD int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
	assert_false(run_want_colour(fd, NULL));
	assert_true(run_want_colour(fd, "on"));
	assert_false(run_want_colour(fd, "auto"));
	setenv("FORCE_COLOR", "1", 1);
	assert_true(run_want_colour(fd, NULL));
	assert_true(run_want_colour(fd, "auto"));
	assert_false(run_want_colour(fd, "off"));
	setenv("FORCE_COLOR", "0", 1);
	assert_false(run_want_colour(fd, NULL));
	setenv("CLICOLOR_FORCE", "1", 1);
	assert_true(run_want_colour(fd, NULL));
	setenv("NO_COLOR", "1", 1);
	assert_false(run_want_colour(fd, NULL));
	assert_true(run_want_colour(fd, "true"));
	setenv("NO_COLOR", "", 1);
	assert_true(run_want_colour(fd, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stdin_is_the_events_or_empty),
		TEST(test_interactive_without_terminal_gets_nothing),
		TEST(test_follow_shows_the_header_first),
		TEST(test_daemon_does_not_hang_the_run),
		TEST(test_background_process_ends_with_the_run),
		TEST(test_names_are_escaped),
		TEST(test_timeout_ends_the_whole_tree),
		TEST(test_timeout_is_for_all_commands_together),
		TEST(test_interrupt_leaves_nothing),
		TEST(test_terminate_leaves_nothing),
		TEST(test_hangup_leaves_nothing),
		TEST(test_second_interrupt_kills_the_deaf),
		TEST(test_interrupt_in_a_group),
		TEST(test_idle_step_is_silent),
		TEST(test_idle_step_says_why_when_asked),
		TEST(test_told_step_passes),
		TEST(test_working_step_runs_in_a_child),
		TEST(test_failing_step_says_so_once),
		TEST(test_failing_check_fails_the_job),
		TEST(test_check_waits_for_its_turn),
		TEST(test_signal_during_a_check_is_not_lost),
		TEST(test_signal_during_a_check_ends_the_work),
		TEST(test_empty_hook),
		TEST(test_skipped_hook),
		TEST(test_quiet),
		TEST(test_unwritable_report_fails_nothing),
		TEST(test_jobs_have_a_terminal_only_if_we_have),
		TEST(test_interactive_job_has_the_terminal_alone),
		TEST(test_step_can_ask),
		cmocka_unit_test(test_want_colour),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
