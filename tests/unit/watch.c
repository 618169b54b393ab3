/*
 * Who changed which file: jobs in a row, beside each other, and nobody.
 */
#include "git_fixture.h"

#include "runner/watch.h"

enum { A, B, C, JOBS };

static struct plan_job jobs[JOBS];
static struct arena arena;
static struct watch watch;

static int setup(void **state)
{
	static const char *const names[] = { "a", "b", "c" };
	static struct job_config config;

	(void)state;
	fixture_run("rm -rf w; mkdir w; cd w; for f in x y z; do echo 1 > $f; "
		    "done");
	for (int i = 0; i < JOBS; i++)
		jobs[i] = (struct plan_job){
			.name = names[i], .config = &config, .stages = i != C
		};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < JOBS; i++)
		strvec_release(&jobs[i].given);
	arena_release(&arena);
	return 0;
}

static void give(int job, const char *name)
{
	strvec_push(&jobs[job].given, name);
}

static void begin(void)
{
	struct plan_list list = { .jobs = jobs, .nr = JOBS }, setup = { 0 };
	AUTO_FREE char *root = fixture_path("w");

	watch = (struct watch){ .arena = &arena };
	watch_plan(&watch, &setup, &list, root);
}

static void start(int job)
{
	watch_start(&watch, &jobs[job], jobs[job].name);
}

static void end(int job)
{
	watch_end(&watch, &jobs[job], true);
}

static void edit(const char *name)
{
	static int nr = 10;
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRBUF path = STRBUF_INIT;

	strbuf_addf(&text, "%d", nr++);
	strbuf_addf(&path, "w/%s", name);
	fixture_file(path.buf, text.buf);
}

static const struct watched *find(const char *name)
{
	const struct watched *file = watch_find(&watch, name);

	assert_non_null(file);
	return file;
}

static void assert_culprits(const char *name, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;

	watch_culprits(&watch, find(name), NULL, &out);
	assert_string_equal(out.buf, want);
}

static void test_row(void **unused)
{
	(void)unused;
	give(A, "x");
	give(A, "y");
	give(B, "x");
	give(B, "x");
	give(B, "z");
	begin();
	assert_int_equal(watch.nr, 3);
	start(A);
	edit("x");
	end(A);
	start(B);
	edit("z");
	end(B);
	assert_ptr_equal(find("x")->stager->job, &jobs[A]);
	assert_ptr_equal(find("z")->stager->job, &jobs[B]);
	assert_null(find("y")->stager);
	assert_culprits("x", "job 'a'");
	assert_null(watch_find(&watch, "w"));
}

static void test_both_in_a_row(void **unused)
{
	(void)unused;
	give(A, "x");
	give(B, "x");
	begin();
	start(A);
	edit("x");
	end(A);
	start(B);
	edit("x");
	end(B);
	assert_culprits("x", "jobs 'a' and 'b'");
}

static void test_beside(void **unused)
{
	(void)unused;
	give(A, "x");
	give(B, "x");
	give(C, "x");
	begin();
	start(A);
	start(B);
	start(C);
	edit("x");
	end(B);
	end(A);
	end(C);
	assert_culprits("x", "job 'a' or 'b' or 'c'");
}

/* Only for one that fixes, and only while it runs. */
static void test_wait(void **unused)
{
	(void)unused;
	give(A, "x");
	give(A, "y");
	give(B, "z");
	give(B, "y");
	give(C, "z");
	begin();
	assert_null(watch_waits_for(&watch, &jobs[B]));
	start(C);
	assert_null(watch_waits_for(&watch, &jobs[B]));
	start(A);
	assert_string_equal(watch_waits_for(&watch, &jobs[B]), "a");
	end(A);
	assert_null(watch_waits_for(&watch, &jobs[B]));
}

/* One that only reads beside one that fixes is no quarrel. */
static void test_reader_beside(void **unused)
{
	(void)unused;
	give(A, "x");
	give(C, "x");
	begin();
	start(A);
	start(C);
	edit("x");
	end(A);
	end(C);
	assert_ptr_equal(find("x")->stager->job, &jobs[A]);
}

/* What changed while no job had it, or in a job that failed. */
static void test_nobody(void **unused)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)unused;
	give(A, "x");
	give(B, "y");
	begin();
	edit("x");
	start(A);
	end(A);
	edit("x");
	assert_null(find("x")->stager);
	start(B);
	edit("y");
	watch_end(&watch, &jobs[B], false);
	assert_null(find("y")->stager);
	assert_culprits("y", "job 'b'");
	/* never started */
	end(C);
	assert_true(watch_culprits(&watch, NULL, NULL, &out));
	assert_string_equal(out.buf, "job 'a' or 'b'");
}

/* Changed by somebody else after a job has fixed it, or by a job that was not
 * given it. */
static void test_foreign(void **unused)
{
	(void)unused;
	give(A, "x");
	give(A, "y");
	give(B, "z");
	begin();
	start(A);
	edit("x");
	edit("y");
	end(A);
	start(B);
	edit("y");
	end(B);
	/* long after B */
	watch.watchers->next->ended.tv_sec -= 9;
	watch.watchers->ended.tv_sec -= 9;
	watch_look(&watch, watch_find(&watch, "x"));
	assert_false(find("x")->foreign);
	edit("x");
	watch_look(&watch, watch_find(&watch, "x"));
	assert_true(find("x")->foreign);
	assert_ptr_equal(find("x")->stager->job, &jobs[A]);
	watch.watchers->next->ended.tv_sec += 99;
	watch_look(&watch, watch_find(&watch, "y"));
	assert_false(find("y")->foreign);
}

/* Not given to anybody: the change time tells. */
static void test_by_time(void **unused)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct timespec when;

	(void)unused;
	begin();
	start(A);
	end(A);
	start(B);
	end(B);
	when = watch.watchers->ended;
	watch.watchers->next->began.tv_sec += 5;
	watch.watchers->next->ended.tv_sec += 9;
	assert_true(watch_culprits(&watch, NULL, &when, &out));
	assert_string_equal(out.buf, "job 'a'");
	strbuf_reset(&out);
	when.tv_sec += 7;
	assert_true(watch_culprits(&watch, NULL, &when, &out));
	assert_string_equal(out.buf, "job 'b'");
	strbuf_reset(&out);
	when.tv_sec += 70; /* somebody else's: all who ran are named */
	assert_true(watch_culprits(&watch, NULL, &when, &out));
	assert_string_equal(out.buf, "job 'a' or 'b'");
}

static void test_nothing_ran(void **unused)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)unused;
	jobs[A].skip.kind = REASON_SKIP;
	jobs[B].error = "broken";
	give(A, "x");
	begin();
	assert_int_equal(watch.nr, 0);
	start(A);
	end(A);
	assert_false(watch_culprits(&watch, NULL, NULL, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_row, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_both_in_a_row, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(test_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_reader_beside, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_time, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nothing_ran, setup, teardown),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
