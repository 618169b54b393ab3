/* What is said about a configuration that is wrong: errors and warnings. */
#include "config_fixture.h"

#include "cli/steps.h"

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

static void test_values(void **state)
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
}

static void test_what_a_job_does(void **state)
{
	(void)state;
	assert_warned("pre-commit: {jobs: [{name: a}]}\n",
		"f.yml:1:21: job 'a' needs one of 'run', 'script', 'group' or "
		"'uses'\npre-commit: {jobs: [{name: a}]}\n"
		"                    ^");
	assert_warned("pre-commit: {jobs: [{run: ''}]}\n",
		"f.yml:1:22: 'run' in job 1 of hook 'pre-commit' is empty (the "
		"command stands behind 'run: ')\n"
		"pre-commit: {jobs: [{run: ''}]}\n                     ^");
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
		"'pre-commit' (expected worktree, deps, migrate, "
		"migrations-check or test-map)\n"
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
}

static void test_conditions(void **state)
{
	(void)state;
	assert_warned("pre-commit: {skip: mege}\n",
		"f.yml:1:20: unknown condition 'mege' for 'skip' in hook "
		"'pre-commit', which never holds (did you mean 'merge'?)\n"
		"pre-commit: {skip: mege}\n                   ^");
	assert_warned("pre-commit: {only: [true]}\n",
		"f.yml:1:21: true as 'only' in hook 'pre-commit' is no "
		"condition, and never holds (expected a state such as merge or "
		"rebase, {ref: ...}, "
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
}

static void test_kinds_of_values(void **state)
{
	(void)state;
	assert_refused("pre-commit: {jobs: [{run: {files}}]}\n",
		"f.yml:1:27: 'run' in job 1 of hook 'pre-commit' must be a "
		"string, not a map (put a text that begins with '{' in "
		"quotes)\npre-commit: {jobs: [{run: {files}}]}\n"
		"                          ^");
	assert_refused("pre-commit: {jobs: [x]}\n",
		"f.yml:1:21: job 1 of hook 'pre-commit' must be a map (write "
		"'run: ...')\npre-commit: {jobs: [x]}\n                    ^");
	assert_warned("pre-commit: {commands: {a: }}\n",
		"f.yml:1:25: command 'a' has no 'run'\n"
		"pre-commit: {commands: {a: }}\n                        ^");
	assert_warned("pre-commit: {jobs: [{name: g, group: {}}]}\n",
		"f.yml:1:31: the group of job 'g' has no 'jobs'\n"
		"pre-commit: {jobs: [{name: g, group: {}}]}\n"
		"                              ^");
}

static void assert_says(const char *text, const char *want)
{
	struct config config;
	struct err err;
	int failed = config_load_text(
		"f.yml", text, strlen(text), true, &config, &err);

	if (!failed)
		fail_msg("accepted: %s", text);
	if (!strstr(err.msg, want))
		fail_msg("%s\nsays: %s\nand not: %s", text, err.msg, want);
}

/* Where a key is known elsewhere, that is what was meant. */
static void test_advice_says_where_it_belongs(void **state)
{
	(void)state;
	assert_says("pre-push:\n  run: x\n",
		"f.yml:2:3: unknown key 'run' in hook 'pre-push' (a key of "
		"jobs: write it below 'jobs:', in an entry that begins with "
		"'- ')\n  run: x\n  ^");
	assert_says("pre-push:\n  jobs:\n    - run: x\n      parallel: true\n",
		"unknown key 'parallel' in job 1 of hook 'pre-push' (a key of "
		"hooks and groups, not of a job)");
	assert_says("pre-push:\n  templates: {a: b}\n  jobs: [{run: x}]\n",
		"unknown key 'templates' in hook 'pre-push' (a key of the top "
		"of the file: write it without indentation)");
	assert_says("pre-push:\n  jobs:\n    lint:\n      run: x\n",
		"unknown key 'lint' in job 1 of hook 'pre-push' (jobs are a "
		"list: the name of one is written 'name: ...', or use "
		"'commands:')");
	assert_says("pre-push:\n  - run: x\n",
		"hook 'pre-push' has no jobs, for it is no map (write 'jobs:' "
		"above the list)");
	assert_says("pre-push: x\n",
		"hook 'pre-push' has no jobs, for it is no map (write 'jobs:', "
		"and below it '- run: ...')");
	assert_says("pre-push:\n  commands:\n    - run: x\n",
		"command 'run' must be a map (the name of the command is "
		"missing above it; a list without names stands below 'jobs:')");
	assert_says("pre-push:\n  commands:\n    a: x\n",
		"command 'a' must be a map (write 'run: ...' below its name)");
}

static void test_advice_about_what_is_empty(void **state)
{
	(void)state;
	assert_says("pre-push:\n  jobs:\n    - run:x\n",
		"job 1 of hook 'pre-push' must be a map (write a space behind "
		"'run:')");
	assert_warned("pre-push:\n  jobs:\n    - run: # later\n",
		"f.yml:3:7: 'run' in job 1 of hook 'pre-push' is empty (the "
		"command stands behind 'run: ')\n    - run: # later\n      ^");
	assert_warned("pre-push:\n  commands:\n    a:\n      run: '  '\n",
		"f.yml:4:7: 'run' in command 'a' is empty (the command stands "
		"behind 'run: ')\n      run: '  '\n      ^");
}

/* YAML takes them away without a word. */
static void test_tags_of_ones_own(void **state)
{
	(void)state;
	assert_warned("pre-push:\n  jobs:\n    - run: ! grep x\n",
		"f.yml:3:12: '!' is a tag to YAML and no part of the text of "
		"'run' in job 1 of hook 'pre-push' (put a text that begins "
		"with '!' in quotes)\n    - run: ! grep x\n           ^");
	assert_says("pre-push: {jobs: [{run: x, glob: [a, !*.rb ]}]}\n",
		"f.yml:1:38: '!*.rb' is a tag to YAML and no part of the text "
		"of 'glob' in job 1 of hook 'pre-push'");
	assert_accepted("pre-push: {jobs: [{run: '! x', glob: !!str 5}]}\n"
			"x-mine: !ref a\n");
}

static void test_top(void **state)
{
	(void)state;
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
	assert_warned("my.hook: {jobs: [{run: x}]}\n",
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

/* Where files keep what their anchors name there may well be jobs. */
static void test_private_names(void **state)
{
	static const char *const names[] = { ".deps", "_a.b", "x-y.z" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addf(&text,
			"%s: {jobs: &j [{run: x}]}\npre-push: {jobs: *j}\n",
			names[i]);
		assert_accepted(text.buf);
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

		strbuf_addf(&text,
			"install_non_git_hooks: true\n"
			"%s: {jobs: [{run: x}]}\n",
			bad[i]);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_output_and_colors),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_what_a_job_does),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_kinds_of_values),
		cmocka_unit_test(test_advice_says_where_it_belongs),
		cmocka_unit_test(test_advice_about_what_is_empty),
		cmocka_unit_test(test_tags_of_ones_own),
		cmocka_unit_test(test_top),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_hook_names),
		cmocka_unit_test(test_private_names),
		cmocka_unit_test(test_deep_groups),
		cmocka_unit_test(test_many_warnings),
	};

	step_register(steps_builtin);
	return cmocka_run_group_tests_name("problems", tests, NULL, NULL);
}
