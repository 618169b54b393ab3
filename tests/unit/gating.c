/* Which jobs are planned: by files, tags, names and conditions. */
#include "plan_fixture.h"

/* ---- gating ------------------------------------------------------------- */

static void test_nothing_staged(void **unused)
{
	struct job_config *token;

	(void)unused;
	add("lint");
	token = add("lint {staged_files}");
	add("lint {all_files}");
	assert_skip(first(), "no matching staged files");
	assert_skip(&t.plan.list.jobs[1], "no files for inspection");
	assert_command(&t.plan.list.jobs[2], "lint a.rb app/b.rb app/c.js");
	t.opts.force = true;
	token->glob = words("*.py", NULL);
	assert_command(first(), "lint");
	assert_command(&t.plan.list.jobs[1], "lint ");
	t.opts.force = false;
	t.hook.name = "commit-msg";
	assert_command(first(), "lint");
}

static void test_glob_gates_without_token(void **unused)
{
	struct job_config *job;

	(void)unused;
	sh("echo 4 >> a.rb; git add .");
	job = add("lint");
	job->glob = words("*.js", NULL);
	assert_skip(first(), "no matching staged files");
	job->glob = words("*.js", "*.RB");
	assert_command(first(), "lint");
}

static void test_only_deletions(void **unused)
{
	(void)unused;
	sh("git rm -q app/c.js");
	add("lint");
	add("lint")->glob = words("*.js", NULL);
	add("lint")->glob = words("*.rb", NULL);
	add("lint {staged_files}");
	assert_command(first(), "lint");
	assert_command(&t.plan.list.jobs[1], "lint");
	assert_skip(&t.plan.list.jobs[2], "no matching staged files");
	assert_skip(&t.plan.list.jobs[3], "no files for inspection");
}

static void test_push_that_only_deletes(void **unused)
{
	(void)unused;
	t.hook.name = "pre-push";
	t.event.stdin_text = arena_printf(
		&t.arena, "(delete) %040d refs/heads/gone %040d\n", 0, 1);
	t.event.stdin_len = strlen(t.event.stdin_text);
	add("rspec");
	add("rspec {push_files}");
	add("rspec")->glob = words("*", NULL);
	add("rspec")->root = "app";
	assert_command(first(), "rspec");
	assert_skip(&t.plan.list.jobs[1], "no files for inspection");
	assert_skip(&t.plan.list.jobs[2], "no matching push files");
	assert_skip(&t.plan.list.jobs[3], "no matching push files");
	t.opts.as_lefthook = true;
	assert_skip(first(), "no matching push files");
}

/* What its own command prints, not what is staged. */
static void test_files_command_without_token(void **unused)
{
	struct job_config *job = add("lint");

	(void)unused;
	job->files = "echo a.rb";
	job->glob = words("*.rb", NULL);
	assert_command(first(), "lint");
	job->files = "echo app/c.js";
	assert_skip(first(), "no files for inspection");
	job->files = "echo a.rb";
	t.opts.as_lefthook = true;
	assert_skip(first(), "no matching staged files");
}

static void test_files_command(void **unused)
{
	struct job_config *group, *job;

	(void)unused;
	t.hook.name = "post-merge";
	t.hook.files = "echo a.rb";
	add("lint {files}");
	group = add_group("grp");
	add_member(group, "outer", "lint {files}");
	job = add_member(group, "inner", "lint {files}");
	group->files = "echo app/b.rb";
	job->files = "printf 'app/b.rb\\napp/c.js\\n'";
	job->glob = words("*.js", NULL);
	assert_command(first(), "lint a.rb");
	assert_command(&t.plan.list.jobs[1].group->jobs[0], "lint app/b.rb");
	assert_command(&t.plan.list.jobs[1].group->jobs[1], "lint app/c.js");
}

static void test_files_command_gates_without_token(void **unused)
{
	struct job_config *job;

	(void)unused;
	t.hook.name = "post-merge";
	job = add("lint");
	job->files = "true";
	assert_skip(first(), "no files for inspection");
	job->files = "echo a.rb";
	assert_command(first(), "lint");
	job->files = "exit 3";
	assert_error(first(), "3");
	job->files = NULL;
	job->run = "lint {files}";
	assert_skip(first(), "no 'files' command for {files}");
}

static void test_named_files_replace_every_list(void **unused)
{
	AUTO_STRVEC files = STRVEC_INIT;

	(void)unused;
	strvec_push(&files, "app/b.rb");
	add("lint {files} {staged_files}");
	add("lint");
	add("lint {all_files}")->glob = words("*.js", NULL);
	t.opts.lists = lists_new(t.repo);
	lists_override(t.opts.lists, &files);
	assert_int_equal(plan_build(&t.opts, &t.arena, &t.plan, &t.err), 0);
	assert_command(&t.plan.list.jobs[0], "lint app/b.rb app/b.rb");
	assert_command(&t.plan.list.jobs[1], "lint");
	assert_skip(&t.plan.list.jobs[2], "no files for inspection");
}

/* ---- groups, tags, selection -------------------------------------------- */

static void test_groups_hand_down(void **unused)
{
	struct env_pair outer_env[] = { { "A", "outer" }, { "B", "outer" } };
	struct env_pair inner_env = { "B", "inner" };
	struct job_config *group, *job;
	const struct plan_list *members;

	(void)unused;
	sh("echo 4 >> a.rb; echo 5 >> app/b.rb; echo 6 >> app/c.js; "
	   "git add .");
	group = add_group("grp");
	group->root = "app";
	group->env = outer_env;
	group->nenv = 2;
	group->glob = words("*.rb", NULL);
	group->exclude = words("a.rb", NULL);
	group->group->parallel = group->group->piped = true;
	group->group->jobs_limit = 3;
	job = add_member(group, "one", "lint {staged_files}");
	job->env = &inner_env;
	job->nenv = 1;
	job->glob = words("*.js", NULL);
	add_member(group, "two", "lint {staged_files}")->root = ".";
	first();
	assert_true(t.plan.list.jobs[0].group != NULL);
	members = t.plan.list.jobs[0].group;
	assert_true(members->parallel);
	assert_false(members->piped);
	assert_int_equal(members->jobs_limit, 3);
	assert_command(&members->jobs[0], "lint ./b.rb ./c.js");
	assert_string_equal(env_get(&members->jobs[0].env, "A"), "outer");
	assert_string_equal(env_get(&members->jobs[0].env, "B"), "inner");
	assert_string_equal(env_get(&members->jobs[1].env, "B"), "outer");
	assert_command(&members->jobs[1], "lint app/b.rb");
}

static void test_excluded_tags_and_names(void **unused)
{
	struct job_config *group;

	(void)unused;
	t.hook.name = "post-merge";
	t.hook.exclude_tags = words("slow", "grp2");
	add("one")->tags = words("fast", "slow");
	add("two")->name = "slow";
	group = add_group("grp");
	add_member(group, "in", "three");
	group->tags = words("slow", NULL);
	add_member(add_group("grp2"), "in", "four");
	add("five");
	assert_skip(first(), "tags");
	assert_skip(&t.plan.list.jobs[1], "name");
	assert_skip(&t.plan.list.jobs[2], "tags");
	assert_skip(&t.plan.list.jobs[3], "name");
	assert_command(&t.plan.list.jobs[4], "five");
	setenv("LEFTHOOK_EXCLUDE", "x,job", 1);
	assert_skip(first(), "tags");
	assert_skip(&t.plan.list.jobs[4], "name");
	setenv("HOOKRUN_EXCLUDE", "none", 1);
	assert_command((first(), &t.plan.list.jobs[4]), "five");
	unsetenv("LEFTHOOK_EXCLUDE");
	unsetenv("HOOKRUN_EXCLUDE");
}

static void test_chosen_by_name(void **unused)
{
	struct job_config *group, *other;

	(void)unused;
	t.hook.name = "post-merge";
	add("one");
	group = add_group("grp");
	add_member(group, "a", "two");
	add_member(group, "b", "three")->name = NULL;
	other = add_group("other");
	add_member(other, "a", "four");
	add_member(other, "c", "five");
	strvec_push(&t.jobs, "grp");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.list.nr, 1);
	assert_int_equal(t.plan.list.jobs[0].group->nr, 2);
	strvec_release(&t.jobs);
	strvec_push(&t.jobs, "a");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.list.nr, 2);
	assert_int_equal(t.plan.list.jobs[0].group->nr, 1);
	assert_command(&t.plan.list.jobs[1].group->jobs[0], "four");
	strvec_push(&t.jobs, "nobody");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.list.nr, 2);
	assert_string_equal(t.plan.note,
		"no job matching nobody found in hook \"post-merge\"");
	strvec_release(&t.jobs);
	strvec_push(&t.jobs, "nobody");
	assert_int_equal(build(), -1);
	assert_non_null(
		strstr(t.err.msg, "no job matching nobody found in hook"));
}

static void test_chosen_by_tag(void **unused)
{
	struct job_config *group;

	(void)unused;
	t.hook.name = "post-merge";
	add("one");
	add("two")->tags = words("ci", NULL);
	group = add_group("grp");
	group->tags = words("ci", NULL);
	add_member(group, "a", "three");
	add_member(group, "b", "four");
	strvec_push(&t.tags, "ci");
	assert_command(first(), "two");
	assert_int_equal(t.plan.list.nr, 2);
	assert_int_equal(t.plan.list.jobs[1].group->nr, 2);
	strvec_push(&t.jobs, "b");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.list.nr, 1);
	assert_int_equal(t.plan.list.jobs[0].group->nr, 1);
	strvec_release(&t.tags);
	strvec_push(&t.tags, "other");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.list.nr, 0);
}

static void test_chosen_member_of_a_skipped_group_is_seen(void **unused)
{
	struct job_config *group;

	(void)unused;
	t.hook.name = "post-merge";
	group = add_group("grp");
	group->skip = *one_condition(COND_TRUE, NULL);
	add_member(group, "a", "two");
	strvec_push(&t.jobs, "a");
	assert_skip(first(), "by condition");
}

/* ---- conditions --------------------------------------------------------- */

static void test_conditions(void **unused)
{
	struct job_config *group;

	(void)unused;
	t.hook.name = "post-merge";
	add("one")->skip = *one_condition(COND_REF, "ma*");
	add("two")->only = *one_condition(COND_REF, "dev");
	add("three")->skip = *one_condition(COND_REF, "[");
	group = add_group("grp");
	group->skip = *one_condition(COND_RUN, "exit 0");
	add_member(group, "in", "four");
	add("five")->only = *one_condition(COND_REF, "main");
	assert_skip(first(), "by condition");
	assert_skip(&t.plan.list.jobs[1], "by condition");
	assert_error(&t.plan.list.jobs[2], "'ref: ['");
	assert_skip(&t.plan.list.jobs[3], "by condition");
	assert_command(&t.plan.list.jobs[4], "five");
}

static void test_hook_conditions(void **unused)
{
	(void)unused;
	t.hook.name = "post-merge";
	add("one");
	t.hook.only = *one_condition(COND_STATE, "merge");
	assert_int_equal(build(), 0);
	assert_int_equal(t.plan.skip.kind, REASON_ONLY);
	assert_int_equal(t.plan.list.nr, 0);
	t.hook.only = *one_condition(COND_REF, "[");
	assert_int_equal(build(), -1);
}

static void test_parallel_and_piped(void **unused)
{
	(void)unused;
	t.hook.list.parallel = t.hook.list.piped = true;
	assert_int_equal(build(), -1);
	assert_non_null(strstr(t.err.msg, "'piped' and 'parallel'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_staged),
		TEST(test_glob_gates_without_token),
		TEST(test_only_deletions),
		TEST(test_push_that_only_deletes),
		TEST(test_files_command_without_token),
		TEST(test_files_command),
		TEST(test_files_command_gates_without_token),
		TEST(test_named_files_replace_every_list),
		TEST(test_groups_hand_down),
		TEST(test_excluded_tags_and_names),
		TEST(test_chosen_by_name),
		TEST(test_chosen_by_tag),
		TEST(test_chosen_member_of_a_skipped_group_is_seen),
		TEST(test_conditions),
		TEST(test_hook_conditions),
		TEST(test_parallel_and_piped),
	};

	return cmocka_run_group_tests_name("gating", tests, NULL, NULL);
}
