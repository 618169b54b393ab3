/* Running plans: order, piped, parallel, limits, groups, output, deadlines,
 * signals, steps.  Every job is a real process. */
#include "hookrun/runner/run.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/env.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX 32

static struct {
	char *dir; /* where the jobs run */
	struct arena arena;
	struct hook_config hook;
	struct plan plan;
	struct event event;
	struct run_opts opts;
	struct job_config configs[JOBS_MAX];
	size_t nconfigs;
	struct strbuf out; /* what was reported */
} t;

static int set_up(void **unused)
{
	static char *no_args[] = { NULL };
	struct err err = ERR_INIT;

	(void)unused;
	memset(&t, 0, sizeof(t));
	strbuf_init(&t.out);
	t.hook.name = "pre-commit";
	t.event.hook = "pre-commit";
	t.event.args = no_args;
	t.plan.arena = &t.arena;
	t.plan.hook = &t.hook;
	t.opts.event = &t.event;
	t.opts.no_tty = true;
	t.opts.out_fd = -1;
	return fs_temp_dir("hookrun-run", &t.dir, &err);
}

static int tear_down(void **unused)
{
	struct err err = ERR_INIT;
	int failed = fs_remove_tree(t.dir, &err);

	(void)unused;
	plan_release(&t.plan);
	arena_release(&t.arena);
	strbuf_release(&t.out);
	free(t.event.stdin_text);
	free(t.dir);
	return failed;
}

static struct plan_job *add_job(struct plan_list *list, const char *name)
{
	struct job_config *config = &t.configs[t.nconfigs++];
	struct plan_job *job;

	assert_true(t.nconfigs <= JOBS_MAX);
	if (!list->jobs)
		list->jobs = arena_alloc(
			&t.arena, JOBS_MAX * sizeof(*list->jobs));
	config->name = config->display = name;
	job = &list->jobs[list->nr++];
	job->config = config;
	job->name = name;
	job->cwd = t.dir;
	env_clean(&job->env, false);
	return job;
}

static struct plan_job *add(
	struct plan_list *list, const char *name, const char *command)
{
	struct plan_job *job = add_job(list, name);

	strvec_push(&job->commands, command);
	return job;
}

static struct plan_list *add_group(struct plan_list *list, const char *name)
{
	struct plan_job *job = add_job(list, name);

	t.configs[t.nconfigs - 1].kind = JOB_GROUP;
	job->group = arena_alloc(&t.arena, sizeof(*job->group));
	return job->group;
}

/* The config of the job that was added last. */
static struct job_config *last(void)
{
	return &t.configs[t.nconfigs - 1];
}

static int run(void)
{
	AUTO_FD int fd = memfd_create("report", MFD_CLOEXEC);
	struct err err = ERR_INIT;
	int status;

	assert_true(fd >= 0);
	t.opts.out_fd = fd;
	status = run_plan(&t.plan, &t.opts, &err);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	while (strbuf_read_once(&t.out, fd, 65536) > 0)
		;
	return status;
}

static bool printed(const char *text)
{
	return strstr(t.out.buf, text) != NULL;
}

static void assert_printed(const char *text)
{
	if (!printed(text))
		fail_msg("'%s' is missing in:\n%s", text, t.out.buf);
}

static void assert_not_printed(const char *text)
{
	if (printed(text))
		fail_msg("'%s' is in:\n%s", text, t.out.buf);
}

/* The content of a file that jobs have written; "" where there is none. */
static const char *content(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	assert_true(fs_read(path, &text, 1 << 20, &err) >= 0);
	return arena_strdup(&t.arena, text.buf);
}

static bool exists(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);

	return fs_exists(path);
}

/* True when the process whose number is in `name` is gone, within 10 s. */
static bool is_gone(const char *name)
{
	struct timespec moment = { .tv_nsec = 20000000 };
	long pid = strtol(content(name), NULL, 10);
	char path[64];

	assert_true(pid > 1);
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	for (int i = 0; i < 500; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct err err = ERR_INIT;

		if (fs_read(path, &text, 4096, &err) != 1 ||
			strstr(text.buf, ") Z "))
			return true;
		nanosleep(&moment, NULL);
	}
	return false;
}

static void make_file(const char *name)
{
	AUTO_FREE char *path = fs_join(t.dir, name);
	struct err err = ERR_INIT;

	assert_int_equal(fs_write_cache(path, "", 0, &err), 0);
}

/* sh: wait until `file` is there, at most a minute. */
#define WAIT_FOR(file)                                                         \
	"n=0; while [ ! -e " file " ] && [ $n -lt 1200 ]; do sleep 0.05; "     \
	"n=$((n+1)); done; [ -e " file " ]"

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
	add(&t.plan.list, "one", "exit 1")->skip = "by condition";
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
	add(group, "one", "exit 1")->skip = "tags";
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
	add(&t.plan.list, "d\ae", "true")->skip = "odd \033 reason";
	assert_int_equal(run(), 0);
	assert_printed("┃  a\\x1b[31mb\\nc ❯ \n");
	assert_printed("│  d\\x07e (skip) odd \\x1b reason\n");
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
	t.plan.skip = "hook setting";
	add(&t.plan.list, "one", "touch one");
	assert_int_equal(run(), 0);
	assert_printed("│  pre-commit (skip) hook setting\n");
	assert_false(exists("one"));
}

static void test_quiet(void **unused)
{
	(void)unused;
	t.opts.quiet = true;
	add(&t.plan.list, "one", "true")->skip = "by condition";
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

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

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
