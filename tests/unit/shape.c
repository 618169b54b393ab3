/*
 * What lefthook takes for the same: letter case of keys, one map for a list of
 * one, a list of maps for a map.  As observed in its dumps.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config_text.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/config.h"

#include <string.h>

static void dump(const char *text, struct strbuf *out)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), true, &config, &err))
		fail_msg("%s: %s", text, err.msg);
	assert_int_equal(config_dump(&config, "json", out, &err), 0);
	config_release(&config);
}

/* Read leniently: what is odd is a warning. */
static void load(const char *text, struct config *config)
{
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), false, config, &err))
		fail_msg("%s: %s", text, err.msg);
}

/* Neither gets a warning. */
static void assert_same(const char *text, const char *plain)
{
	AUTO_STRBUF left = STRBUF_INIT;
	AUTO_STRBUF right = STRBUF_INIT;

	dump(text, &left);
	dump(plain, &right);
	assert_string_equal(left.buf, right.buf);
}

static void test_one_for_a_list(void **state)
{
	(void)state;
	assert_same(
		"pre-push: {jobs: {run: x}}", "pre-push: {jobs: [{run: x}]}");
	assert_same("pre-push: {jobs: {group: {jobs: {run: x, tags: a}}}}",
		"pre-push: {jobs: [{group: {jobs: [{run: x, tags: [a]}]}}]}");
	assert_same(
		"pre-push: {setup: {run: x}}", "pre-push: {setup: [{run: x}]}");
	assert_same("remotes: {git_url: u, configs: c}",
		"remotes: [{git_url: u, configs: [c]}]");
	assert_same("pre-push: {setup: {}, exclude: {}, exclude_tags: {}, "
		    "jobs: {}}",
		"pre-push: {}");
	assert_same("pre-push: {jobs: [{run: x, glob: {}, tags: {}, "
		    "file_types: {}}]}",
		"pre-push: {jobs: [{run: x}]}");
}

static void test_list_for_a_map(void **state)
{
	(void)state;
	assert_same("pre-push: {commands: [{a: {run: x}, b: {run: y}}, "
		    "{c: {run: z}}, {a: {run: w}}]}",
		"pre-push: {commands: {a: {run: w}, b: {run: y}, "
		"c: {run: z}}}");
	assert_same("pre-push: {scripts: [{a: {runner: x}}]}",
		"pre-push: {scripts: {a: {runner: x}}}");
	assert_same("pre-push: {commands: [], scripts: []}", "pre-push: {}");
	assert_same("templates: [{a: b}, {c: d}]", "templates: {a: b, c: d}");
	assert_same("pre-push: {jobs: [{run: x, env: [{A: b}, {A: c}]}]}",
		"pre-push: {jobs: [{run: x, env: {A: c}}]}");
}

static void test_letter_case(void **state)
{
	(void)state;
	assert_same("SOURCE_DIR: d\nRc: x\npre-push: {Piped: true, JOBS: "
		    "[{Run: x, ENV: {Foo: a, FOO: b}, Group: ~}]}",
		"source_dir: d\nrc: x\npre-push: {piped: true, jobs: "
		"[{run: x, env: {Foo: a, FOO: b}}]}");
	assert_same("pre-push: {Commands: {Lint: {RUN: x}, lint: {run: y}}}",
		"pre-push: {commands: {Lint: {run: x}, lint: {run: y}}}");
	assert_same("REMOTES: [{Git_URL: u}]", "remotes: [{git_url: u}]");
	assert_same(
		"pre-push: {Setup: {Run: x}}", "pre-push: {setup: [{run: x}]}");
}

/* Names of hooks are the user's, and an exact key wins. */
static void test_what_stays(void **state)
{
	static const char *const texts[] = { "Pre-Push: {parallel: true}",
		"mine: {Jobs: [{run: x}]}",
		"pre-push: {jobs: [{run: x, RUN: y}]}",
		"pre-push: {skip: [{REF: x}]}", "GlobMatcher: doublestar" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct config config;

		load(texts[i], &config);
		assert_int_equal(config.warnings.nr, 1);
		assert_non_null(strstr(config.warnings.v[0], "unknown key"));
		config_release(&config);
	}
}

/* A hook that is no map has no jobs; laid over one it takes none away. */
static void test_hook_without_map(void **state)
{
	static const char text[] = "pre-push: true\npre-commit: []\n";
	struct config config;

	(void)state;
	load(text, &config);
	assert_int_equal(config.nhooks, 2);
	assert_int_equal(config.warnings.nr, 2);
	assert_string_equal(config.warnings.v[0],
		"f.yml:1:11: hook 'pre-push' has no jobs, for it is no map\n"
		"pre-push: true\n          ^");
	config_release(&config);
}

/* Behind the first document lefthook reads nothing. */
static void test_documents(void **state)
{
	static const char *const texts[] = { "rc: a\n---\nrc: b\n",
		"rc: a\n---\nrc: [\n", "rc: a\n...\n] junk\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct config config;

		load(texts[i], &config);
		assert_string_equal(config.rc, "a");
		assert_int_equal(config.warnings.nr, 1);
		assert_non_null(strstr(config.warnings.v[0], "is not read"));
		assert_non_null(strstr(config.warnings.v[0],
			i < 2 ? "f.yml:2:1: " : "f.yml:3:1: "));
		config_release(&config);
	}
	assert_same("---\nrc: a\n", "rc: a\n");
	assert_same("rc: a\n...\n# end\n", "rc: a\n");
}

/* Keys that YAML takes for numbers, tags of one's own, numbers beyond. */
static void test_scalars(void **state)
{
	(void)state;
	assert_same("templates: {1.50: a, 0x10: b, 010: c, 1e3: d, true: e}",
		"templates: {'1.5': a, '16': b, '8': c, '1000': d, "
		"'true': e}");
	assert_same("rc: !mine 5\npre-push: !own {jobs: !list []}",
		"rc: '5'\npre-push: {}");
	assert_same("templates: {a: 1e400, b: 12345678901234567890, "
		    "c: 123456789012345678901}",
		"templates: {a: '1e400', b: '12345678901234567890', "
		"c: '123456789012345680000'}");
	assert_same("pre-push: {parallel: 5, follow: 0, piped: 0.0}",
		"pre-push: {parallel: true}");
	assert_same("pre-push: {commands: {a: {run: x, priority: true}, "
		    "b: {run: x, priority: 2.9}, c: {run: x, priority: ''}}}",
		"pre-push: {commands: {a: {run: x, priority: 1}, "
		"b: {run: x, priority: 2}, c: {run: x}}}");
	assert_same("pre-push: {jobs: [{run: x, timeout: false}]}",
		"pre-push: {jobs: [{run: x}]}");
	assert_same("ai: {claude: {Stop: 5, x: true, y: }, codex: {}, cursor: "
		    "[]}",
		"ai: {claude: {Stop: '5', x: '1', y: ''}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_for_a_list),
		cmocka_unit_test(test_list_for_a_map),
		cmocka_unit_test(test_letter_case),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_hook_without_map),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_scalars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
