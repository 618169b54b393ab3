/*
 * Plans of a configuration made by hand, against a real repository.
 */
#ifndef TESTS_PLAN_FIXTURE_H
#define TESTS_PLAN_FIXTURE_H

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
	struct run_opts opts;
	struct plan plan;
	struct strvec jobs, tags, exclude;
	struct err err;
} t;

static inline void sh(const char *script)
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

static inline int set_up(void **unused)
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
	t.opts = (struct run_opts){ .config = &t.config,
		.hook = &t.hook,
		.repo = t.repo,
		.event = &t.event,
		.jobs = &t.jobs,
		.tags = &t.tags,
		.exclude = &t.exclude };
	return 0;
}

static inline void drop_plan(void)
{
	plan_release(&t.plan);
	lists_free(t.opts.lists);
	t.opts.lists = NULL;
	memset(&t.plan, 0, sizeof(t.plan));
}

static inline int tear_down(void **unused)
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

static inline struct job_config *add_job(
	struct job_list *list, const char *name)
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

static inline struct job_config *add(const char *run)
{
	struct job_config *job = add_job(&t.hook.list, "job");

	job->kind = JOB_RUN;
	job->run = run;
	return job;
}

static inline struct job_config *add_script(const char *file)
{
	struct job_config *job = add_job(&t.hook.list, file);

	job->kind = JOB_SCRIPT;
	job->script = file;
	return job;
}

static inline struct job_config *add_group(const char *name)
{
	struct job_config *job = add_job(&t.hook.list, name);

	job->kind = JOB_GROUP;
	job->group = arena_alloc(&t.arena, sizeof(*job->group));
	return job;
}

static inline struct job_config *add_member(
	struct job_config *group, const char *name, const char *run)
{
	struct job_config *job = add_job(group->group, name);

	job->kind = JOB_RUN;
	job->run = run;
	return job;
}

static inline const char **words(const char *a, const char *b)
{
	const char **list = arena_alloc(&t.arena, 3 * sizeof(*list));

	list[0] = a;
	list[1] = b;
	return list;
}

/* As if each job's turn had come. */
static inline void settle(const struct plan_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		plan_settle(&list->jobs[i]);
		if (list->jobs[i].group)
			settle(list->jobs[i].group);
	}
}

static inline int build(void)
{
	drop_plan();
	t.opts.lists = lists_new(t.repo);
	if (plan_build(&t.opts, &t.arena, &t.plan, &t.err))
		return -1;
	settle(&t.plan.list);
	return 0;
}

/* Build; the first job. */
static inline const struct plan_job *first(void)
{
	if (build())
		fail_msg("%s", t.err.msg);
	assert_true(t.plan.list.nr > 0);
	return &t.plan.list.jobs[0];
}

static inline void assert_command(const struct plan_job *job, const char *want)
{
	if (job->error || job->skip.kind)
		fail_msg("%s",
			job->error ? job->error : reason_text(&job->skip));
	assert_int_equal(job->commands.nr, 1);
	assert_string_equal(job->commands.v[0], want);
}

static inline void assert_skip(const struct plan_job *job, const char *want)
{
	if (job->error)
		fail_msg("%s", job->error);
	if (!job->skip.kind)
		fail_msg("not skipped: %s", want);
	assert_string_equal(reason_text(&job->skip), want);
	assert_int_equal(job->commands.nr, 0);
}

static inline void assert_error(const struct plan_job *job, const char *part)
{
	assert_non_null(job->error);
	if (!strstr(job->error, part))
		fail_msg("'%s' is not in '%s'", part, job->error);
}

static inline const struct conditions *one_condition(
	enum condition_kind kind, const char *text)
{
	struct condition *cond = arena_alloc(&t.arena, sizeof(*cond));
	struct conditions *list = arena_alloc(&t.arena, sizeof(*list));

	*cond = (struct condition){ .kind = kind, .text = text };
	*list = (struct conditions){ .v = cond, .nr = 1 };
	return list;
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

#endif
