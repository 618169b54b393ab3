/* Of every decision of the plan: which key, which of its values, which line. */
#include "plan_fixture.h"

static struct config loaded;

static void load(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Plan what a file says.  Staged are a.rb and app/b.rb. */
static void load(const char *fmt, ...)
{
	AUTO_FREE char *path = fs_join(t.dir, "lefthook.yml");
	AUTO_STRBUF text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	sh("echo 7 > a.rb; echo 8 > app/b.rb; git add a.rb app/b.rb");
	assert_int_equal(fs_write_cache(path, text.buf, text.len, &t.err), 0);
	if (config_load(t.dir, NULL, false, &loaded, &t.err) != 1)
		fail_msg("%s", t.err.msg);
	t.opts.config = &loaded;
	t.opts.hook = config_hook(&loaded, "pre-commit");
	t.opts.plan_only = true;
	t.opts.lists = lists_new(t.repo);
	if (plan_build(&t.opts, &t.arena, &t.plan, &t.err))
		fail_msg("%s", t.err.msg);
}

static void unload(void)
{
	drop_plan();
	config_release(&loaded);
	t.opts.config = &t.config;
	t.opts.hook = &t.hook;
}

struct expected {
	const char *job; /* its line 6, after a name (4) and a `run` (5) */
	enum reason_kind kind;
	const char *key, *value;
	int line; /* 0: nowhere */
};

static void assert_reason(
	const struct reason *reason, const struct expected *want)
{
	if (reason->kind != want->kind)
		fail_msg("%s: %s", want->job, reason_text(reason));
	assert_string_equal(reason->key, want->key);
	assert_int_equal(reason->value != NULL, want->value != NULL);
	if (want->value)
		assert_string_equal(reason->value, want->value);
	assert_int_equal(reason->at ? reason->at->line : 0, want->line);
}

static void check_all(const struct expected *wanted, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct plan_job *job;

		load("pre-commit:\n  exclude_tags: [slow, b]\n  jobs:\n"
		     "    - name: a\n      run: echo {staged_files}\n"
		     "      %s\n",
			wanted[i].job);
		job = &t.plan.list.jobs[0];
		assert_null(job->error);
		assert_reason(
			job->skip.kind ? &job->skip : &job->open, &wanted[i]);
		unload();
	}
}

static void test_conditions_and_tags(void **unused)
{
	static const struct expected wanted[] = {
		{ "skip: true", REASON_SKIP, "skip", NULL, 6 },
		{ "skip: [merge, {ref: ma*}]", REASON_SKIP, "skip", "ma*", 6 },
		{ "only: {ref: other}", REASON_ONLY, "only", NULL, 6 },
		{ "only:\n        - merge\n        - rebase", REASON_ONLY,
			"only", NULL, 7 },
		{ "tags: [quick, slow]", REASON_TAG, "exclude_tags", "slow",
			2 },
		{ "name: b", REASON_NAME, "exclude_tags", "b", 2 },
	};

	(void)unused;
	check_all(wanted, ARRAY_SIZE(wanted) - 1);
	load("pre-commit:\n  exclude_tags: [b]\n  jobs:\n"
	     "    - { name: b, run: x }\n");
	assert_reason(
		&t.plan.list.jobs[0].skip, &wanted[ARRAY_SIZE(wanted) - 1]);
	unload();
}

static void test_what_only_a_program_knows_is_open(void **unused)
{
	static const struct expected wanted[] = {
		{ "skip: {run: touch ran}", REASON_ASKS_CONDITION, "skip",
			"touch ran", 6 },
		{ "only: [merge, {run: touch ran}]", REASON_ASKS_CONDITION,
			"only", "touch ran", 6 },
		{ "files: touch ran", REASON_ASKS_FILES, "files", "touch ran",
			6 },
		/* known all the same */
		{ "skip: [{ref: main}, {run: touch ran}]", REASON_SKIP, "skip",
			"main", 6 },
	};
	AUTO_FREE char *ran = fs_join(t.dir, "ran");

	(void)unused;
	check_all(wanted, ARRAY_SIZE(wanted));
	assert_false(fs_exists(ran));
}

static void test_the_environment_excludes(void **unused)
{
	static const struct expected want = { "", REASON_TAG, "HOOKRUN_EXCLUDE",
		"late", 0 };

	(void)unused;
	setenv("HOOKRUN_EXCLUDE", "late", 1);
	load("pre-commit:\n  jobs:\n    - { run: x, tags: late }\n");
	assert_reason(&t.plan.list.jobs[0].skip, &want);
	unload();
	unsetenv("HOOKRUN_EXCLUDE");
}

static void test_what_was_not_chosen_is_told(void **unused)
{
	static const struct expected wanted[] = {
		{ "", REASON_NOT_NAMED, "--job", NULL, 0 },
		{ "", REASON_OTHER_TAG, "--tag", NULL, 0 },
	};

	(void)unused;
	strvec_push(&t.jobs, "a");
	strvec_push(&t.jobs, "b");
	strvec_push(&t.tags, "x");
	load("pre-commit:\n  jobs:\n    - { name: c, run: x, tags: x }\n"
	     "    - { name: a, run: x }\n"
	     "    - { name: b, run: x, tags: x }\n");
	assert_reason(&t.plan.list.jobs[0].skip, &wanted[0]);
	assert_reason(&t.plan.list.jobs[1].skip, &wanted[1]);
	assert_int_equal(t.plan.list.jobs[2].skip.kind, REASON_NONE);
	unload();
}

static void test_each_filter_is_counted(void **unused)
{
	static const struct {
		const char *job;
		struct filter_counts counts;
	} wanted[] = {
		{ "glob: '*.py'", { 2, 0, 0, 0, 0 } },
		{ "exclude: '*'", { 2, 2, 0, 0, 0 } },
		{ "root: missing", { 2, 2, 2, 0, 0 } },
		{ "file_types: symlink", { 2, 2, 2, 2, 0 } },
		{ "glob: 'app/*'", { 2, 1, 1, 1, 1 } },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		const struct plan_job *job;

		load("pre-commit:\n  jobs:\n    - run: echo {staged_files}\n"
		     "      %s\n",
			wanted[i].job);
		job = &t.plan.list.jobs[0];
		assert_int_equal(job->skip.kind, wanted[i].counts.file_types
							 ? REASON_NONE
							 : REASON_NO_FILES);
		assert_int_equal(job->inspected->set, SET_STAGED);
		assert_memory_equal(&job->inspected->counts, &wanted[i].counts,
			sizeof(wanted[i].counts));
		unload();
	}
}

/* A job that names no list looks at all that is staged. */
static void test_without_a_list_the_staged_files_are_counted(void **unused)
{
	const struct plan_job *jobs;

	(void)unused;
	load("pre-commit:\n  glob: '*.py'\n  jobs:\n    - run: x\n"
	     "    - { run: y, glob: '*.rb' }\n");
	jobs = t.plan.list.jobs;
	assert_int_equal(jobs[0].skip.kind, REASON_NO_STAGED);
	assert_int_equal(jobs[0].inspected->counts.glob, 0);
	assert_int_equal(plan_origin_find(jobs[0].origin, "glob")->line, 2);
	assert_int_equal(jobs[1].skip.kind, REASON_NONE);
	assert_int_equal(jobs[1].inspected->counts.glob, 2);
	assert_int_equal(plan_origin_find(jobs[1].origin, "glob")->line, 5);
	unload();
}

static void test_a_whole_hook_has_its_reason(void **unused)
{
	static const struct expected wanted[] = {
		{ "", REASON_SKIP, "skip", "main", 2 },
		{ "", REASON_ASKS_CONDITION, "only", "false", 2 },
	};

	(void)unused;
	load("pre-commit:\n  skip: { ref: main }\n  jobs: [ { run: x } ]\n");
	assert_reason(&t.plan.skip, &wanted[0]);
	assert_int_equal(t.plan.list.nr, 0);
	unload();
	load("pre-commit:\n  only: { run: \"false\" }\n  jobs: [ { run: x } "
	     "]\n");
	assert_reason(&t.plan.open, &wanted[1]);
	assert_int_equal(t.plan.list.nr, 1);
	unload();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_conditions_and_tags),
		TEST(test_what_only_a_program_knows_is_open),
		TEST(test_the_environment_excludes),
		TEST(test_what_was_not_chosen_is_told),
		TEST(test_each_filter_is_counted),
		TEST(test_without_a_list_the_staged_files_are_counted),
		TEST(test_a_whole_hook_has_its_reason),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
