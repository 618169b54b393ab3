/* Planning: what runs, with which files and environment, and what is skipped
 * and why; against a real repository. */
#include "hookrun/runner/plan.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#define JOBS_MAX 16

static const char *none[] = { NULL };

static struct {
	char *dir;
	struct repo *repo;
	struct arena arena;
	struct config config;
	struct hook_config hook;
	struct event event;
	struct plan_opts opts;
	struct plan plan;
	struct strvec jobs, tags, exclude;
	struct err err;
} t;

static void sh(const char *script)
{
	AUTO_STRVEC argv = STRVEC_INIT;
	AUTO_STRBUF errout = STRBUF_INIT;
	struct cmd cmd = { .cwd = t.dir };
	struct err err = ERR_INIT;
	int status = -1;

	strvec_push(&argv, "/bin/sh");
	strvec_push(&argv, "-ec");
	strvec_push(&argv, script);
	cmd.argv = argv.v;
	if (cmd_run(&cmd, &status, NULL, &errout, &err) || status)
		fail_msg("%s: %s%s", script, err.msg, errout.buf);
}

static int set_up(void **unused)
{
	static char *args[] = { NULL };

	(void)unused;
	memset(&t, 0, sizeof(t));
	if (fs_temp_dir("hookrun-plan", &t.dir, &t.err))
		return -1;
	sh("git init -q -b main; git config user.name me; "
	   "git config user.email me@example.com; "
	   "git config commit.gpgsign false; mkdir app; "
	   "echo 1 > a.rb; echo 2 > app/b.rb; echo 3 > app/c.js; git add .; "
	   "git commit -qm one");
	if (repo_open(t.dir, &t.repo, &t.err))
		return -1;
	t.hook = (struct hook_config){
		.name = "pre-commit", .exclude_tags = none, .exclude = none
	};
	t.config.source_dir = ".lefthook";
	t.config.source_dir_local = ".lefthook-local";
	t.event.hook = "pre-commit";
	t.event.args = args;
	t.event.stdin_read = 1;
	t.opts = (struct plan_opts){ .config = &t.config,
		.hook = &t.hook,
		.repo = t.repo,
		.event = &t.event,
		.jobs = &t.jobs,
		.tags = &t.tags,
		.exclude = &t.exclude };
	return 0;
}

static void drop_plan(void)
{
	plan_release(&t.plan);
	lists_free(t.opts.lists);
	t.opts.lists = NULL;
	memset(&t.plan, 0, sizeof(t.plan));
}

static int tear_down(void **unused)
{
	int failed = fs_remove_tree(t.dir, &t.err);

	(void)unused;
	drop_plan();
	repo_free(t.repo);
	strvec_release(&t.jobs);
	strvec_release(&t.tags);
	strvec_release(&t.exclude);
	arena_release(&t.arena);
	free(t.dir);
	return failed;
}

static struct job_config *add_job(struct job_list *list, const char *name)
{
	struct job_config *job;

	if (!list->jobs)
		list->jobs = arena_alloc(
			&t.arena, JOBS_MAX * sizeof(*list->jobs));
	assert_true(list->nr < JOBS_MAX);
	job = &list->jobs[list->nr++];
	job->name = job->display = name;
	job->glob = job->exclude = job->tags = job->file_types = none;
	return job;
}

static struct job_config *add(const char *run)
{
	struct job_config *job = add_job(&t.hook.list, "job");

	job->kind = JOB_RUN;
	job->run = run;
	return job;
}

static struct job_config *add_script(const char *file)
{
	struct job_config *job = add_job(&t.hook.list, file);

	job->kind = JOB_SCRIPT;
	job->script = file;
	return job;
}

static struct job_config *add_group(const char *name)
{
	struct job_config *job = add_job(&t.hook.list, name);

	job->kind = JOB_GROUP;
	job->group = arena_alloc(&t.arena, sizeof(*job->group));
	return job;
}

static struct job_config *add_member(
	struct job_config *group, const char *name, const char *run)
{
	struct job_config *job = add_job(group->group, name);

	job->kind = JOB_RUN;
	job->run = run;
	return job;
}

static const char **words(const char *a, const char *b)
{
	const char **list = arena_alloc(&t.arena, 3 * sizeof(*list));

	list[0] = a;
	list[1] = b;
	return list;
}

/* As if each job's turn had come. */
static void settle(const struct plan_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		plan_settle(&list->jobs[i]);
		if (list->jobs[i].group)
			settle(list->jobs[i].group);
	}
}

static int build(void)
{
	drop_plan();
	t.opts.lists = lists_new(t.repo);
	if (plan_build(&t.opts, &t.arena, &t.plan, &t.err))
		return -1;
	settle(&t.plan.list);
	return 0;
}

/* Build; the first job. */
static const struct plan_job *first(void)
{
	if (build())
		fail_msg("%s", t.err.msg);
	assert_true(t.plan.list.nr > 0);
	return &t.plan.list.jobs[0];
}

static void assert_command(const struct plan_job *job, const char *want)
{
	if (job->error || job->skip)
		fail_msg("%s", job->error ? job->error : job->skip);
	assert_int_equal(job->commands.nr, 1);
	assert_string_equal(job->commands.v[0], want);
}

static void assert_skip(const struct plan_job *job, const char *want)
{
	if (job->error)
		fail_msg("%s", job->error);
	if (!job->skip)
		fail_msg("not skipped: %s", want);
	assert_string_equal(job->skip, want);
	assert_int_equal(job->commands.nr, 0);
}

static void assert_error(const struct plan_job *job, const char *part)
{
	assert_non_null(job->error);
	if (!strstr(job->error, part))
		fail_msg("'%s' is not in '%s'", part, job->error);
}

static const struct conditions *one_condition(
	enum condition_kind kind, const char *text)
{
	struct condition *cond = arena_alloc(&t.arena, sizeof(*cond));
	struct conditions *list = arena_alloc(&t.arena, sizeof(*list));

	*cond = (struct condition){ .kind = kind, .text = text };
	*list = (struct conditions){ .v = cond, .nr = 1 };
	return list;
}

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
	assert_string_equal(env_get(&job->env, "NO_COLOR"), "true");
	assert_null(env_get(&job->env, "GIT_PREFIX"));
	assert_non_null(env_get(&job->env, "PATH"));
	unsetenv("GIT_PREFIX");
	t.opts.colour = true;
	unsetenv("NO_COLOR");
	assert_null(env_get(&first()->env, "NO_COLOR"));
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
	assert_skip(first(), "no matching push files");
	assert_skip(&t.plan.list.jobs[1], "no files for inspection");
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
	assert_string_equal(t.plan.skip, "hook setting");
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
	assert_null(first()->skip);
	assert_ptr_equal(first()->step, &ops);
	job->glob = words("*.lock", NULL);
	assert_skip(first(), "no matching staged files");
	job->glob = none;
	job->uses = "depts";
	assert_error(first(), "unknown step 'depts'");
	step_register(NULL);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

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
		TEST(test_nothing_staged),
		TEST(test_glob_gates_without_token),
		TEST(test_only_deletions),
		TEST(test_push_that_only_deletes),
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
		TEST(test_every_copy_of_a_script),
		TEST(test_script_args_instead_of_gits),
		TEST(test_script_without_exec_bit),
		TEST(test_script_that_is_none),
		TEST(test_env_is_expanded),
		TEST(test_uses),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
