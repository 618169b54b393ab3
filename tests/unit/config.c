/*
 * Loading: which files, laid over each other how, bound to what; and what is
 * said about a configuration that is wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config/load.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/config.h"

#include <string.h>
#include <unistd.h>

struct fixture {
	char *root;
	struct config config;
	struct err err;
};

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	struct err err;

	unsetenv("HOOKRUN_CONFIG");
	unsetenv("LEFTHOOK_CONFIG");
	if (fs_temp_dir("hookrun-config", &f->root, &err))
		return -1;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	struct err err;

	fs_remove_tree(f->root, &err);
	free(f->root);
	config_release(&f->config);
	test_free(f);
	return 0;
}

static void put(struct fixture *f, const char *name, const char *text)
{
	char *path = fs_join(f->root, name), *dir = fs_dirname(path);
	struct err err;

	assert_int_equal(fs_mkdirs(dir, 0755, &err), 0);
	assert_int_equal(fs_write_cache(path, text, strlen(text), &err), 0);
	free(dir);
	free(path);
}

static void drop(struct fixture *f, const char *name)
{
	char *path = fs_join(f->root, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static int load(struct fixture *f)
{
	config_release(&f->config);
	return config_load(f->root, false, &f->config, &f->err);
}

static struct hook_config *load_hook(struct fixture *f, const char *name)
{
	struct hook_config *hook;

	if (load(f) != 1)
		fail_msg("not loaded: %s", f->err.msg);
	hook = config_hook(&f->config, name);
	assert_non_null(hook);
	return hook;
}

/* The text is refused, with exactly this message. */
static void assert_refused(const char *text, const char *want)
{
	struct config config;
	struct err err;

	assert_int_equal(config_load_text("f.yml", text, strlen(text), false,
				 &config, &err),
		-1);
	assert_string_equal(err.msg, want);
}

/* The text is accepted with exactly this warning, and refused when strict. */
static void assert_warned(const char *text, const char *want)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), false, &config, &err))
		fail_msg("refused: %s", err.msg);
	assert_int_equal(config.warnings.nr, 1);
	assert_string_equal(config.warnings.v[0], want);
	config_release(&config);
	assert_int_equal(config_load_text("f.yml", text, strlen(text), true,
				 &config, &err),
		-1);
	assert_string_equal(err.msg, want);
}

static void assert_accepted(const char *text)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), true, &config, &err))
		fail_msg("%s\nis refused: %s", text, err.msg);
	config_release(&config);
}

/* ---- files --------------------------------------------------------------- */

static void test_search_order(void **state)
{
	static const char *const order[] = { "hookrun.yml", ".hookrun.yml",
		".config/hookrun.yml", "hookrun.yaml", ".hookrun.yaml",
		".config/hookrun.yaml", "hookrun.json", ".hookrun.json",
		".config/hookrun.json", "lefthook.yml", ".lefthook.yml",
		".config/lefthook.yml", "lefthook.yaml", ".lefthook.yaml",
		".config/lefthook.yaml", "lefthook.json", ".lefthook.json",
		".config/lefthook.json", NULL };
	struct fixture *f = *state;
	char *found = NULL;

	assert_int_equal(config_find(f->root, &found), 0);
	assert_null(found);
	for (size_t i = 0; order[i]; i++)
		put(f, order[i], "{}");
	for (size_t i = 0; order[i]; i++) {
		char *want = fs_join(f->root, order[i]);

		assert_int_equal(config_find(f->root, &found), 1);
		assert_string_equal(found, want);
		assert_int_equal(load(f), 1);
		assert_string_equal(f->config.files.v[0], want);
		free(found);
		free(want);
		drop(f, order[i]);
	}
	assert_int_equal(load(f), 0);
}

static void test_environment(void **state)
{
	struct fixture *f = *state;
	char *found;

	put(f, "lefthook.yml", "a: 1");
	put(f, "sub/other.yml", "pre-push:\n");
	setenv("LEFTHOOK_CONFIG", "sub/other.yml", 1);
	assert_int_equal(config_find(f->root, &found), 1);
	assert_non_null(strstr(found, "/sub/other.yml"));
	free(found);
	assert_non_null(load_hook(f, "pre-push"));
	setenv("HOOKRUN_CONFIG", "nope.yml", 1);
	put(f, "lefthook-local.yml", "pre-push:\n");
	assert_int_equal(load(f), 0);
	drop(f, "lefthook-local.yml");
	assert_int_equal(config_none(f->root, &f->err), -1);
	assert_string_equal(f->err.msg,
		"the configuration 'nope.yml', which the environment names, "
		"does not exist");
	setenv("HOOKRUN_CONFIG", "", 1);
	unsetenv("LEFTHOOK_CONFIG");
	assert_int_equal(load(f), 1);
	assert_int_equal(f->config.warnings.nr, 1);
	unsetenv("HOOKRUN_CONFIG");
}

static void test_unreadable_formats(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml", "extends: [a.ini]\npre-commit:\n");
	put(f, "a.ini", "[pre-commit]\n");
	assert_int_equal(load(f), -1);
	assert_string_equal(f->err.msg,
		"'a.ini' has no format that can be read (name it .yml, .yaml, "
		".json, .jsonc or .toml)");
}

/* One configuration in every format, and formats that extend each other. */
static void test_formats(void **state)
{
	static const char *const texts[][2] = {
		{ "lefthook.toml", "[[pre-commit.jobs]]\nrun = 'x'\n"
				   "glob = ['*.rb']\ntimeout = '5s'\n" },
		{ "lefthook.jsonc", "// why\n{\"pre-commit\": {\"jobs\": "
				    "[{\"run\": \"x\", \"glob\": \"*.rb\", "
				    "\"timeout\": \"5s\",}]}}" },
		{ "lefthook.json", "{\"pre-commit\": {\"jobs\": "
				   "[{\"run\": \"x\", \"glob\": [\"*.rb\"], "
				   "\"timeout\": \"5s\"}]}}" },
		{ "lefthook.yml", "pre-commit:\n  jobs:\n  - run: x\n"
				  "    glob: '*.rb'\n    timeout: 5s\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		const struct hook_config *hook;

		/* Each comes before those that are there already. */
		put(f, texts[i][0], texts[i][1]);
		hook = load_hook(f, "pre-commit");
		assert_non_null(strstr(f->config.files.v[0], texts[i][0]));
		assert_string_equal(hook->list.jobs[0].run, "x");
		assert_string_equal(hook->list.jobs[0].glob[0], "*.rb");
		assert_int_equal(hook->list.jobs[0].timeout_ms, 5000);
	}
	put(f, "lefthook.yml", "extends: [a.toml, b.jsonc]\n");
	put(f, "a.toml", "[pre-commit]\npiped = true\n");
	put(f, "b.jsonc", "{\"pre-push\": {\"parallel\": []}}");
	assert_int_equal(load(f), -1);
	assert_non_null(strstr(f->err.msg, "b.jsonc:1:27: 'parallel'"));
}

static void test_local_only(void **state)
{
	struct fixture *f = *state;
	char *found = NULL;

	put(f, ".config/lefthook-local.yaml",
		"pre-commit: {commands: {a: {run: x}}}");
	assert_int_equal(config_find(f->root, &found), 0);
	assert_int_equal(load_hook(f, "pre-commit")->list.nr, 1);
	assert_int_equal(f->config.files.nr, 1);
}

static void test_empty_files(void **state)
{
	static const char *const texts[] = { "", "{}", "# nothing\n", "---\n" };
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		put(f, "lefthook.yml", texts[i]);
		assert_int_equal(load(f), 1);
		assert_int_equal(f->config.nhooks, 0);
		assert_null(config_hook(&f->config, "pre-commit"));
		assert_string_equal(f->config.source_dir, ".lefthook");
		assert_string_equal(
			f->config.source_dir_local, ".lefthook-local");
		assert_string_equal(f->config.glob_matcher, "gobwas");
		assert_null(f->config.binary);
		assert_null(f->config.rc);
	}
}

static void test_dangling_link(void **state)
{
	struct fixture *f = *state;
	char *path = fs_join(f->root, "lefthook.yml");

	assert_int_equal(symlink("nowhere", path), 0);
	free(path);
	assert_int_equal(load(f), -1);
	assert_string_equal(
		f->err.msg, "cannot read 'lefthook.yml': no such file");
}

/* ---- extends ------------------------------------------------------------- */

static void test_extends_order(void **state)
{
	struct fixture *f = *state;
	struct hook_config *hook;

	put(f, "lefthook.yml",
		"extends: [one.yml, 'globbed/*.yml']\n"
		"source_dir: main\nrc: main\n"
		"templates: {a: main, b: main}\n"
		"pre-commit: {piped: true, jobs: [{name: j, run: main}]}\n");
	put(f, "one.yml",
		"extends: [deep/two.yml]\nsource_dir: one\n"
		"templates: {b: one}\n"
		"pre-commit: {jobs: [{run: from-one}]}\n");
	put(f, "deep/two.yml", "source_dir: two\n");
	put(f, "globbed/b.yml", "source_dir_local: b\n");
	put(f, "globbed/a.yml", "source_dir_local: a\n");
	put(f, "lefthook-local.yml", "extends: [last.yml]\nrc: local\n");
	put(f, "last.yml", "rc: last\npre-push:\n");
	hook = load_hook(f, "pre-commit");
	assert_true(hook->list.piped);
	assert_int_equal(hook->list.nr, 2);
	assert_string_equal(hook->list.jobs[0].run, "main");
	assert_string_equal(hook->list.jobs[1].run, "from-one");
	assert_string_equal(f->config.source_dir, "two");
	assert_string_equal(f->config.source_dir_local, "b");
	assert_string_equal(f->config.rc, "last");
	assert_int_equal(f->config.ntemplates, 2);
	assert_string_equal(f->config.templates[0].value, "main");
	assert_string_equal(f->config.templates[1].value, "one");
	assert_non_null(config_hook(&f->config, "pre-push"));
	assert_int_equal(f->config.files.nr, 7);
	assert_non_null(strstr(f->config.files.v[0], "/lefthook.yml"));
	assert_non_null(strstr(f->config.files.v[1], "/one.yml"));
	assert_non_null(strstr(f->config.files.v[2], "/deep/two.yml"));
	assert_non_null(strstr(f->config.files.v[6], "/last.yml"));
	assert_int_equal(f->config.warnings.nr, 0);
}

static void test_extends_missing(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml", "extends: [nope.yml, 'x/*.yml']\npre-push:\n");
	assert_int_equal(load(f), 1);
	assert_int_equal(f->config.warnings.nr, 2);
	assert_string_equal(f->config.warnings.v[0],
		"lefthook.yml:1:11: the file 'nope.yml' in 'extends' does not "
		"exist\nextends: [nope.yml, 'x/*.yml']\n          ^");
	assert_string_equal(f->config.warnings.v[1],
		"lefthook.yml:1:21: no file matches 'x/*.yml' in 'extends'\n"
		"extends: [nope.yml, 'x/*.yml']\n                    ^");
	assert_int_equal(config_load(f->root, true, &f->config, &f->err), -1);
}

static void test_extends_recursion(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml", "extends: [a.yml]\n");
	put(f, "a.yml", "extends: [b.yml]\n");
	put(f, "b.yml", "extends: [./x/../a.yml]\n");
	assert_int_equal(load(f), -1);
	assert_string_equal(f->err.msg,
		"b.yml:1:11: 'extends' leads to 'a.yml' a second time\n"
		"extends: [./x/../a.yml]\n          ^");
	put(f, "b.yml", "extends: [lefthook.yml]\n");
	assert_int_equal(load(f), -1);
	put(f, "b.yml", "extends: [b.yml]\n");
	assert_int_equal(load(f), -1);
	/* What main and local file both extend is no loop, and the same list
	 * again is not followed again. */
	put(f, "b.yml", "pre-push: {jobs: [{run: b}]}\n");
	put(f, "lefthook-local.yml", "extends: [b.yml]\n");
	assert_int_equal(load_hook(f, "pre-push")->list.nr, 2);
	put(f, "lefthook-local.yml", "extends: [a.yml]\n");
	assert_int_equal(load_hook(f, "pre-push")->list.nr, 1);
	put(f, "lefthook-local.yml", "extends: [lefthook-local.yml]\n");
	assert_int_equal(load(f), -1);
}

/* What lefthook passes over. */
static void test_extends_odd(void **state)
{
	struct fixture *f = *state;

	put(f, "e.yml", "rc: e\n");
	put(f, "lefthook.yml", "extends: e.yml\n");
	assert_int_equal(load(f), 1);
	assert_null(f->config.rc);
	assert_int_equal(f->config.warnings.nr, 1);
	assert_string_equal(f->config.warnings.v[0],
		"lefthook.yml:1:10: 'extends' is followed only where it is a "
		"list, as lefthook has it: [e.yml]\n"
		"extends: e.yml\n         ^");
	put(f, "lefthook.yml",
		"extends: [no, gone.txt, {}, e.yml, 'n*.yml']\n");
	assert_int_equal(load(f), -1);
	put(f, "lefthook.yml", "extends: [no, gone.txt, e.yml, 'n*.yml', ~]\n");
	assert_int_equal(load(f), 1);
	assert_string_equal(f->config.rc, "e");
	assert_int_equal(f->config.warnings.nr, 3);
	put(f, "lefthook.yml", "extends: ['[x.yml']\n");
	assert_int_equal(load(f), -1);
	assert_non_null(strstr(f->err.msg, "not closed"));
	put(f, "lefthook.yml", "extends: ['']\n");
	assert_int_equal(load(f), -1);
}

static void test_extends_cannot_set_the_binary(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml", "extends: [a.yml]\nlefthook: mine\n");
	put(f, "a.yml", "lefthook: evil\nhookrun: evil\n");
	assert_int_equal(load(f), 1);
	assert_string_equal(f->config.binary, "mine");
	assert_int_equal(f->config.warnings.nr, 2);
	assert_string_equal(f->config.warnings.v[0],
		"a.yml:1:1: 'lefthook' has no effect in a file that another "
		"one extends\nlefthook: evil\n^");
	put(f, "lefthook-local.yml", "hookrun: local\n");
	assert_int_equal(load(f), 1);
	assert_string_equal(f->config.binary, "local");
}

/* A root whose name looks like a pattern. */
static void test_extends_in_odd_root(void **state)
{
	struct fixture *f = *state;
	char *root = fs_join(f->root, "a[b]*");
	struct config config;

	put(f, "a[b]*/lefthook.yml", "extends: ['x*.yml']\n");
	put(f, "a[b]*/x1.yml", "rc: found\n");
	assert_int_equal(config_load(root, true, &config, &f->err), 1);
	assert_string_equal(config.rc, "found");
	config_release(&config);
	free(root);
}

/* ---- merging ------------------------------------------------------------- */

static void test_merge_jobs(void **state)
{
	struct fixture *f = *state;
	struct hook_config *hook;
	struct job_config *jobs;

	put(f, "lefthook.yml",
		"pre-commit:\n  jobs:\n"
		"    - {name: a, run: one, tags: [x, y], env: {A: 1, B: 2}}\n"
		"    - {run: unnamed}\n"
		"    - name: g\n      group:\n        parallel: true\n"
		"        jobs: [{name: in, run: deep}, {run: other}]\n"
		"    - {name: last, run: z, skip: true}\n");
	put(f, "lefthook-local.yml",
		"pre-commit:\n  parallel: true\n  jobs:\n"
		"    - {name: new, run: \"{cmd}n\"}\n"
		"    - {name: g, group: {jobs: [{name: in, run: \"<{cmd}>\"},"
		" {run: add}]}}\n"
		"    - {run: unnamed}\n"
		"    - {name: a, run: \"pre {cmd} {cmd}\", tags: z,"
		" env: {B: 3, C: 4}}\n"
		"    - {name: last, skip: [merge]}\n");
	hook = load_hook(f, "pre-commit");
	assert_true(hook->list.parallel);
	assert_int_equal(hook->list.nr, 6);
	jobs = hook->list.jobs;
	assert_string_equal(jobs[0].run, "pre one one");
	assert_string_equal(jobs[0].tags[0], "z");
	assert_null(jobs[0].tags[1]);
	assert_int_equal(jobs[0].nenv, 3);
	assert_string_equal(jobs[0].env[0].value, "1");
	assert_string_equal(jobs[0].env[1].value, "3");
	assert_string_equal(jobs[0].env[2].value, "4");
	assert_string_equal(jobs[1].run, "unnamed");
	assert_int_equal(jobs[2].kind, JOB_GROUP);
	assert_true(jobs[2].group->parallel);
	assert_int_equal(jobs[2].group->nr, 3);
	assert_string_equal(jobs[2].group->jobs[0].run, "<deep>");
	assert_string_equal(jobs[2].group->jobs[2].run, "add");
	assert_int_equal(jobs[3].skip.nr, 1);
	assert_int_equal(jobs[3].skip.v[0].kind, COND_STATE);
	assert_string_equal(jobs[4].run, "{cmd}n");
	assert_string_equal(jobs[5].run, "unnamed");
}

static void test_merge_commands(void **state)
{
	struct fixture *f = *state;
	struct hook_config *hook;

	put(f, "lefthook.yml",
		"extends: [e.yml]\n"
		"pre-commit:\n  only: {ref: main}\n  commands:\n"
		"    skip: {run: s1, skip: {run: a}}\n"
		"    run: {run: \"{cmd} stays\", glob: [a, b]}\n");
	put(f, "e.yml",
		"pre-commit:\n  only: {run: \"true\"}\n  commands:\n"
		"    skip: {run: \"{cmd} s2\", skip: {ref: b}}\n");
	put(f, "lefthook-local.yml",
		"pre-commit:\n  commands:\n    skip: {run: \"{cmd} s3\"}\n"
		"    run: ~\n    tags: {run: t, tags: [a]}\n");
	hook = load_hook(f, "pre-commit");
	assert_int_equal(hook->only.nr, 1);
	assert_int_equal(hook->only.v[0].kind, COND_RUN);
	assert_int_equal(hook->list.nr, 3);
	assert_string_equal(hook->list.jobs[0].name, "run");
	assert_string_equal(hook->list.jobs[0].run, "{cmd} stays");
	assert_string_equal(hook->list.jobs[1].run, "s1 s2 s3");
	assert_int_equal(hook->list.jobs[1].skip.nr, 1);
	assert_int_equal(hook->list.jobs[1].skip.v[0].kind, COND_REF);
	assert_string_equal(hook->list.jobs[2].tags[0], "a");
}

/* A local file may add to a hook or job without saying it all again. */
static void test_partial_overlay(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml",
		"mine: {jobs: [{name: a, run: x}, {name: b, uses: deps}]}\n");
	put(f, "lefthook-local.yml",
		"mine: {piped: true, jobs: [{name: a, tags: t}, {name: b, "
		"with: {root: web}}]}\n");
	assert_true(load_hook(f, "mine")->list.piped);
	assert_int_equal(f->config.warnings.nr, 0);
	assert_string_equal(
		node_str(f->config.hooks[0].list.jobs[1].with, "root"), "web");
}

static void test_null_overlay(void **state)
{
	struct fixture *f = *state;

	put(f, "lefthook.yml", "rc: a\npre-commit: {jobs: [{run: x}]}\n");
	put(f, "lefthook-local.yml", "rc:\npre-commit:\n");
	assert_int_equal(load_hook(f, "pre-commit")->list.nr, 1);
	assert_string_equal(f->config.rc, "a");
}

static void test_merge_setup(void **state)
{
	struct fixture *f = *state;
	const struct node *setup_list;
	static const char *const want[] = { "a", "b", "local", "main" };
	size_t i = 0;

	put(f, "lefthook.yml",
		"extends: [a.yml, b.yml]\n"
		"pre-push: {setup: [{run: main}]}\n");
	put(f, "a.yml", "pre-push: {setup: [{run: a}]}\n");
	put(f, "b.yml", "pre-push: {setup: [{run: b}]}\n");
	put(f, "lefthook-local.yml", "pre-push: {setup: [{run: local}]}\n");
	setup_list = node_get(load_hook(f, "pre-push")->node, "setup");
	node_each (entry, setup_list) {
		assert_string_equal(node_str(entry, "run"), want[i++]);
	}
	assert_int_equal(i, 4);
}

/* ---- binding ------------------------------------------------------------- */

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
	assert_true(config_is_git_hook("p4-pre-submit"));
	assert_false(config_is_git_hook("custom"));
}

/* ---- messages ------------------------------------------------------------ */

static void test_warnings(void **state)
{
	(void)state;
	assert_warned("pre-commit:\n  jobs:\n    - name: lint\n"
		      "      rnu: eslint\n      run: x\n",
		"f.yml:4:7: unknown key 'rnu' in job 'lint' (did you mean "
		"'run'?)\n      rnu: eslint\n      ^");
	assert_warned("pre-commit: {jobs: [{run: a}, {run: x, zzz: 1}]}\n",
		"f.yml:1:40: unknown key 'zzz' in job 2 of hook 'pre-commit'\n"
		"pre-commit: {jobs: [{run: a}, {run: x, zzz: 1}]}\n"
		"                                       ^");
	assert_warned("pre-comit:\n  parallel: true\n",
		"f.yml:1:1: unknown key 'pre-comit' (did you mean "
		"'pre-commit'?)\npre-comit:\n^");
	assert_warned("pre-comit: {jobs: [{run: x}]}\n",
		"f.yml:1:1: git does not know the hook 'pre-comit' (did you "
		"mean 'pre-commit'?)\npre-comit: {jobs: [{run: x}]}\n^");
	assert_warned("mine: {}\n",
		"f.yml:1:1: unknown key 'mine' (a hook of one's own needs "
		"'jobs', 'commands' or 'scripts')\nmine: {}\n^");
	assert_warned("zzz: 1\n", "f.yml:1:1: unknown key 'zzz'\nzzz: 1\n^");
	assert_warned("templats: {}\n",
		"f.yml:1:1: unknown key 'templats' (did you mean "
		"'templates'?)\ntemplats: {}\n^");
	assert_warned("pre-push: {jobs: [{uses: deps, with: {mod: ask}}]}\n",
		"f.yml:1:39: unknown key 'mod' in 'with' of step 'deps' (did "
		"you mean 'mode'?)\n"
		"pre-push: {jobs: [{uses: deps, with: {mod: ask}}]}\n"
		"                                      ^");
	assert_warned("pre-push: {skip: [{reff: x, ref: y}]}\n",
		"f.yml:1:20: unknown key 'reff' in 'skip' of hook 'pre-push' "
		"(did you mean 'ref'?)\npre-push: {skip: [{reff: x, ref: y}]}\n"
		"                   ^");
	assert_warned("pre-commit: {commands: {a: {run: x, args: y}}}\n",
		"f.yml:1:37: unknown key 'args' in command 'a'\n"
		"pre-commit: {commands: {a: {run: x, args: y}}}\n"
		"                                    ^");
}

static void test_unsupported(void **state)
{
	(void)state;
	assert_warned(
		"pre-push: {jobs: [{run: x, group: {jobs: [{run: y}]}}]}\n",
		"f.yml:1:28: 'group' has no effect beside 'run' in job 1 of "
		"hook 'pre-push'\n"
		"pre-push: {jobs: [{run: x, group: {jobs: [{run: y}]}}]}\n"
		"                           ^");
	/* What asks for nothing is no matter for a warning. */
	assert_accepted("remotes: []\noutput: true\nskip_lfs: true\nai: {}\n"
			"pre-push:\n  fail_on_changes: false\n  setup: []\n"
			"  jobs: [{run: x, stage_fixed: false}]\n"
			"pre-commit: {fail_on_changes: never, "
			"fail_on_changes_diff: false}\n");
}

static void test_output_and_colors(void **state)
{
	(void)state;
	assert_accepted("output: [meta, jobs_out]\n"
			"colors: {cyan: 4, gray: '#aab', red: '#ff0000'}\n");
	assert_accepted("output: meta, summary\ncolors: on\n");
	assert_warned("output: [meta, sumary]\n",
		"f.yml:1:16: unknown value 'sumary' for 'output' (did you "
		"mean 'summary'?)\noutput: [meta, sumary]\n"
		"               ^");
	assert_warned("colors: {cyan: 400}\n",
		"f.yml:1:16: '400' is no colour (expected 0 to 255 or "
		"#rrggbb)\ncolors: {cyan: 400}\n               ^");
}

static void test_errors(void **state)
{
	(void)state;
	assert_accepted("pre-push: {jobs: [{run: x, file_types: [text, "
			"text/html, text/x-sh, image/png]}]}\n");
	assert_warned("pre-push: {jobs: [{run: x, file_types: text/htlm}]}\n",
		"f.yml:1:40: unknown MIME type 'text/htlm' for 'file_types' "
		"in job 1 of hook 'pre-push', which is passed over (did you "
		"mean 'text/html'?)\n"
		"pre-push: {jobs: [{run: x, file_types: text/htlm}]}\n"
		"                                       ^");
	assert_warned("pre-commit: {piped: true, parallel: true}\n",
		"f.yml:1:27: 'piped' and 'parallel' cannot both be true in "
		"hook 'pre-commit'\npre-commit: {piped: true, parallel: true}\n"
		"                          ^");
	assert_refused("pre-commit: {parallel: yes}\n",
		"f.yml:1:24: 'parallel' in hook 'pre-commit' must be true or "
		"false, not the text 'yes'\npre-commit: {parallel: yes}\n"
		"                       ^");
	assert_warned("pre-commit: {jobs: [{name: a}]}\n",
		"f.yml:1:21: job 'a' needs one of 'run', 'script', 'group' or "
		"'uses'\npre-commit: {jobs: [{name: a}]}\n"
		"                    ^");
	assert_warned("pre-commit: {jobs: [{run: ''}]}\n",
		"f.yml:1:21: job 1 of hook 'pre-commit' needs one of 'run', "
		"'script', 'group' or 'uses'\n"
		"pre-commit: {jobs: [{run: ''}]}\n                    ^");
	assert_warned("pre-commit: {jobs: [{run: x, script: y}]}\n",
		"f.yml:1:30: job 1 of hook 'pre-commit' has both 'run' and "
		"'script', of which only one is possible\n"
		"pre-commit: {jobs: [{run: x, script: y}]}\n"
		"                             ^");
	assert_refused("pre-commit: {jobs: [{uses: migrat}]}\n",
		"f.yml:1:28: unknown step 'migrat' for 'uses' in job 1 of hook "
		"'pre-commit' (did you mean 'migrate'?)\n"
		"pre-commit: {jobs: [{uses: migrat}]}\n"
		"                           ^");
	assert_refused("pre-commit: {jobs: [{uses: cargo}]}\n",
		"f.yml:1:28: unknown step 'cargo' for 'uses' in job 1 of hook "
		"'pre-commit' (expected deps, migrate or test-map)\n"
		"pre-commit: {jobs: [{uses: cargo}]}\n"
		"                           ^");
	assert_refused("pre-commit: {jobs: [{run: x, with: {}}]}\n",
		"f.yml:1:30: 'with' in job 1 of hook 'pre-commit' needs "
		"'uses', which names a step\n"
		"pre-commit: {jobs: [{run: x, with: {}}]}\n"
		"                             ^");
	assert_refused("pre-commit: {jobs: [{run: x, timeout: 5}]}\n",
		"f.yml:1:39: bad 'timeout' in job 1 of hook 'pre-commit': "
		"duration '5' has no unit (did you mean '5s'?)\n"
		"pre-commit: {jobs: [{run: x, timeout: 5}]}\n"
		"                                      ^");
	assert_warned("pre-commit: {skip: mege}\n",
		"f.yml:1:20: unknown condition 'mege' for 'skip' in hook "
		"'pre-commit', which never holds (did you mean 'merge'?)\n"
		"pre-commit: {skip: mege}\n                   ^");
	assert_warned("pre-commit: {only: [true]}\n",
		"f.yml:1:21: true as 'only' in hook 'pre-commit' has no effect "
		"(expected a state such as merge or rebase, {ref: ...}, "
		"{push_ref: ...} or {run: ...})\n"
		"pre-commit: {only: [true]}\n                    ^");
	assert_warned("pre-commit: {skip: {run: true}}\n",
		"f.yml:1:26: true as 'run' in 'skip' of hook 'pre-commit' has "
		"no effect (expected a string)\n"
		"pre-commit: {skip: {run: true}}\n"
		"                         ^");
	assert_warned("pre-commit: {skip: ''}\n",
		"f.yml:1:20: an empty text as 'skip' in hook 'pre-commit' "
		"holds while there is neither a merge nor a rebase\n"
		"pre-commit: {skip: ''}\n                   ^");
	assert_refused("pre-commit: {jobs: [{run: {files}}]}\n",
		"f.yml:1:27: 'run' in job 1 of hook 'pre-commit' must be a "
		"string, not a map (put a text that begins with '{' in "
		"quotes)\npre-commit: {jobs: [{run: {files}}]}\n"
		"                          ^");
	assert_refused("pre-commit: {jobs: [x]}\n",
		"f.yml:1:21: job 1 of hook 'pre-commit' must be a map\n"
		"pre-commit: {jobs: [x]}\n                    ^");
	assert_warned("pre-commit: {commands: {a: }}\n",
		"f.yml:1:25: command 'a' has no 'run'\n"
		"pre-commit: {commands: {a: }}\n                        ^");
	assert_warned("pre-commit: {jobs: [{name: g, group: {}}]}\n",
		"f.yml:1:31: the group of job 'g' has no 'jobs'\n"
		"pre-commit: {jobs: [{name: g, group: {}}]}\n"
		"                              ^");
	assert_refused("[a]\n",
		"f.yml:1:1: a configuration must be a map of keys and hooks\n"
		"[a]\n^");
	assert_warned("min_version: 2.2.3\n",
		"f.yml:1:14: required lefthook version (2.2.3) is higher than "
		"current (2.2.2)\n"
		"min_version: 2.2.3\n             ^");
	assert_warned("min_version: new\n",
		"f.yml:1:14: 'min_version' must be a version such as 2.1.0, "
		"not 'new'\nmin_version: new\n             ^");
	assert_refused("my.hook: {jobs: [{run: x}]}\n",
		"f.yml:1:1: 'my.hook' cannot be the name of a hook (only "
		"letters, digits, '-', '_' and ':' can be in it)\n"
		"my.hook: {jobs: [{run: x}]}\n^");
	assert_refused("pre-push: {jobs: [{uses: deps, with: {mode: aut}}]}\n",
		"f.yml:1:45: unknown value 'aut' for 'mode' in 'with' of step "
		"'deps' (did you mean 'auto'?)\n"
		"pre-push: {jobs: [{uses: deps, with: {mode: aut}}]}\n"
		"                                            ^");
}

static void test_versions(void **state)
{
	static const char *const good[] = { "2", "2.2", "v2.2.2", "0.9.9",
		"1.99", "2.2.2-rc1", "2.1.0+x", "", "2.1.0-RC.1-x+b.01" };
	static const char *const bad[] = { "3", "2.3", "2.2.3", "v10",
		"2.2.2.2", "2.", "''.1", "v", "2.x", "2.2.2-", "99999999999",
		"V1", "01.2", "1.02", "1.2-rc1", "1.2.3-01", "1.2.3-a..b",
		"1.2.3+a_b", "1.2.3+", "1.2.3.", " 1.2", "1.2 " };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addf(&text, "min_version: '%s'\n", good[i]);
		assert_accepted(text.buf);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct config config;
		struct err err;

		strbuf_addf(&text, "min_version: \"%s\"\n", bad[i]);
		assert_int_equal(config_load_text("f.yml", text.buf, text.len,
					 false, &config, &err),
			0);
		if (!config.unmet)
			fail_msg("'%s' is accepted", bad[i]);
		config_release(&config);
	}
}

static void test_hook_names(void **state)
{
	static const char *const good[] = { "mine", "fmt:all", "a_b-C1",
		"pre-push2", "pre-commit-extra" };
	static const char *const bad[] = { "a b", "-a", "a/b", "''", "'a$b'",
		"\"a\\nb\"", "\xc3\xa9" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addf(&text, "%s: {jobs: [{run: x}]}\n", good[i]);
		assert_accepted(text.buf);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct config config;
		struct err err;

		strbuf_addf(&text, "%s: {jobs: [{run: x}]}\n", bad[i]);
		if (!config_load_text(
			    "f.yml", text.buf, text.len, false, &config, &err))
			fail_msg("'%s' is accepted", bad[i]);
		assert_non_null(strstr(err.msg, "cannot be the name"));
	}
}

/* `depth` groups within each other. */
static void nest(struct strbuf *text, int depth)
{
	strbuf_addstr(text, "pre-push: {jobs: [");
	for (int i = 0; i < depth; i++)
		strbuf_addstr(text, "{group: {jobs: [");
	strbuf_addstr(text, "{run: x}");
	for (int i = 0; i < depth; i++)
		strbuf_addstr(text, "]}}");
	strbuf_addstr(text, "]}\n");
}

static void test_deep_groups(void **state)
{
	AUTO_STRBUF fits = STRBUF_INIT;
	AUTO_STRBUF deep = STRBUF_INIT;
	struct config config;
	struct err err;

	(void)state;
	nest(&fits, 16);
	assert_accepted(fits.buf);
	nest(&deep, 17);
	assert_int_equal(config_load_text("f.yml", deep.buf, deep.len, false,
				 &config, &err),
		-1);
	assert_non_null(
		strstr(err.msg, "more than 16 groups within each other"));
}

static void test_many_warnings(void **state)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct config config;
	struct err err;

	(void)state;
	for (int i = 0; i < 250; i++)
		strbuf_addf(&text, "zz%d: 1\n", i);
	assert_int_equal(config_load_text("f.yml", text.buf, text.len, false,
				 &config, &err),
		0);
	assert_int_equal(config.warnings.nr, 101);
	assert_string_equal(
		config.warnings.v[100], "and 150 more such warnings");
	config_release(&config);
	/* An error behind them all is not lost among them. */
	strbuf_addstr(&text, "rc: [1]\n");
	assert_int_equal(config_load_text("f.yml", text.buf, text.len, false,
				 &config, &err),
		-1);
	assert_non_null(strstr(err.msg, "'rc' must be a string, not a list"));
}

/* ---- validate ------------------------------------------------------------ */

static void test_validate(void **state)
{
	struct fixture *f = *state;
	AUTO_STRBUF out = STRBUF_INIT;

	put(f, "lefthook.yml",
		"extends: [e.yml]\nzzz: 1\npre-commit: {parallel: x, jobs: "
		"[{name: a, run: x}]}\n");
	put(f, "e.yml", "rc: {}\n");
	put(f, "lefthook-local.yml", "pre-commit: {parallel: true}\nb: [\n");
	assert_int_equal(config_validate(f->root, NULL, &out), 4);
	assert_string_equal(out.buf,
		"lefthook-local.yml:2:5: did not find expected node content, "
		"while parsing a flow node\nb: [\n    ^\n\n"
		"lefthook.yml:2:1: unknown key 'zzz'\nzzz: 1\n^\n\n"
		"lefthook.yml:3:24: 'parallel' in hook 'pre-commit' must be "
		"true or false, not the text 'x'\n"
		"pre-commit: {parallel: x, jobs: [{name: a, run: x}]}\n"
		"                       ^\n\n"
		"e.yml:1:5: 'rc' must be a string, not a map\nrc: {}\n    ^\n");
}

static void test_validate_valid(void **state)
{
	struct fixture *f = *state;
	AUTO_STRBUF out = STRBUF_INIT;

	put(f, "lefthook.json",
		"{\"pre-commit\": {\"jobs\": [{\"run\": \"echo \\ud83d\\ude00"
		"\"}]}}");
	assert_int_equal(config_validate(f->root, NULL, &out), 0);
	assert_string_equal(out.buf, "");
	drop(f, "lefthook.json");
	assert_int_equal(config_validate(f->root, NULL, &out), 1);
	assert_non_null(strstr(out.buf, "there is no configuration"));
}

/* ---- every end of a file ------------------------------------------------- */

static const char sample[] =
	"min_version: 2.1\nextends: [a.yml]\ncolors: auto\n"
	"templates:\n  be: bundle exec\n"
	"x-y: &job\n  glob: \"*.rb\"\n  timeout: 30s\n"
	"pre-commit:\n  parallel: true\n  exclude_tags: [slow]\n"
	"  skip:\n    - merge\n    - ref: wip/*\n"
	"  jobs:\n    - name: lint\n      <<: *job\n"
	"      run: \"{be} rubocop {staged_files}\"\n"
	"    - group:\n        piped: true\n        jobs:\n"
	"          - run: one\n          - script: two.sh\n"
	"            runner: bash\n"
	"  commands:\n    a: {run: x, priority: 2, env: {A: 1}}\n"
	"  scripts:\n    b.sh:\n      runner: sh\n"
	"post-checkout:\n  piped: true\n  jobs:\n    - uses: deps\n"
	"    - uses: migrate\n      with: {mode: ask, lock_timeout: 5s}\n"
	"    - uses: test-map\n      with:\n        branches: [main]\n";

static void test_truncations(void **state)
{
	struct config config;
	struct err err;

	(void)state;
	assert_int_equal(config_load_text("f.yml", sample, sizeof(sample) - 1,
				 false, &config, &err),
		0);
	assert_int_equal(config.nhooks, 2);
	config_release(&config);
	for (size_t len = 0; len < sizeof(sample) - 1; len++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_add(&text, sample, len);
		if (config_load_text(
			    "f.yml", text.buf, len, false, &config, &err))
			assert_non_null(strstr(err.msg, "\n"));
		else
			config_release(&config);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_search_order),
		TEST(test_environment), TEST(test_formats),
		TEST(test_unreadable_formats), TEST(test_local_only),
		TEST(test_empty_files), TEST(test_dangling_link),
		TEST(test_extends_order), TEST(test_extends_missing),
		TEST(test_extends_recursion), TEST(test_extends_odd),
		TEST(test_extends_cannot_set_the_binary),
		TEST(test_extends_in_odd_root), TEST(test_merge_jobs),
		TEST(test_merge_commands), TEST(test_partial_overlay),
		TEST(test_null_overlay), TEST(test_merge_setup),
		TEST(test_bind_job), TEST(test_bind_changes),
		TEST(test_bind_order), TEST(test_bind_conditions),
		TEST(test_bind_top), TEST(test_validate),
		TEST(test_validate_valid), cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_output_and_colors),
		cmocka_unit_test(test_errors), cmocka_unit_test(test_versions),
		cmocka_unit_test(test_hook_names),
		cmocka_unit_test(test_deep_groups),
		cmocka_unit_test(test_many_warnings),
		cmocka_unit_test(test_truncations) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
