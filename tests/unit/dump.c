/*
 * `dump`: lefthook's canonical form, and that what was dumped loads as what it
 * was.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/steps.h"
#include "config/canon.h"
#include "config_text.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/config.h"
#include "hookrun/config/keys.h"

#include <glob.h>
#include <string.h>

static void dump(const char *text, const char *format, struct strbuf *out)
{
	struct config config;
	struct err err;

	if (config_load_text("f.yml", text, strlen(text), false, &config, &err))
		fail_msg("%s\n%s", text, err.msg);
	assert_int_equal(config_dump(&config, format, out, &err), 0);
	config_release(&config);
}

/* The dump of `text` is `want`, and so is the dump of that. */
static void assert_dump(const char *text, const char *want)
{
	AUTO_STRBUF once = STRBUF_INIT;
	AUTO_STRBUF twice = STRBUF_INIT;

	dump(text, "yaml", &once);
	assert_string_equal(once.buf, want);
	dump(once.buf, "yaml", &twice);
	assert_string_equal(twice.buf, want);
}

/* What lefthook keeps as it is written, be it no condition at all. */
static void test_raw_values(void **state)
{
	AUTO_STRBUF json = STRBUF_INIT;
	AUTO_STRBUF toml = STRBUF_INIT;

	(void)state;
	dump("colors: 1.50\noutput: 2.0\n", "json", &json);
	assert_string_equal(
		json.buf, "{\n  \"colors\": 1.5,\n  \"output\": 2\n}\n");
	dump("colors: 1.50\noutput: 2.0\n", "toml", &toml);
	assert_string_equal(toml.buf, "colors = 1.5\noutput = 2.0\n");
	assert_dump("pre-push:\n  skip: [[a, [b, {c: d}]], 1.50, 0x10, {}]\n"
		    "  only: 2.0\n",
		"pre-push:\n  skip:\n    - - a\n      - - b\n"
		"        - c: d\n    - 1.5\n    - 16\n    - {}\n  only: 2\n");
}

static void test_empty(void **state)
{
	AUTO_STRBUF json = STRBUF_INIT;

	(void)state;
	assert_dump("", "{}\n");
	assert_dump("source_dir: .lefthook\nno_tty: false\nrc: ''\n"
		    "templates: {}\nextends: []\n$schema: x\n",
		"{}\n");
	dump("", "json", &json);
	assert_string_equal(json.buf, "{}\n");
}

static void test_hook_order(void **state)
{
	(void)state;
	assert_dump("pre-push:\n"
		    "zz: {jobs: [{run: x}]}\n"
		    "rc: a\n"
		    "pre-commit:\n"
		    "  jobs: [{tags: t, run: x, name: n}]\n"
		    "  skip: merge\n"
		    "  exclude: '*.md'\n"
		    "  exclude_tags: [a, b]\n"
		    "  files: ls\n"
		    "  follow: true\n"
		    "  piped: true\n"
		    "  parallel: false\n",
		"pre-commit:\n"
		"  piped: true\n"
		"  follow: true\n"
		"  files: ls\n"
		"  exclude_tags:\n"
		"    - a\n"
		"    - b\n"
		"  exclude:\n"
		"    - '*.md'\n"
		"  skip: merge\n"
		"  jobs:\n"
		"    - name: \"n\"\n"
		"      run: x\n"
		"      tags:\n"
		"        - t\n"
		"pre-push: {}\n"
		"rc: a\n"
		"zz:\n"
		"  jobs:\n"
		"    - run: x\n");
}

static void test_job(void **state)
{
	(void)state;
	assert_dump("pre-commit:\n  jobs_limit: 2\n  jobs:\n"
		    "    - use_stdin: true\n      interactive: true\n"
		    "      env: {Z: 1, A: true, E: }\n      file_types: text\n"
		    "      tags: x\n      exclude: [a]\n      glob: '*'\n"
		    "      timeout: 90s\n      fail_text: 12\n"
		    "      files: ls\n      root: web/\n      args: -v\n"
		    "      name: 1\n      run: \"a\\nb\\n\"\n"
		    "      only: [{ref: dev/*}, true]\n"
		    "    - {script: s, runner: bash}\n"
		    "    - group: {parallel: true, jobs: [{run: y}]}\n"
		    "    - {uses: migrate, with: {atomic: false, "
		    "lock_timeout: 1500ms, mode: auto, max_rollbacks: 0}}\n"
		    "    - {uses: test-map, with: {branches: x}}\n",
		"pre-commit:\n"
		"  jobs_limit: 2\n"
		"  jobs:\n"
		"    - name: \"1\"\n"
		"      run: |\n"
		"        a\n"
		"        b\n"
		"      args: -v\n"
		"      root: web/\n"
		"      files: ls\n"
		"      fail_text: \"12\"\n"
		"      timeout: 1m30s\n"
		"      glob:\n"
		"        - '*'\n"
		"      exclude:\n"
		"        - a\n"
		"      tags:\n"
		"        - x\n"
		"      file_types:\n"
		"        - text\n"
		"      env:\n"
		"        A: \"1\"\n"
		"        E: \"\"\n"
		"        Z: \"1\"\n"
		"      interactive: true\n"
		"      use_stdin: true\n"
		"      only:\n"
		"        - ref: dev/*\n"
		"        - true\n"
		"    - script: s\n"
		"      runner: bash\n"
		"    - group:\n"
		"        parallel: true\n"
		"        jobs:\n"
		"          - run: \"y\"\n"
		"    - uses: migrate\n"
		"      with:\n"
		"        lock_timeout: 1.5s\n"
		"        max_rollbacks: 0\n"
		"        atomic: false\n"
		"    - uses: test-map\n"
		"      with:\n"
		"        branches:\n"
		"          - x\n");
}

static void test_commands(void **state)
{
	(void)state;
	assert_dump("pre-push:\n  scripts:\n"
		    "    b.sh: {priority: 1, runner: sh, args: x}\n    a.sh:\n"
		    "  commands:\n"
		    "    z: {glob: a, env: {A: 1}, priority: 3, run: r, "
		    "root: w, skip: true}\n"
		    "    a: {run: q, priority: 0, tags: []}\n",
		"pre-push:\n"
		"  commands:\n"
		"    a:\n"
		"      run: q\n"
		"    z:\n"
		"      run: r\n"
		"      root: w\n"
		"      skip: true\n"
		"      glob:\n"
		"        - a\n"
		"      env:\n"
		"        A: \"1\"\n"
		"      priority: 3\n"
		"  scripts:\n"
		"    a.sh: null\n"
		"    b.sh:\n"
		"      runner: sh\n"
		"      args: x\n"
		"      priority: 1\n");
}

/* Keys that this version does not run are kept; unknown ones are not. */
static void test_unsupported(void **state)
{
	(void)state;
	assert_dump("skip_lfs: true\noutput: [meta, summary]\n"
		    "colors: {red: 1}\nzzz: 1\n"
		    "remotes: [{git_url: u, configs: a.yml, ref: 2}]\n"
		    "ai: {claude: {Stop: pre-push}}\n"
		    "pre-push: {setup: [{run: x}], fail_on_changes: ci, "
		    "fail_on_changes_diff: false, zzz: 1}\n",
		"ai:\n"
		"  claude:\n"
		"    Stop: pre-push\n"
		"colors:\n"
		"  red: 1\n"
		"output:\n"
		"  - meta\n"
		"  - summary\n"
		"pre-push:\n"
		"  fail_on_changes: ci\n"
		"  fail_on_changes_diff: false\n"
		"  setup:\n"
		"    - run: x\n"
		"remotes:\n"
		"  - git_url: u\n"
		"    ref: \"2\"\n"
		"    configs:\n"
		"      - a.yml\n"
		"skip_lfs: true\n");
}

static void test_json(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	dump("rc: \"a\\u0007\\\"\"\npre-push:\n  only: []\n  jobs:\n"
	     "    - {run: x, timeout: 1m30s, skip: [{run: y}, false]}\n"
	     "    - {uses: migrate, with: {lock_timeout: 5s}}\n",
		"json", &out);
	assert_string_equal(out.buf, "{\n"
				     "  \"pre-push\": {\n"
				     "    \"only\": [],\n"
				     "    \"jobs\": [\n"
				     "      {\n"
				     "        \"run\": \"x\",\n"
				     "        \"timeout\": 90000000000,\n"
				     "        \"skip\": [\n"
				     "          {\n"
				     "            \"run\": \"y\"\n"
				     "          },\n"
				     "          false\n"
				     "        ]\n"
				     "      },\n"
				     "      {\n"
				     "        \"uses\": \"migrate\",\n"
				     "        \"with\": {\n"
				     "          \"lock_timeout\": \"5s\"\n"
				     "        }\n"
				     "      }\n"
				     "    ]\n"
				     "  },\n"
				     "  \"rc\": \"a\\u0007\\\"\"\n"
				     "}\n");
}

static void test_deepest_json(void **state)
{
	AUTO_STRBUF text = STRBUF_INIT;
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&text, "pre-push: {jobs: [");
	for (int i = 0; i < 16; i++)
		strbuf_addstr(&text, "{group: {jobs: [");
	strbuf_addstr(&text, "{run: x, skip: [{ref: y}]}");
	for (int i = 0; i < 16; i++)
		strbuf_addstr(&text, "]}}");
	strbuf_addstr(&text, "]}\n");
	dump(text.buf, "json", &out);
	assert_non_null(strstr(out.buf, "\"ref\": \"y\""));
}

static void test_formats(void **state)
{
	struct config config;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	(void)state;
	assert_int_equal(
		config_load_text("f.yml", "", 0, false, &config, &err), 0);
	assert_int_equal(config_dump(&config, "xml", &out, &err), -1);
	assert_string_equal(
		err.msg, "unknown format 'xml' (expected yaml, json or toml)");
	assert_int_equal(out.len, 0);
	config_release(&config);
}

/* ---- scalars ------------------------------------------------------------- */

/* Texts that must come back as they are, whatever they look like. */
static const char *const texts[] = { "", " ", "x", "a b", " a", "a ", "true",
	"no", "Off", "y", "null", "~", "1", "1.5", "0x1f", "0o7", "1_000",
	"1:30", "2020-01-01", ".5", ".inf", "1m30s", "10b", "5e3", "-", "- a",
	"--fix", "a: b", "a:b", "a:", "a #b", "a#b", "#a", "{a}", "{files} x",
	"x {files}", "[a]", "*.c", "&a", "!a", "|", ">", "%a", "@a", "`a`",
	"'a'", "\"a\"", "a'b\"c", "a\\b", "?", "? a", ":", ",a", "a,b", "=",
	"<<", "a\nb", "a\nb\n", "a\n\n\nb\n\n\n", "\na", " a\nb", "a\n b\n",
	"a \nb", "\ta\nb", "a\n\tb\n", "a\tb", "a\r\nb", "a\rb", "\x01\x1f\x7f",
	"\xc3\xa9", "\xf0\x9f\x98\x80 x",
	"a\xc2\x85"
	"b",
	"a\xe2\x80\xa8"
	"b",
	"\xef\xbb\xbf"
	"a",
	"\xc2\x80", "a\nb\xe2\x80\xa9", "---", "--- a", "...", "a\n---\nb\n",
	"a\n# b\n", "\n", "\n\n", "a\n\n", "a\n  \nb\n" };

static void test_texts_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct arena arena = ARENA_INIT;
		struct node *map = node_new(&arena, NODE_MAP), *back;
		struct node *list = node_new(&arena, NODE_LIST);
		struct node *value = node_new(&arena, NODE_STR);
		struct node *item = node_new(&arena, NODE_STR);
		AUTO_STRBUF out = STRBUF_INIT;
		struct err err;

		value->key = *texts[i] && strcmp(texts[i], "<<") &&
					     strlen(texts[i]) < 100
				     ? texts[i]
				     : "key";
		value->str = item->str = texts[i];
		list->key = "list of them";
		node_append(list, item);
		node_append(map, value);
		node_append(map, list);
		canon_write_yaml(map, &out);
		if (node_read_yaml(
			    &arena, "out", out.buf, out.len, &back, &err))
			fail_msg("%s\n%s", out.buf, err.msg);
		assert_int_equal(back->count, 2);
		assert_string_equal(back->first->key, value->key);
		assert_int_equal(back->first->kind, NODE_STR);
		assert_string_equal(back->first->str, texts[i]);
		assert_string_equal(back->last->first->str, texts[i]);
		assert_int_equal(back->last->first->kind, NODE_STR);
		arena_release(&arena);
	}
}

static void test_plain_where_possible(void **state)
{
	(void)state;
	assert_dump("rc: ~/.rc\nsource_dir: \"a\\nb\"\n"
		    "templates: {a: 'x {y} z', b: on, c: 1m30s, d: a:b}\n",
		"rc: ~/.rc\nsource_dir: |-\n  a\n  b\ntemplates:\n"
		"  a: x {y} z\n  b: \"on\"\n  c: 1m30s\n  d: a:b\n");
}

/* Every key of commands and scripts is written: their order is a list of its
 * own. */
static void test_no_key_is_lost(void **state)
{
	static const struct {
		enum key_place place;
		const char *before, *after;
	} places[] = { { PLACE_COMMAND, "{pre-push: {commands: {c: {",
			       "}, text: {run: x}}}}" },
		{ PLACE_SCRIPT, "{pre-push: {scripts: {c: {",
			"}, text: {}}}}" } };

	(void)state;
	for (const struct key *key = keys_all(); key->name; key++)
		for (size_t p = 0; p < 2; p++) {
			AUTO_STRBUF text = STRBUF_INIT;
			AUTO_STRBUF out = STRBUF_INIT;
			AUTO_STRBUF want = STRBUF_INIT;
			size_t word = key->type == KEY_ENUM
					      ? strcspn(key->words, "|")
					      : 0;
			const char *value =
				key->type == KEY_BOOL	     ? "true"
				: key->type == KEY_STRINGS   ? "{a: b}"
				: key->type == KEY_CONDITION ? "merge"
				: key->type == KEY_DURATION  ? "5s"
				: key->type == KEY_INT || key->type == KEY_ORDER
					? "5"
					: "text";

			if (!(key->places & places[p].place))
				continue;
			strbuf_addf(&text, "%s%s%s: %.*s%s", places[p].before,
				p || !strcmp(key->name, "run") ? ""
							       : "run: x, ",
				key->name, (int)(word ? word : strlen(value)),
				word ? key->words : value, places[p].after);
			strbuf_addf(&want, "      %s:", key->name);
			dump(text.buf, "yaml", &out);
			if (!strstr(out.buf, want.buf))
				fail_msg("%s is dumped as\n%s", text.buf,
					out.buf);
		}
}

/* ---- what lefthook 2.2.2 was seen to write --------------------------------
 */

static void check_seen(
	const struct config *config, const char *folder, const char *format)
{
	AUTO_FREE char *path = NULL;
	AUTO_STRBUF want = STRBUF_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;

	if (asprintf(&path, "%s/want.%s", folder, format) < 0)
		fail();
	assert_int_equal(fs_read(path, &want, 1 << 20, &err), 1);
	assert_int_equal(config_dump(config, format, &out, &err), 0);
	if (strcmp(out.buf, want.buf) != 0)
		fail_msg("%s: we write\n%s", path, out.buf);
}

static void test_as_lefthook(void **state)
{
	glob_t found = { 0 };

	(void)state;
	unsetenv("HOOKRUN_CONFIG");
	unsetenv("LEFTHOOK_CONFIG");
	assert_int_equal(glob("tests/dumps/*", 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 14);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		AUTO_FREE char *folder = realpath(found.gl_pathv[i], NULL);
		struct config config;
		struct err err;

		if (config_load(folder, NULL, false, &config, &err) != 1)
			fail_msg("%s: %s", folder, err.msg);
		check_seen(&config, folder, "yaml");
		check_seen(&config, folder, "json");
		check_seen(&config, folder, "toml");
		config_release(&config);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_empty),
		cmocka_unit_test(test_raw_values),
		cmocka_unit_test(test_hook_order), cmocka_unit_test(test_job),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_unsupported), cmocka_unit_test(test_json),
		cmocka_unit_test(test_deepest_json),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_texts_come_back),
		cmocka_unit_test(test_plain_where_possible),
		cmocka_unit_test(test_no_key_is_lost),
		cmocka_unit_test(test_as_lefthook) };

	step_register(steps_builtin);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
