/*
 * Loading: which files, laid over each other how; validation; and a file that
 * ends anywhere.
 */
#include "config_fixture.h"

#include "cli/steps.h"

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
	assert_int_equal(
		config_load(f->root, NULL, true, &f->config, &f->err), -1);
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
	assert_int_equal(config_load(root, NULL, true, &config, &f->err), 1);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_search_order),
		TEST(test_environment),
		TEST(test_unreadable_formats),
		TEST(test_formats),
		TEST(test_local_only),
		TEST(test_empty_files),
		TEST(test_dangling_link),
		TEST(test_extends_order),
		TEST(test_extends_missing),
		TEST(test_extends_recursion),
		TEST(test_extends_odd),
		TEST(test_extends_cannot_set_the_binary),
		TEST(test_extends_in_odd_root),
		TEST(test_merge_jobs),
		TEST(test_merge_commands),
		TEST(test_partial_overlay),
		TEST(test_null_overlay),
		TEST(test_merge_setup),
		TEST(test_validate),
		TEST(test_validate_valid),
		cmocka_unit_test(test_truncations),
	};

	step_register(steps_builtin);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
