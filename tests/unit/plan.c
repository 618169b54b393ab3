/* What a planned job runs: commands, scripts, environment, steps. */
#include "plan_fixture.h"

/* ---- commands ----------------------------------------------------------- */

static void test_plain_command(void **unused)
{
	const struct plan_job *job;

	(void)unused;
	t.hook.name = "post-merge";
	setenv("GIT_PREFIX", "leaks/", 1);
	add("make all\n")->display = "make all\n";
	job = first();
	assert_command(job, "make all\n");
	assert_string_equal(job->name, "make all");
	assert_string_equal(job->cwd, repo_worktree(t.repo));
	assert_null(env_get(&job->env, "GIT_PREFIX"));
	assert_non_null(env_get(&job->env, "PATH"));
	unsetenv("GIT_PREFIX");
	unsetenv("NO_COLOR");
	assert_null(env_get(&first()->env, "NO_COLOR"));
	t.opts.no_colour = true;
	assert_string_equal(env_get(&first()->env, "NO_COLOR"), "true");
}

static void test_args_and_own_templates(void **unused)
{
	static char one[] = "old", two[] = "new";
	char *args[] = { one, two, NULL };
	struct env_pair own = { "wrap", "docker {x} {1}" };
	struct job_config *job;

	(void)unused;
	t.hook.name = "post-merge";
	t.event.args = args;
	t.event.nargs = 2;
	t.config.templates = &own;
	t.config.ntemplates = 1;
	job = add("{wrap} lint\n\n");
	job->args = "{2} {0} {3} {lefthook_job_name}";
	job->name = job->display = "my job";
	assert_command(first(), "docker {x} {1} lint new old new {3} 'my job'");
}

static void test_staged_files(void **unused)
{
	struct job_config *job;

	(void)unused;
	sh("echo 4 >> a.rb; echo 5 >> app/b.rb; echo 6 >> app/c.js; "
	   "echo 7 > 'app/d e.rb'; git add .; echo 8 > untracked.rb");
	job = add("lint {staged_files}");
	job->glob = words("*.rb", NULL);
	assert_command(first(), "lint a.rb app/b.rb 'app/d e.rb'");
	job->exclude = words("*b.rb", NULL);
	assert_command(first(), "lint a.rb 'app/d e.rb'");
	job->root = "./app/";
	assert_command(first(), "lint './d e.rb'");
	assert_string_equal(first()->cwd,
		arena_printf(&t.arena, "%s/app", repo_worktree(t.repo)));
	strvec_push(&t.exclude, "*d e*");
	assert_skip(first(), "no files for inspection");
	t.hook.exclude = words("*", NULL);
	strvec_release(&t.exclude);
	assert_skip(first(), "no files for inspection");
}

static void test_doublestar(void **unused)
{
	struct job_config *job;

	(void)unused;
	sh("echo 4 >> a.rb; echo 5 >> app/b.rb; git add .");
	job = add("lint {staged_files}");
	job->glob = words("*.rb", NULL);
	t.config.glob_matcher = "doublestar";
	assert_command(first(), "lint a.rb");
}

static void test_bad_glob_is_the_jobs_error(void **unused)
{
	(void)unused;
	sh("echo 4 >> a.rb; git add .");
	add("lint {staged_files}")->glob = words("[a", NULL);
	add("fine");
	assert_error(first(), "[a");
	assert_command(&t.plan.list.jobs[1], "fine");
}

static void test_missing_root(void **unused)
{
	(void)unused;
	t.hook.name = "post-merge";
	add("lint")->root = "frontend";
	assert_error(first(), "root 'frontend' is not a directory");
}

static void test_long_lists_become_several_commands(void **unused)
{
	const struct plan_job *job;
	size_t files = 0;

	(void)unused;
	sh("mkdir many; i=0; while [ $i -lt 3000 ]; do "
	   "echo > many/a-file-with-a-rather-long-name-indeed-it-is-$i; "
	   "i=$((i+1)); done; git add .");
	add("lint {staged_files}");
	job = first();
	assert_null(job->error);
	assert_true(job->commands.nr > 1);
	for (size_t i = 0; i < job->commands.nr; i++)
		for (const char *p = job->commands.v[i];
			(p = strstr(p, " many/")); p++)
			files++;
	assert_int_equal(files, 3000);
}

/* ---- scripts ------------------------------------------------------------ */

static void test_every_copy_of_a_script(void **unused)
{
	static char one[] = "it's", two[] = "";
	char *args[] = { one, two, NULL };
	const struct plan_job *job;

	(void)unused;
	sh("for d in .lefthook .lefthook-local .config/lefthook; do "
	   "mkdir -p $d/pre-commit; echo 'true' > $d/pre-commit/a.sh; "
	   "chmod +x $d/pre-commit/a.sh; done");
	t.event.args = args;
	t.event.nargs = 2;
	add_script("a.sh");
	job = first();
	assert_null(job->error);
	assert_int_equal(job->commands.nr, 3);
	assert_string_equal(job->commands.v[0],
		arena_printf(&t.arena,
			"%s/.lefthook/pre-commit/a.sh 'it'\"'\"'s' ''",
			repo_worktree(t.repo)));
	assert_non_null(strstr(job->commands.v[1], "/.lefthook-local/"));
	assert_non_null(strstr(job->commands.v[2], "/.config/lefthook/"));
	t.config.source_dir = ".config/lefthook";
	assert_int_equal(first()->commands.nr, 2);
}

static void test_script_args_instead_of_gits(void **unused)
{
	static char one[] = "message";
	char *args[] = { one, NULL };
	struct job_config *job;

	(void)unused;
	sh("mkdir -p .lefthook/pre-commit; echo x > .lefthook/pre-commit/a.py");
	t.event.args = args;
	t.event.nargs = 1;
	job = add_script("a.py");
	job->runner = "python3 -u";
	job->args = "--file {1} {all_files}";
	assert_command(first(),
		arena_printf(&t.arena,
			"python3 -u %s/.lefthook/pre-commit/a.py --file "
			"message a.rb app/b.rb app/c.js",
			repo_worktree(t.repo)));
	job->args = "{staged_files}";
	assert_skip(first(), "no files for inspection");
}

static void test_script_without_exec_bit(void **unused)
{
	AUTO_FREE char *path = fs_join(t.dir, ".lefthook/pre-commit/a.sh");
	struct stat st;

	(void)unused;
	sh("mkdir -p .lefthook/pre-commit; cd .lefthook/pre-commit; "
	   "printf '#! /usr/bin/env  -S sh -e \\ntrue' > a.sh; "
	   "printf '#!/bin/sh' > b.sh; echo true > c.sh; "
	   "printf 'a\\0b' > d.sh; "
	   "chmod 644 *.sh");
	add_script("a.sh");
	add_script("b.sh");
	add_script("c.sh");
	add_script("d.sh");
	assert_command(first(),
		arena_printf(&t.arena,
			"/usr/bin/env '-S sh -e' %s/.lefthook/pre-commit/a.sh",
			repo_worktree(t.repo)));
	assert_command(&t.plan.list.jobs[1],
		arena_printf(&t.arena, "/bin/sh %s/.lefthook/pre-commit/b.sh",
			repo_worktree(t.repo)));
	assert_command(&t.plan.list.jobs[2],
		arena_printf(&t.arena, "sh %s/.lefthook/pre-commit/c.sh",
			repo_worktree(t.repo)));
	assert_error(&t.plan.list.jobs[3], "'d.sh' is not executable");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0111, 0);
}

static void test_script_that_is_none(void **unused)
{
	(void)unused;
	sh("mkdir -p .lefthook/pre-commit/dir");
	add_script("gone.sh");
	add_script("dir");
	assert_error(first(), "script does not exist: gone.sh");
	assert_skip(&t.plan.list.jobs[1], "script files is not a regular file");
}

/* ---- environment -------------------------------------------------------- */

static void assert_expanded(const char *value, const char *want)
{
	struct env_pair pair = { "RESULT", value };
	struct job_config *job;
	const char *got;

	t.hook.list.nr = 0;
	job = add("env");
	job->env = &pair;
	job->nenv = 1;
	got = env_get(&first()->env, "RESULT");
	if (!got || strcmp(got, want) != 0)
		fail_msg("'%s' gives '%s', not '%s'", value, got, want);
}

static void test_env_is_expanded(void **unused)
{
	(void)unused;
	t.hook.name = "post-merge";
	setenv("HR_X", "val$HR_Y", 1);
	unsetenv("HR_NONE");
	assert_expanded("plain", "plain");
	assert_expanded("$HR_X", "val$HR_Y");
	assert_expanded("a${HR_X}b", "aval$HR_Yb");
	assert_expanded("$HR_X/bin:$HR_X", "val$HR_Y/bin:val$HR_Y");
	assert_expanded("[$HR_NONE][${HR_NONE}]", "[][]");
	assert_expanded("${HR_X:-default}", "");
	assert_expanded("cost: 5$", "cost: 5$");
	assert_expanded("$ $(id) `id`", "$ $(id) `id`");
	assert_expanded("a${}b", "ab");
	assert_expanded("a${b", "ab");
	assert_expanded("a$$b$1c", "abc");
	assert_expanded("$RESULT", "");
	unsetenv("HR_X");
}

/* ---- steps -------------------------------------------------------------- */

static void test_uses(void **unused)
{
	static const struct step_ops ops = { .name = "deps" };
	static const struct step_ops *const table[] = { &ops, NULL };
	struct job_config *job;

	(void)unused;
	step_register(table);
	job = add("");
	job->kind = JOB_USES;
	job->uses = "deps";
	assert_null(first()->error);
	assert_int_equal(first()->skip.kind, REASON_NONE);
	assert_ptr_equal(first()->step, &ops);
	job->glob = words("*.lock", NULL);
	assert_skip(first(), "no matching staged files");
	job->glob = none;
	job->uses = "depts";
	assert_error(first(), "unknown step 'depts'");
	step_register(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain_command),
		TEST(test_args_and_own_templates),
		TEST(test_staged_files),
		TEST(test_doublestar),
		TEST(test_bad_glob_is_the_jobs_error),
		TEST(test_missing_root),
		TEST(test_long_lists_become_several_commands),
		TEST(test_every_copy_of_a_script),
		TEST(test_script_args_instead_of_gits),
		TEST(test_script_without_exec_bit),
		TEST(test_script_that_is_none),
		TEST(test_env_is_expanded),
		TEST(test_uses),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
