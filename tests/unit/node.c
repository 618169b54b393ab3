/*
 * The YAML reader: kinds, places, anchors, and that hostile or broken text
 * ends in a message with its line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

#include <string.h>

struct fixture {
	struct arena arena;
	struct node *root;
	struct err err;
};

static int read_named(struct fixture *f, const char *path, const char *text)
{
	memset(f, 0, sizeof(*f));
	return node_read_yaml(
		&f->arena, path, text, strlen(text), &f->root, &f->err);
}

static int read_text(struct fixture *f, const char *text)
{
	return read_named(f, "f.yml", text);
}

static void done(struct fixture *f)
{
	arena_release(&f->arena);
}

static void assert_error(const char *path, const char *text, const char *want)
{
	struct fixture f;

	assert_int_equal(read_named(&f, path, text), -1);
	assert_string_equal(f.err.msg, want);
	assert_null(f.root);
	done(&f);
}

static void assert_error_holds(const char *text, const char *part)
{
	struct fixture f;

	assert_int_equal(read_text(&f, text), -1);
	if (!strstr(f.err.msg, part))
		fail_msg("'%s' is not in: %s", part, f.err.msg);
	done(&f);
}

static void test_scalars(void **state)
{
	static const struct {
		const char *text;
		enum node_kind kind;
	} cases[] = { { "", NODE_NULL }, { "~", NODE_NULL },
		{ "null", NODE_NULL }, { "NULL", NODE_NULL },
		{ "nUll", NODE_STR }, { "true", NODE_BOOL },
		{ "False", NODE_BOOL }, { "yes", NODE_STR },
		{ "off", NODE_STR }, { "0", NODE_INT }, { "-12", NODE_INT },
		{ "+3", NODE_INT }, { "0o17", NODE_INT }, { "0x1F", NODE_INT },
		{ "0o8", NODE_STR }, { "0x", NODE_STR }, { "010", NODE_INT },
		{ "9223372036854775807", NODE_INT },
		{ "9223372036854775808", NODE_FLOAT },
		{ "99999999999999999999999", NODE_FLOAT }, { "1.", NODE_FLOAT },
		{ ".5", NODE_FLOAT }, { ".", NODE_STR }, { "-.", NODE_STR },
		{ "1e3", NODE_FLOAT }, { "1e", NODE_STR },
		{ "1.5e-3", NODE_FLOAT }, { ".inf", NODE_FLOAT },
		{ "-.INF", NODE_FLOAT }, { ".nan", NODE_FLOAT },
		{ "-.nan", NODE_STR }, { "1.2.3", NODE_STR },
		{ "1_000", NODE_INT }, { "0b101", NODE_INT },
		{ "0755", NODE_INT }, { "0b2", NODE_STR }, { "_1", NODE_STR },
		{ "08", NODE_FLOAT }, { "0X1f", NODE_INT },
		{ "1__0.5_", NODE_FLOAT }, { "1:30", NODE_STR },
		{ "2020-01-01", NODE_STR }, { "'5'", NODE_STR },
		{ "\"true\"", NODE_STR }, { "!!str 5", NODE_STR },
		{ "! 5", NODE_STR }, { "!!int '5'", NODE_INT },
		{ "!!float 5", NODE_INT }, { "!!null ''", NODE_NULL },
		{ "!!bool 'true'", NODE_BOOL } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct fixture f;

		strbuf_addf(&text, "k: %s\n", cases[i].text);
		assert_int_equal(read_text(&f, text.buf), 0);
		if (f.root->first->kind != cases[i].kind)
			fail_msg("'%s' has kind %d", cases[i].text,
				(int)f.root->first->kind);
		done(&f);
	}
}

static void test_values(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(
		read_text(&f, "a: 0x1f\nb: 0o17\nc: -7\nd: TRUE\ne: 010\n"
			      "f: 5.0\ng: 'x'\nh: |\n  one\n  two\n"),
		0);
	assert_int_equal(node_get(f.root, "a")->integer, 31);
	assert_int_equal(node_get(f.root, "b")->integer, 15);
	assert_int_equal(node_get(f.root, "c")->integer, -7);
	assert_true(node_get(f.root, "d")->boolean);
	assert_int_equal(node_get(f.root, "e")->integer, 8);
	assert_string_equal(node_str(f.root, "f"), "5.0");
	assert_true(node_get(f.root, "g")->quoted);
	assert_true(node_get(f.root, "h")->quoted);
	assert_false(node_get(f.root, "f")->quoted);
	assert_string_equal(node_str(f.root, "h"), "one\ntwo\n");
	assert_int_equal(f.root->count, 8);
	done(&f);
}

static void test_places(void **state)
{
	struct fixture f;
	const struct node *node;

	(void)state;
	assert_int_equal(read_text(&f, "a: 1\nlong key:\n  - \xc3\xa9: x\n"
				       "    b: [p, q]\n"),
		0);
	node = node_get(f.root, "long key");
	assert_int_equal(node->key_line, 2);
	assert_int_equal(node->key_col, 1);
	assert_int_equal(node->line, 3);
	assert_int_equal(node->col, 3);
	node = node->first->first;
	assert_int_equal(node->key_col, 5);
	assert_int_equal(node->col, 8); /* characters, not bytes */
	node = node->next->first->next;
	assert_int_equal(node->line, 4);
	assert_int_equal(node->col, 12);
	assert_string_equal(node->source->path, "f.yml");
	done(&f);
}

static void test_lookup(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(read_text(&f, "a: {b: deep}\nn: ~\nl: [1]\n"), 0);
	assert_string_equal(node_get(node_get(f.root, "a"), "b")->str, "deep");
	assert_null(node_get(node_get(f.root, "a"), "x"));
	assert_null(node_get(NULL, "a"));
	assert_null(node_get(node_get(f.root, "l"), "a"));
	assert_null(node_str(f.root, "n"));
	assert_null(node_str(f.root, "l"));
	assert_null(node_str(f.root, "a"));
	done(&f);
}

static void test_empty(void **state)
{
	static const char *const texts[] = { "", "\n\n", "# only this\n",
		"---\n", "---\n...\n", "\xef\xbb\xbf", NULL };

	(void)state;
	for (size_t i = 0; texts[i]; i++) {
		struct fixture f;

		assert_int_equal(read_text(&f, texts[i]), 0);
		assert_int_equal(f.root->kind, NODE_NULL);
		done(&f);
	}
}

static void test_bom(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(read_text(&f, "\xef\xbb\xbf"
				       "a: 1\n"),
		0);
	assert_int_equal(node_get(f.root, "a")->col, 4);
	done(&f);
}

static void test_anchors(void **state)
{
	struct fixture f;
	struct node *a, *b;

	(void)state;
	assert_int_equal(read_text(&f, "a: &x {k: [1, 2]}\nb: *x\n"
				       "c: &x other\nd: *x\n*x : key\n"),
		0);
	a = node_get(f.root, "a");
	b = node_get(f.root, "b");
	assert_ptr_not_equal(a, b);
	assert_ptr_not_equal(a->first, b->first);
	assert_int_equal(b->first->count, 2);
	assert_int_equal(b->key_line, 2);
	assert_string_equal(node_str(f.root, "d"), "other");
	assert_string_equal(node_str(f.root, "other"), "key");
	done(&f);
}

static void test_merge_keys(void **state)
{
	struct fixture f;
	struct node *c;

	(void)state;
	assert_int_equal(
		read_text(&f, "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\n"
			      "c: {<<: [*a, *b], z: 9}\n"
			      "d:\n  <<: *a\n  x: mine\n"
			      "e: {\"<<\": plain}\n"),
		0);
	c = node_get(f.root, "c");
	assert_int_equal(c->count, 3);
	assert_string_equal(node_str(c, "x"), "1");
	assert_string_equal(node_str(c, "y"), "2");
	assert_string_equal(node_str(c, "z"), "9");
	c = node_get(f.root, "d");
	assert_int_equal(c->count, 2);
	assert_string_equal(node_str(c, "x"), "mine");
	assert_string_equal(node_get(f.root, "e")->first->key, "<<");
	done(&f);
	assert_error_holds("a: {<<: 5}\n", "'<<' needs a map");
	assert_error_holds("a: {<<: [{b: 1}, 5]}\n", "'<<' needs a map");
}

static void test_messages(void **state)
{
	(void)state;
	assert_error("f.yml", "a: 1\nb: 2\na: 3\n",
		"f.yml:3:1: duplicate key 'a' (first in line 1)\na: 3\n^");
	assert_error("f.yml", "a: &a\n  b: *a\n",
		"f.yml:2:6: alias '*a' would contain itself\n  b: *a\n     ^");
	assert_error("f.yml", "a: *nope\n",
		"f.yml:1:4: there is no anchor '&nope' above (put a text that "
		"begins with '*' in quotes)\na: *nope\n   ^");
	assert_error("f.yml", "a:\n  run: {files} x\n",
		"f.yml:2:16: a text that begins with '{' must be in quotes\n"
		"  run: {files} x\n               ^");
	assert_error("f.yml", "a: @x\n",
		"f.yml:1:4: a value cannot begin with '@' (put it in quotes)\n"
		"a: @x\n   ^");
	assert_error("f.yml", "a: [1, 2\n\n\n",
		"f.yml:1:9: did not find expected ',' or ']', while parsing a "
		"flow sequence that began in line 1\na: [1, 2\n        ^");
	assert_error("f.yml", "a: !!foo x\n",
		"f.yml:1:4: unknown tag 'tag:yaml.org,2002:foo'\n"
		"a: !!foo x\n   ^");
	assert_error("f.yml", "a: !!int x\n",
		"f.yml:1:4: 'x' is not a '!!int'\na: !!int x\n   ^");
	assert_error_holds("? [a]\n: b\n", "the key of a map must be a text");
	assert_error_holds("a: &a [x]\n*a : b\n", "must be a text");
}

/* What to do is said where YAML's own rules would have to be known. */
static void test_slips(void **state)
{
	(void)state;
	assert_error("f.yml", "glob: *.rb\n",
		"f.yml:1:8: a text that begins with '*' must be in quotes: "
		"\"*.rb\"\nglob: *.rb\n       ^");
	assert_error_holds("glob: [**/*.js, b]\n", "in quotes: \"**/*.js\"\n");
	assert_error_holds("glob: *_test.go # x\n", "quotes: \"*_test.go\"\n");
	assert_error("f.yml", "a:\n\tb: 1\n",
		"f.yml:2:1: a tab cannot be used for indentation (use "
		"spaces)\n\tb: 1\n^");
	assert_error_holds("a:\n  b: 1\n\t c: 1\n",
		"f.yml:3:1: a tab cannot be used for indentation (use spaces)");
	assert_error("f.yml", "run: echo a: b\n",
		"f.yml:1:12: a text without quotes cannot hold ': ' (put it in "
		"quotes, or below 'run: |')\nrun: echo a: b\n           ^");
	assert_error_holds("run: x\n  glob: a\n",
		"f.yml:2:7: ':' is not allowed here (look at the indentation");
	assert_error_holds("pre-push\n  jobs:\n",
		"f.yml:2:7: ':' is not allowed here (look at the indentation, "
		"and for a ':' missing in the line above)");
	assert_error_holds("a:\n  b: 1\n c: 2\n",
		"f.yml:3:2: this is no key of the map that began in line 1 "
		"(the keys of a map stand in one column)");
	assert_error_holds("a:\n  - b: 1\n   c: 2\n",
		"f.yml:3:4: this is in no entry of the list that began in line "
		"2 (the keys of an entry stand below the one behind its '-')");
	assert_error_holds("a: \"b\" c\n",
		"f.yml:1:8: the quote has ended: nothing can stand behind it");
	assert_error_holds("a: [ -f x ] || y\n",
		"a text that begins with '[' must be in quotes");
	assert_error_holds("a: [ -f x ] && y\n",
		"a text that begins with '[' must be in quotes");
	assert_error_holds(
		"a: & b\n", "a text that begins with '&' must be in quotes");
	assert_error_holds("a: [!*.rb]\n",
		"a text that begins with '!' must be in quotes");
	assert_error_holds("a: 'b\nc: d\n",
		"the quote that opens in line 1 is never closed");
	assert_error_holds(
		"a: \"*.rb\\d\"\n", "there is no such escape in double quotes");
}

static void test_bad_bytes(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	assert_error("f.yml", "a: ok\nb: \xff\xfe\n",
		"f.yml:2:4: the text is not valid UTF-8: invalid leading "
		"UTF-8 octet\nb: ??\n   ^");
	assert_error("f.yml", "a: \x1b[31m\n",
		"f.yml:1:4: control character 0x1b is not allowed\n"
		"a: ?[31m\n   ^");
	assert_error("f.yml", "a: \"b\\0c\"\n",
		"f.yml:1:4: a NUL character is not allowed in a string\n"
		"a: \"b\\0c\"\n   ^");
	assert_error_holds("a: \xed\xa0\x80\n", "not valid UTF-8");
	assert_error_holds("a: \xc0\x80\n", "not valid UTF-8");
	assert_int_equal(node_read_yaml(&f.arena, "f.yml", "a: b\0c\n", 7,
				 &f.root, &f.err),
		-1);
	assert_string_equal(
		f.err.msg, "f.yml:1:5: a NUL byte is not allowed\na: b\n    ^");
	done(&f);
}

static void repeat(struct strbuf *out, const char *text, int times)
{
	for (int i = 0; i < times; i++)
		strbuf_addstr(out, text);
}

static void test_depth(void **state)
{
	static const char *const units[] = { "[", "{a: ", "- ", "? ", "[\n",
		"{a: [", NULL };

	(void)state;
	for (size_t i = 0; units[i]; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct fixture f;

		repeat(&text, units[i], 10000);
		assert_int_equal(read_text(&f, text.buf), -1);
		assert_memory_equal(f.err.msg, "f.yml:", 6);
		assert_non_null(strstr(f.err.msg, "\n"));
		done(&f);
	}
	{
		AUTO_STRBUF text = STRBUF_INIT;
		struct fixture f;

		repeat(&text, "[", NODE_MAX_DEPTH);
		repeat(&text, "]", NODE_MAX_DEPTH);
		assert_int_equal(read_text(&f, text.buf), 0);
		done(&f);
		strbuf_splice(&text, 0, 0, "[", 1);
		strbuf_addch(&text, ']');
		assert_error_holds(text.buf, "nested deeper than 200 levels");
	}
}

static void test_alias_bombs(void **state)
{
	AUTO_STRBUF bomb = STRBUF_INIT;
	AUTO_STRBUF chain = STRBUF_INIT;
	AUTO_STRBUF merge = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&bomb, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c <= 'z'; c++) {
		strbuf_addf(&bomb, "%c: &%c [", c, c);
		for (int i = 0; i < 9; i++)
			strbuf_addf(&bomb, "*%c,", c - 1);
		strbuf_addstr(&bomb, "]\n");
	}
	assert_error_holds(bomb.buf, "aliases multiply to more than");
	/* One alias a line, each one level deeper. */
	strbuf_addstr(&chain, "a0: &a0 [x]\n");
	for (int i = 1; i < 300; i++)
		strbuf_addf(&chain, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	assert_error_holds(chain.buf, "nested deeper than 200 levels");
	strbuf_addstr(&merge, "a0: &a0 {k: [1,2,3,4,5,6,7,8,9]}\n");
	for (int i = 1; i < 30; i++)
		strbuf_addf(&merge, "a%d: &a%d {<<: *a%d, x%d: [*a%d, *a%d]}\n",
			i, i, i - 1, i, i - 1, i - 1);
	assert_error_holds(merge.buf, "aliases multiply to more than");
}

static void test_many_keys(void **state)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct fixture f;

	(void)state;
	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "k%d: &a%d v\nl%d: *a%d\n", i, i, i, i);
	assert_int_equal(read_text(&f, text.buf), 0);
	assert_int_equal(f.root->count, 40000);
	done(&f);
	strbuf_addstr(&text, "k7: again\n");
	assert_error_holds(text.buf, "duplicate key 'k7' (first in line 15)");
}

static void test_long_lines(void **state)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct fixture f;

	(void)state;
	strbuf_addstr(&text, "{");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&text, "k%d: 1, ", i);
	strbuf_addstr(&text, "k42: 2, end: 1}\n");
	assert_int_equal(read_text(&f, text.buf), -1);
	assert_true(strlen(f.err.msg) < 400);
	{
		const char *line = strchr(f.err.msg, '\n') + 1;
		const char *caret = strchr(line, '\n') + 1;
		size_t at = strspn(caret, " ");

		assert_int_equal(caret[at], '^');
		assert_memory_equal(line + at, "k42: 2", 6);
	}
	done(&f);
}

static const char sample[] =
	"# a large file\nmin_version: 2.1\nx: &x\n  - 'a''b'\n  - \"c\\td\"\n"
	"pre-commit:\n  parallel: true\n  jobs:\n    - name: lint\n"
	"      run: |\n        echo one\n          two\n\n"
	"      glob: [\"*.js\", '*.ts', {a: b}]\n      env: {A: 1, B: ~}\n"
	"    - run: >-\n        folded\n        text\n    - *x\n"
	"  skip:\n    - ref: \"dev/*\"\n    - merge\n"
	"m: &m {p: 1}\nn: {<<: *m, q: \"\\u00e9\\U0001f600 \xc3\xa9\"}\n"
	"? complex key\n: !!str 12\n...\n";

static void test_truncations(void **state)
{
	struct fixture f;

	(void)state;
	assert_int_equal(read_text(&f, sample), 0);
	done(&f);
	for (size_t len = 0; len < sizeof(sample) - 1; len++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_add(&text, sample, len);
		memset(&f, 0, sizeof(f));
		if (node_read_yaml(&f.arena, "f.yml", text.buf, len, &f.root,
			    &f.err)) {
			int line = 0;

			assert_int_equal(
				sscanf(f.err.msg, "f.yml:%d:", &line), 1);
			assert_true(line >= 1 && line <= 28);
			assert_non_null(strchr(f.err.msg, '^'));
		} else {
			assert_non_null(f.root);
		}
		done(&f);
	}
}

static void test_building(void **state)
{
	struct arena arena = ARENA_INIT;
	struct node *map = node_new(&arena, NODE_MAP);
	struct node *child = node_new(&arena, NODE_STR);
	struct err err;
	int seen = 0;

	(void)state;
	child->key = "k";
	child->str = "v";
	node_append(map, child);
	child = node_new(&arena, NODE_NULL);
	child->key = "l";
	node_append(map, child);
	node_each (each, map) {
		seen++;
	}
	assert_int_equal(seen, 2);
	assert_int_equal(map->count, 2);
	assert_string_equal(node_str(map, "k"), "v");
	/* Without a source there is no place to show. */
	assert_int_equal(node_error(&err, map, "no %s", "place"), -1);
	assert_string_equal(err.msg, "no place");
	arena_release(&arena);
}

static void test_key_error(void **state)
{
	struct fixture f;
	struct err err;

	(void)state;
	assert_int_equal(read_text(&f, "#\na: [x,\ty]\n"), 0);
	assert_int_equal(
		node_key_error(&err, node_get(f.root, "a"), "key"), -1);
	assert_string_equal(err.msg, "f.yml:2:1: key\na: [x,\ty]\n^");
	assert_int_equal(
		node_error(&err, node_get(f.root, "a")->last, "value"), -1);
	assert_string_equal(err.msg, "f.yml:2:8: value\na: [x,\ty]\n      \t^");
	done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_values), cmocka_unit_test(test_places),
		cmocka_unit_test(test_lookup), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_bom), cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_merge_keys),
		cmocka_unit_test(test_messages), cmocka_unit_test(test_slips),
		cmocka_unit_test(test_bad_bytes), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_alias_bombs),
		cmocka_unit_test(test_many_keys),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_building),
		cmocka_unit_test(test_key_error) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
