/* What of the laid-over files becomes which field, in which order. */
#include "config_fixture.h"

#include "cli/steps.h"
#include "hookrun/base/hookname.h"

static void test_bind_job(void **state)
{
	struct fixture *f = *state;
	struct hook_config *hook;
	struct job_config *job;

	put(f, "lefthook.yml",
		"pre-commit:\n  jobs_limit: 3\n  follow: true\n"
		"  files: git ls-files\n  exclude_tags: slow\n"
		"  exclude: [a, b]\n"
		"  jobs:\n    - run: x\n      args: -v\n      root: web\n"
		"      files: ls\n      fail_text: 7\n      timeout: 1m30s\n"
		"      glob: '*.c'\n      exclude: [q]\n      tags: [1, true]\n"
		"      file_types: [text, not symlink]\n"
		"      env: {N: 1, T: true, E: , S: s}\n"
		"      interactive: true\n      use_stdin: true\n"
		"      stage_fixed: true\n"
		"    - {script: a.sh, runner: bash}\n"
		"    - {uses: migrate}\n"
		"    - {group: {piped: true, jobs_limit: 1, jobs: [{run: "
		"y}]}}\n"
		"    - {name: named, uses: deps, with: {mode: ask}}\n");
	hook = load_hook(f, "pre-commit");
	assert_int_equal(hook->list.jobs_limit, 3);
	assert_true(hook->follow);
	assert_string_equal(hook->files, "git ls-files");
	assert_string_equal(hook->exclude_tags[0], "slow");
	assert_null(hook->exclude_tags[1]);
	assert_string_equal(hook->exclude[1], "b");
	assert_int_equal(hook->list.nr, 5);
	job = &hook->list.jobs[0];
	assert_int_equal(job->kind, JOB_RUN);
	assert_int_equal(job->from, FROM_JOBS);
	assert_null(job->name);
	assert_string_equal(job->display, "x");
	assert_string_equal(job->args, "-v");
	assert_string_equal(job->root, "web");
	assert_string_equal(job->files, "ls");
	assert_string_equal(job->fail_text, "7");
	assert_int_equal(job->timeout_ms, 90000);
	assert_string_equal(job->glob[0], "*.c");
	assert_null(job->glob[1]);
	assert_string_equal(job->tags[1], "1");
	assert_string_equal(job->file_types[1], "not symlink");
	assert_int_equal(job->nenv, 4);
	assert_string_equal(job->env[1].value, "1");
	assert_string_equal(job->env[2].value, "");
	assert_true(job->interactive && job->use_stdin && job->stage_fixed);
	assert_int_equal(hook->list.jobs[1].kind, JOB_SCRIPT);
	assert_string_equal(hook->list.jobs[1].display, "a.sh");
	assert_string_equal(hook->list.jobs[1].runner, "bash");
	assert_null(hook->list.jobs[1].glob[0]);
	assert_string_equal(hook->list.jobs[2].display, "migrate");
	assert_null(hook->list.jobs[2].with);
	assert_string_equal(hook->list.jobs[3].display, "group (3)");
	assert_true(hook->list.jobs[3].group->piped);
	assert_int_equal(hook->list.jobs[3].group->jobs_limit, 1);
	assert_string_equal(hook->list.jobs[4].display, "named");
	assert_string_equal(hook->list.jobs[4].uses, "deps");
	assert_string_equal(node_str(hook->list.jobs[4].with, "mode"), "ask");
}

static enum fail_on_changes fail_on_changes(
	struct fixture *f, const char *value)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "pre-push: {fail_on_changes: %s}\n", value);
	put(f, "lefthook.yml", text.buf);
	return load_hook(f, "pre-push")->fail_on_changes;
}

static void test_bind_changes(void **state)
{
	static const char *const pass[] = { "never", "false", "0", "'false'",
		"" };
	static const char *const fail[] = { "always", "true", "1", "'true'" };
	struct fixture *f = *state;
	struct hook_config *hook;

	for (size_t i = 0; i < ARRAY_SIZE(pass); i++)
		assert_int_equal(fail_on_changes(f, pass[i]), CHANGES_PASS);
	for (size_t i = 0; i < ARRAY_SIZE(fail); i++)
		assert_int_equal(fail_on_changes(f, fail[i]), CHANGES_FAIL);
	assert_int_equal(fail_on_changes(f, "ci"), CHANGES_FAIL_IN_CI);
	assert_int_equal(fail_on_changes(f, "non-ci"), CHANGES_FAIL_OUTSIDE_CI);
	assert_int_equal(fail_on_changes(f, "yes"), CHANGES_UNKNOWN);
	assert_warned("pre-push: {fail_on_changes: sometimes}\n",
		"f.yml:1:29: unknown value 'sometimes' for 'fail_on_changes' "
		"in hook 'pre-push', with which the hook does not run "
		"(expected never, always, ci, non-ci, true, "
		"false, 0 or 1)\npre-push: {fail_on_changes: sometimes}\n"
		"                            ^");
	put(f, "lefthook.yml",
		"a: {fail_on_changes_diff: true, jobs: [{run: x}]}\n"
		"b: {fail_on_changes_diff: 0, jobs: [{run: x}]}\n"
		"c: {stage_fixed: true, jobs: [{run: x}, {run: y, stage_fixed: "
		"false}, {group: {jobs: [{run: z}]}}], scripts: {s: {}}}\n");
	hook = load_hook(f, "a");
	assert_int_equal(hook->fail_on_changes_diff, DIFF_ALWAYS);
	assert_int_equal(
		config_hook(&f->config, "b")->fail_on_changes_diff, DIFF_NEVER);
	hook = config_hook(&f->config, "c");
	assert_int_equal(hook->fail_on_changes_diff, DIFF_IN_CI);
	assert_true(hook->list.jobs[0].stage_fixed);
	assert_false(hook->list.jobs[1].stage_fixed);
	assert_true(hook->list.jobs[2].group->jobs[0].stage_fixed);
	assert_true(hook->list.jobs[3].stage_fixed);
}

static void test_bind_order(void **state)
{
	static const char *const want[] = { "j", "zz", "first", "2b", "10b",
		"a", "b", "1.sh", "z.sh" };
	struct fixture *f = *state;
	struct hook_config *hook;

	put(f, "lefthook.yml",
		"pre-push:\n  scripts: {z.sh: , 1.sh: {runner: sh}}\n"
		"  commands:\n    10b: {run: x}\n    b: {run: x}\n"
		"    2b: {run: x}\n    a: {run: x, priority: 0}\n"
		"    first: {run: x, priority: 2}\n"
		"    zz: {run: x, priority: 1}\n"
		"  jobs: [{name: j, run: x}]\n");
	hook = load_hook(f, "pre-push");
	assert_int_equal(hook->list.nr, 9);
	for (size_t i = 0; i < 9; i++)
		assert_string_equal(hook->list.jobs[i].name, want[i]);
	assert_int_equal(hook->list.jobs[1].from, FROM_COMMANDS);
	assert_int_equal(hook->list.jobs[1].kind, JOB_RUN);
	assert_int_equal(hook->list.jobs[7].from, FROM_SCRIPTS);
	assert_int_equal(hook->list.jobs[7].kind, JOB_SCRIPT);
	assert_string_equal(hook->list.jobs[7].script, "1.sh");
	assert_string_equal(hook->list.jobs[7].runner, "sh");
}

static void test_bind_conditions(void **state)
{
	struct fixture *f = *state;
	struct hook_config *hook;

	put(f, "lefthook.yml",
		"pre-commit:\n  skip: merge\n  only: {ref: main}\n  jobs:\n"
		"    - {run: a, skip: true, only: false}\n"
		"    - {run: b, skip: [rebase, {ref: 'x/*'}, {run: c}, true]}\n"
		"    - {run: c, skip: , only: []}\n"
		"    - {run: d, only: {ref: r, run: u}}\n");
	hook = load_hook(f, "pre-commit");
	assert_int_equal(hook->skip.nr, 1);
	assert_int_equal(hook->skip.v[0].kind, COND_STATE);
	assert_string_equal(hook->skip.v[0].text, "merge");
	assert_int_equal(hook->only.v[0].kind, COND_REF);
	assert_string_equal(hook->only.v[0].text, "main");
	assert_int_equal(hook->list.jobs[0].skip.v[0].kind, COND_TRUE);
	assert_int_equal(hook->list.jobs[0].only.v[0].kind, COND_FALSE);
	/* `true` has no meaning within a list */
	assert_int_equal(hook->list.jobs[1].skip.nr, 3);
	assert_int_equal(hook->list.jobs[1].skip.v[2].kind, COND_RUN);
	assert_int_equal(hook->list.jobs[2].skip.nr, 0);
	assert_int_equal(hook->list.jobs[2].only.nr, 1);
	assert_int_equal(hook->list.jobs[2].only.v[0].kind, COND_FALSE);
	assert_int_equal(hook->list.jobs[3].only.nr, 2);
	assert_null(hook->mistake.why);
	assert_null(hook->list.jobs[0].mistake.why);
	assert_non_null(strstr(hook->list.jobs[2].mistake.why, "'only'"));
	assert_int_equal(hook->list.jobs[2].mistake.at->line, 7);
	assert_int_equal(hook->list.jobs[2].mistake.at->col, 30);
	assert_null(hook->list.jobs[3].mistake.why);
}

static void test_bind_top(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml",
		"min_version: v2.2.2\nlefthook: lh\nrc: ~/.rc\n"
		"source_dir: s\nsource_dir_local: l\nno_tty: true\n"
		"no_auto_install: true\ninstall_non_git_hooks: true\n"
		"assert_lefthook_installed: true\nskip_lfs: true\n"
		"glob_matcher: doublestar\ncolors: off\n"
		"templates: {a: 1, b: }\npre-commit:\ncustom: {jobs: }\n");
	assert_int_equal(load(f), 1);
	assert_int_equal(f->config.warnings.nr, 0);
	assert_string_equal(f->config.binary, "lh");
	assert_string_equal(f->config.rc, "~/.rc");
	assert_string_equal(f->config.source_dir, "s");
	assert_string_equal(f->config.source_dir_local, "l");
	assert_true(f->config.no_tty && f->config.no_auto_install);
	assert_true(f->config.install_non_git_hooks);
	assert_true(f->config.assert_installed);
	assert_string_equal(f->config.glob_matcher, "doublestar");
	assert_int_equal(f->config.ntemplates, 2);
	assert_string_equal(f->config.templates[0].value, "1");
	assert_string_equal(f->config.templates[1].value, "");
	assert_int_equal(f->config.nhooks, 2);
	assert_int_equal(config_hook(&f->config, "pre-commit")->list.nr, 0);
	assert_non_null(config_hook(&f->config, "custom"));
	assert_null(config_hook(&f->config, "rc"));
	assert_true(hookname_is_git("p4-pre-submit"));
	assert_false(hookname_is_git("custom"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bind_job),
		TEST(test_bind_changes),
		TEST(test_bind_order),
		TEST(test_bind_conditions),
		TEST(test_bind_top),
	};

	step_register(steps_builtin);
	return cmocka_run_group_tests_name("bind", tests, NULL, NULL);
}
