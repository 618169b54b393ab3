/*
 * The test-map step: what it makes of maps on the disk, and refreshes that
 * really run in the background.  A refresh that has to go on until the test has
 * looked at it reads from a fifo; its end is seen by its lock.
 */
#include "step_fixture.h"

#include "hookrun/testmap/testmap.h"

#include "testmap/background.h"
#include "testmap/map_file.h"

#include "hookrun/proc/child.h"
#include "hookrun/steps/state.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HUNG_AFTER_S 300 /* a test that waits for ever ends by SIGALRM */
#define DAY (24 * 60 * 60)

static char *git_dir;

static int make_repo(void **unused)
{

	(void)unused;
	if (make_dir("hookrun-map"))
		return -1;
	git_dir = fs_join(dir, "app/.git");
	sh("git init -q -b main app; cd app; git commit -q --allow-empty -m x\n"
	   "touch Gemfile; mkfifo go");
	return 0;
}

static int drop_repo(void **unused)
{
	(void)unused;
	free(git_dir);
	return drop_dir();
}

/* ---- maps on the disk --------------------------------------------------- */

#define HEAD_OF(time)                                                          \
	"---\n:type: Crystalball::ExecutionMap\n:commit: 517b89\n"             \
	":timestamp: " time "\n:version:\n"
#define OLD HEAD_OF("1704067200")
#define DATA "---\n\"./spec/a_spec.rb[1:1]\":\n- lib/a.rb\n"

/* `age_s` is the file's, against now. */
static void put(const char *name, const char *text, time_t age_s)
{
	AUTO_FREE char *path = fs_join(dir, name);
	AUTO_FREE char *folder = fs_dirname(path);
	struct timespec times[2] = { { .tv_sec = time(NULL) - age_s } };
	struct err err = ERR_INIT;

	times[1] = times[0];
	assert_int_equal(fs_mkdirs(folder, 0755, &err), 0);
	assert_int_equal(fs_write_cache(path, text, strlen(text), &err), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void assert_map(const char *name, bool crystalball, int64_t max_age_s,
	enum map_verdict want)
{
	AUTO_FREE char *path = fs_join(dir, name);
	struct map_file map = { .path = path,
		.crystalball = crystalball,
		.max_age_ms = max_age_s * 1000 };
	int64_t age;

	assert_int_equal(map_judge(&map, time(NULL), &age), want);
}

static void test_age_of_crystalball(void **unused)
{
	AUTO_STRBUF young = STRBUF_INIT;

	(void)unused;
	assert_map("map", true, DAY, MAP_MISSING);
	put("map", OLD DATA, 0); /* an old commit, mapped just now */
	assert_map("map", true, DAY, MAP_FRESH);
	put("map", OLD DATA, 2 * DAY);
	assert_map("map", true, DAY, MAP_EXPIRED);
	assert_map("map", true, 7 * DAY, MAP_FRESH);
	assert_map("map", true, 0, MAP_FRESH); /* never expires */
	put("map", OLD DATA, -DAY);	       /* from the future */
	assert_map("map", true, 1, MAP_FRESH);
	strbuf_addf(&young, "---\n:timestamp: %lld\n" DATA,
		(long long)time(NULL) - 60);
	put("map", young.buf, 2 * DAY); /* an old file, a young commit */
	assert_map("map", true, DAY, MAP_FRESH);
	/* a date in the data is none */
	put("map", OLD DATA ":timestamp: 99999999999\n", 2 * DAY);
	assert_map("map", true, DAY, MAP_EXPIRED);
}

static void test_headless(void **unused)
{
	(void)unused;
	put("map", OLD, 0);
	assert_map("map", true, DAY, MAP_HEADLESS);
	assert_map("map", true, 0, MAP_HEADLESS);
	assert_map("map", false, DAY, MAP_FRESH);
	put("map", "", 0);
	assert_map("map", true, DAY, MAP_HEADLESS);
	put("map", OLD "--- {}\n", 0);
	assert_map("map", true, DAY, MAP_FRESH);
	put("map", OLD " ---\n", 0);
	assert_map("map", true, DAY, MAP_HEADLESS);
}

static void test_age_of_file(void **unused)
{
	(void)unused;
	assert_map("map", false, DAY, MAP_MISSING);
	put("map", "\1\2\3", 2 * DAY);
	assert_map("map", false, DAY, MAP_EXPIRED);
	assert_map("map", false, 3 * DAY, MAP_FRESH);
	assert_map("map", false, 0, MAP_FRESH);
}

static void test_folder(void **unused)
{
	(void)unused;
	sh("mkdir maps");
	assert_map("maps", true, DAY, MAP_MISSING);
	put("maps/.hidden", OLD DATA, 0);
	assert_map("maps", true, DAY, MAP_MISSING);
	put("maps/1", OLD DATA, 2 * DAY);
	assert_map("maps", true, DAY, MAP_EXPIRED);
	put("maps/2", OLD DATA, 0);
	assert_map("maps", true, DAY, MAP_FRESH);
	put("maps/3", OLD, 0);
	assert_map("maps", true, DAY, MAP_HEADLESS);
}

static void test_dropping(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "maps");
	struct map_file map = { .path = path, .crystalball = false };

	(void)unused;
	put("maps/whole", OLD DATA, 0);
	put("maps/headless", OLD, 0);
	put("maps/empty", "", 0);
	put("maps/foreign", "{\"a\": 1}\n", 0);
	map_drop_headless(&map); /* another format: no business of ours */
	sh("cd maps; [ \"$(echo *)\" = 'empty foreign headless whole' ]");
	map.crystalball = true;
	map_drop_headless(&map);
	sh("cd maps; [ \"$(echo *)\" = 'foreign whole' ]");
}

static void test_age_text(void **unused)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = { { 0, "0s" }, { 59, "59s" }, { 60, "1m" }, { 3599, "59m" },
		{ 7200, "2h" }, { 86399, "23h" }, { 8 * DAY + 5, "8d" } };

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		map_age_text(cases[i].seconds, &text);
		assert_string_equal(text.buf, cases[i].text);
	}
}

/* ---- the step ----------------------------------------------------------- */

struct outcome {
	int failed; /* check: -1 */
	enum step_verdict verdict;
	char reason[256];
	int status;	   /* run: 0, 1, or -1 where it was not called */
	struct strbuf out; /* what run printed */
	struct err err;
};

struct run_data {
	struct step_ctx *ctx;
	struct step_check *check;
};

static int run_in_child(void *data)
{
	struct run_data *run = data;
	struct err err = ERR_INIT;

	if (!step_test_map.run(run->ctx, run->check, &err))
		return 0;
	dprintf(STDOUT_FILENO, "error: %s\n", err.msg);
	return 1;
}

/* As the runner does it; reading up to the end of the pipe would hang where
 * something in the background kept it open. */
static void run_step(
	struct step_ctx *ctx, struct step_check *check, struct outcome *ret)
{
	struct run_data data = { .ctx = ctx, .check = check };
	int ends[2], wait_status;
	struct child_opts opts = { .func = run_in_child,
		.func_data = &data,
		.nfds = 2,
		.new_session = true };
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	opts.fds[0] = (struct child_fd){ ends[1], 1 };
	opts.fds[1] = (struct child_fd){ ends[1], 2 };
	assert_int_equal(child_spawn(&opts, &pid, &ret->err), 0);
	close(ends[1]);
	while (strbuf_read_once(&ret->out, ends[0], 4096) > 0)
		;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	ret->status = child_status(wait_status);
}

static void step(const char *with, bool run_even_if_idle, struct outcome *ret)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct arena arena = ARENA_INIT;
	char *none[] = { NULL };
	struct event event = { .hook = "post-checkout", .args = none };
	struct node *options = NULL;
	struct step_check check = { .say = STRBUF_INIT };
	struct step_ctx ctx = {
		.event = &event, .arena = &arena, .tty_fd = -1
	};

	memset(ret, 0, sizeof(*ret));
	strbuf_init(&ret->out);
	ret->status = -1;
	assert_int_equal(node_read_yaml(&arena, "with", with, strlen(with),
				 &options, &ret->err),
		0);
	ctx.with = options;
	assert_int_equal(repo_open(app, &ctx.repo, &ret->err), 0);
	ret->failed = step_test_map.check(&ctx, &check, &ret->err);
	ret->verdict = check.verdict;
	snprintf(ret->reason, sizeof(ret->reason), "%s",
		check.reason ? check.reason : "");
	if (!ret->failed && (check.verdict == STEP_WORK || run_even_if_idle))
		run_step(&ctx, &check, ret);
	strbuf_release(&check.say);
	repo_free(ctx.repo);
	arena_release(&arena);
}

static void release(struct outcome *outcome)
{
	strbuf_release(&outcome->out);
}

/* The reason may go on with an age. */
static void assert_idle(const char *with, const char *reason)
{
	struct outcome got;

	step(with, false, &got);
	assert_int_equal(got.failed, 0);
	assert_int_equal(got.verdict, STEP_IDLE);
	assert_memory_equal(got.reason, reason, strlen(reason));
	release(&got);
}

static void status_text(struct strbuf *out)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct arena arena = ARENA_INIT;
	struct step_ctx ctx = { .arena = &arena, .by_hand = true };
	struct err err = ERR_INIT;

	strbuf_reset(out);
	assert_int_equal(repo_open(app, &ctx.repo, &err), 0);
	assert_int_equal(step_test_map.status(&ctx, out, &err), 0);
	repo_free(ctx.repo);
	arena_release(&arena);
}

static void assert_status(const char *part)
{
	AUTO_STRBUF text = STRBUF_INIT;

	status_text(&text);
	if (!strstr(text.buf, part))
		fail_msg("'%s' is not in '%s'", part, text.buf);
}

static void assert_log(const char *want)
{
	AUTO_STRBUF path = STRBUF_INIT;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	background_log(git_dir, "test-map", &path);
	assert_int_equal(fs_read(path.buf, &text, 1 << 20, &err), 1);
	assert_string_equal(text.buf, want);
}

/* The watcher gives its lock back at its end. */
static void wait_for_end(void)
{
	struct err err = ERR_INIT;
	int fd = state_lock(git_dir, "test-map", HUNG_AFTER_S * 1000, &err);

	assert_true(fd >= 0);
	close(fd);
}

/* Let a command that does `cat go` go on; opening waits until it has come that
 * far. */
static void let_go(void)
{
	AUTO_FREE char *path = fs_join(dir, "app/go");
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
}

static void test_when_not(void **unused)
{
	(void)unused;
	sh("cd app; git switch -qc topic/x");
	assert_idle("", "'topic/x' is not one of its branches");
	sh("cd app; git checkout -q --detach");
	assert_idle("", "HEAD is detached");
	sh("cd app; git switch -q main; touch .git/BISECT_LOG");
	assert_idle("", "bisect in progress");
	sh("cd app; rm .git/BISECT_LOG; mv Gemfile x");
	assert_idle("", "there is no Gemfile");
	sh("cd app; mv x gems.rb");
	put("app/tmp/crystalball_data.yml", OLD DATA, 60);
	assert_idle("", "map is fresh, ");
}

static void test_globs_of_branches(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("cd app; git switch -qc release/7");
	step("{branches: [main, 'release/*'], refresh: 'true'}", false, &got);
	assert_int_equal(got.verdict, STEP_WORK);
	assert_string_equal(got.reason, "map is missing");
	release(&got);
	wait_for_end();
	step("branches: '[a'", false, &got);
	assert_int_equal(got.failed, -1);
	release(&got);
}

static void test_in_the_background(void **unused)
{
	static const char with[] = "{map: tmp/map, refresh: 'false'}";
	AUTO_STRBUF want = STRBUF_INIT;
	struct background_state state;
	struct outcome got;

	(void)unused;
	assert_status("tmp/crystalball_data.yml: missing\n");
	step("{map: tmp/map, max_age: 0s, refresh: 'pwd; echo begin; cat go; "
	     "mkdir tmp; cp ../map tmp/map; echo \"[$GIT_DIR]\"'}",
		false, &got);
	assert_int_equal(got.verdict, STEP_WORK);
	assert_int_equal(got.status, 0);
	strbuf_addf(&want,
		"test-map: refreshing in the background "
		"(log: %s/hookrun/test-map.log)\n",
		git_dir);
	assert_string_equal(got.out.buf, want.buf);
	release(&got);

	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_RUNNING);
	assert_int_equal(kill(state.pid, 0), 0);
	assert_int_not_equal(getsid(state.pid), getsid(0));
	assert_status("refreshing in the background (pid ");
	assert_idle(with, "already being refreshed");
	step(with, true, &got); /* found out too late */
	assert_int_equal(got.status, 0);
	assert_string_equal(got.out.buf, "test-map: already being refreshed\n");
	release(&got);

	put("map", OLD DATA, 0);
	let_go();
	wait_for_end();
	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_OK);
	assert_status("last refresh: ok, ");
	assert_idle(with, "map is fresh, ");
	strbuf_reset(&want);
	strbuf_addf(&want,
		"$ pwd; echo begin; cat go; mkdir tmp; cp ../map tmp/map; "
		"echo \"[$GIT_DIR]\"\n%s/app\nbegin\n[]\n",
		dir);
	assert_log(want.buf);
}

static void test_failure(void **unused)
{
	struct background_state state;
	struct outcome got;

	(void)unused;
	put("headless", OLD, 0);
	step("{map: map, refresh: 'cp ../headless map; exit 3'}", false, &got);
	assert_int_equal(got.status, 0);
	release(&got);
	wait_for_end();
	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_FAILED);
	assert_int_equal(state.status, 3);
	assert_status("last refresh: failed with status 3, ");
	sh("[ ! -e app/map ]");
	/* failing tests do not make a map bad */
	put("whole", OLD DATA, 0);
	step("{map: map, refresh: 'cp ../whole map; exit 1'}", false, &got);
	assert_int_equal(got.verdict, STEP_WORK);
	release(&got);
	wait_for_end();
	assert_idle("{map: map}", "map is fresh, ");
}

static void test_killed(void **unused)
{
	struct background_state state;
	struct outcome got;

	(void)unused;
	step("{map: map, refresh: 'exec cat go'}", false, &got);
	release(&got);
	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_RUNNING);
	assert_int_equal(kill(state.pid, SIGKILL), 0);
	if (strcmp(TEST_PORT, "linux") != 0)
		let_go(); /* no signal ends it: it goes on to its end */
	wait_for_end();
	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_INTERRUPTED);
	assert_status("last refresh: interrupted, started ");
	step("{map: map, refresh: 'true'}", false, &got);
	assert_int_equal(got.verdict, STEP_WORK);
	release(&got);
	wait_for_end();
}

static void test_asked_to_end(void **unused)
{
	struct background_state state;
	struct outcome got;

	(void)unused;
	put("headless", OLD, 0);
	step("{map: map, refresh: 'cp ../headless map; echo > ../up; cat go'}",
		false, &got);
	release(&got);
	sh("while [ ! -e up ]; do sleep 0.01; done");
	background_look(git_dir, "test-map", &state);
	assert_int_equal(kill(state.pid, SIGTERM), 0);
	wait_for_end();
	background_look(git_dir, "test-map", &state);
	assert_int_equal(state.phase, BACKGROUND_FAILED);
	assert_int_equal(state.status, 128 + SIGTERM);
	sh("[ ! -e app/map ]");
}

static void test_in_the_foreground(void **unused)
{
	struct outcome got;

	(void)unused;
	put("whole", OLD DATA, 0);
	step("{map: map, background: false, refresh: 'echo one; exit 4'}",
		false, &got);
	assert_int_equal(got.status, 1);
	assert_string_equal(got.out.buf,
		"test-map: echo one; exit 4\none\n"
		"error: the refresh of the test map failed with status 4: "
		"the switch itself is done\n");
	release(&got);
	assert_status("last refresh: failed with status 4, ");
	step("{map: map, background: false, refresh: cp ../whole map}", false,
		&got);
	assert_int_equal(got.status, 0);
	release(&got);
	assert_idle("{map: map}", "map is fresh, ");
}

static void test_log_cannot_be_written(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("mkdir -p app/.git/hookrun/test-map.log");
	step("{map: map, refresh: 'true'}", false, &got);
	assert_int_equal(got.status, 1);
	assert_non_null(strstr(got.out.buf, "error: cannot write '"));
	release(&got);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_repo, drop_repo)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_age_of_crystalball),
		TEST(test_headless),
		TEST(test_age_of_file),
		TEST(test_folder),
		TEST(test_dropping),
		TEST(test_age_text),
		TEST(test_when_not),
		TEST(test_globs_of_branches),
		TEST(test_in_the_background),
		TEST(test_failure),
		TEST(test_killed),
		TEST(test_asked_to_end),
		TEST(test_in_the_foreground),
		TEST(test_log_cannot_be_written),
	};

	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "t", 1);
	setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "t", 1);
	setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
	alarm(HUNG_AFTER_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
