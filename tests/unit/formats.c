/*
 * The readers of JSON and TOML: what a text means, where it was written, and
 * that a wrong one ends in a message with its line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "node_path.h"
#include "hookrun/base/json.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

#include <stdio.h>
#include <string.h>

struct fixture {
	struct arena arena;
	struct node *root;
	struct err err;
};

static int read_named(struct fixture *f, const char *path, const char *text)
{
	memset(f, 0, sizeof(*f));
	return node_read(
		&f->arena, path, text, strlen(text), &f->root, &f->err);
}

static void done(struct fixture *f)
{
	arena_release(&f->arena);
}

/* Kinds are told apart: a number as it is, a date or float as ~TEXT. */
static void write_node(struct json *json, const struct node *node)
{
	AUTO_STRBUF text = STRBUF_INIT;

	switch (node->kind) {
	case NODE_NULL:
		json_null(json);
		return;
	case NODE_BOOL:
		json_bool(json, node->boolean);
		return;
	case NODE_INT:
		json_int(json, node->integer);
		return;
	case NODE_FLOAT:
	case NODE_STR:
		strbuf_addf(&text, "%s%s", node->quoted ? "" : "~", node->str);
		json_str(json, text.buf);
		return;
	case NODE_LIST:
	case NODE_MAP:
		break;
	}
	json_open(json, node->kind == NODE_LIST ? '[' : '{');
	node_each (child, node) {
		if (node->kind == NODE_MAP)
			json_key(json, child->key);
		write_node(json, child);
	}
	json_close(json, node->kind == NODE_LIST ? ']' : '}');
}

static void assert_means(const char *path, const char *text, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;
	struct fixture f;

	if (read_named(&f, path, text))
		fail_msg("%s\n%s", text, f.err.msg);
	json_init(&json, &out, 0);
	write_node(&json, f.root);
	if (strcmp(out.buf, want) != 0)
		fail_msg("%s\nis %s\nnot %s", text, out.buf, want);
	done(&f);
}

/* Refused, and the message begins with the place and holds the reason. */
static void assert_error(
	const char *path, const char *text, const char *place, const char *part)
{
	AUTO_STRBUF begin = STRBUF_INIT;
	struct fixture f;

	if (!read_named(&f, path, text))
		fail_msg("%s is accepted", text);
	strbuf_addf(&begin, "%s:%s: ", path, place);
	if (strncmp(f.err.msg, begin.buf, begin.len) != 0 ||
		!strstr(f.err.msg, part))
		fail_msg("%s\nsays: %s", text, f.err.msg);
	assert_null(f.root);
	done(&f);
}

/* ---- JSON ---------------------------------------------------------------- */

static void test_json(void **state)
{
	static const char *const good[][2] = {
		{ "{}", "{}" },
		{ " [1, -2, 1.50, 1e3, true, false, null]\n",
			"[1, -2, \"~1.50\", \"~1e3\", true, false, null]" },
		{ "{\n\t\"a\": [\"x\\/y\"], \"u\": \"http://x /* y */\"}",
			"{\"a\": [\"x/y\"], \"u\": \"http://x /* y */\"}" },
		{ "\"\\b\\f\\n\\r\\t\\\\\\\"\\u00e9\"",
			"\"\\u0008\\u000c\\n\\r\\t\\\\\\\"\xc3\xa9\"" },
		{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
		{ "\xef\xbb\xbf{}", "{}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_means("f.json", good[i][0], good[i][1]);
}

static void test_json_errors(void **state)
{
	static const char *const bad[][3] = {
		{ "", "1:1", "the file ends where a value should be" },
		{ "{\"a\": 1,\n}", "1:8", "a comma before '}'" },
		{ "[1,]", "1:3", "a comma before ']'" },
		{ "{\n// no\n}", "2:1", "comments are not part of JSON" },
		{ "/* no */ {}", "1:1", "comments are not part of JSON" },
		{ "{\"a\" 1}", "1:6", "expected ':', not '1'" },
		{ "{a: 1}", "1:2", "a key in double quotes" },
		{ "{'a': 1}", "1:2", "a key in double quotes" },
		{ "[1 2]", "1:4", "',' or ']'" },
		{ "{} {}", "1:4", "the end of the file" },
		{ "[\"a\n\"]", "1:2", "the string has no end" },
		{ "[\"a\tb\"]", "1:4", "a control character" },
		{ "\"\\x\"", "1:2", "unknown escape" },
		{ "\"\\u12\"", "1:2", "4 hexadecimal digits" },
		{ "\"\\u0000\"", "1:2", "a NUL character" },
		{ "\"\\ud83d\"", "1:2", "half of a surrogate pair" },
		{ "\"\\ude00\"", "1:2", "half of a surrogate pair" },
		{ "[01]", "1:2", "'01' is no value of JSON" },
		{ "[1.]", "1:2", "'1.' is no value" },
		{ "[yes]", "1:2", "'yes' is no value" },
		{ "{\"a\": 1,\n \"a\": 2}", "2:2", "duplicate key 'a'" },
		{ "[\n\xff]", "2:1", "not valid UTF-8" },
		{ "[\xed\xa0\x80]", "1:2", "not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_error("f.json", bad[i][0], bad[i][1], bad[i][2]);
}

static void test_jsonc(void **state)
{
	(void)state;
	assert_means("f.jsonc",
		"// a\n{\"a\": [1, /* b */ 2,], // c\n\"d\": \"//\",}\n// e",
		"{\"a\": [1, 2], \"d\": \"//\"}");
	/* whatever ends a line in an editor */
	assert_means("f.jsonc", "// a\r{\"a\": 1 // b\r\n}", "{\"a\": 1}");
	assert_error("f.jsonc", "{} /* x", "1:4", "the comment has no end");
	assert_error("f.jsonc", "[,]", "1:2", "a value");
	assert_error("f.jsonc", "[1,,]", "1:4", "a value");
	assert_error("f.jsonc", "/x", "1:1", "a value");
}

/* ---- TOML ---------------------------------------------------------------- */

static void test_toml_scalars(void **state)
{
	static const char *const good[][2] = {
		{ "1_000", "1000" },
		{ "+5", "5" },
		{ "-0", "0" },
		{ "0xdead_BEEF", "3735928559" },
		{ "0o755", "493" },
		{ "0b1101", "13" },
		{ "true", "true" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "1.5e-3", "\"~1.5e-3\"" },
		{ "1_0.5", "\"~10.5\"" },
		{ "-inf", "\"~-inf\"" },
		{ "nan", "\"~nan\"" },
		{ "1979-05-27", "\"~1979-05-27\"" },
		{ "07:32:00.999", "\"~07:32:00.999\"" },
		{ "1979-05-27 07:32:00Z", "\"~1979-05-27 07:32:00Z\"" },
		{ "2024-02-29T23:59:59.1-07:00",
			"\"~2024-02-29T23:59:59.1-07:00\"" },
		{ "\"\\t\\u00e9\\U0001F600\"",
			"\"\\t\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ "'C:\\x\\'", "\"C:\\\\x\\\\\"" },
		{ "\"\"\"\na \\\n   b\r\n\"\"c\"\"\"\"",
			"\"a b\\n\\\"\\\"c\\\"\"" },
		{ "'''\n a'''''", "\" a''\"" },
		{ "''", "\"\"" },
		{ "[1, # x\n \"a\",\n]", "[1, \"a\"]" },
		{ "[]", "[]" },
		{ "{a = 1, b.c = 2}", "{\"a\": 1, \"b\": {\"c\": 2}}" },
		{ "{}", "{}" },
		{ "{ # x\r\n a = 1 # y\n\n , b = {c = 2,}\n,}",
			"{\"a\": 1, \"b\": {\"c\": 2}}" },
		{ "\"\\x41\\e\"", "\"A\\u001b\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		AUTO_STRBUF want = STRBUF_INIT;

		strbuf_addf(&text, "k = %s # end\r\n", good[i][0]);
		strbuf_addf(&want, "{\"k\": %s}", good[i][1]);
		assert_means("f.toml", text.buf, want.buf);
	}
}

static void test_toml_tables(void **state)
{
	static const char *const good[][2] = {
		{ "", "{}" },
		{ "a.b = 1\na.c = 2\n\"x y\".'z' = 3\n[t]\n",
			"{\"a\": {\"b\": 1, \"c\": 2}, \"x y\": {\"z\": 3}, "
			"\"t\": {}}" },
		{ "[a.b]\nx = 1\n[a]\ny = 2",
			"{\"a\": {\"b\": {\"x\": 1}, \"y\": 2}}" },
		{ "[[j]]\nrun = 'a'\n[j.env]\nA = '1'\n[[j]]\n"
		  "[[j.g]]\n[[j.g]]\nx = 1\n",
			"{\"j\": [{\"run\": \"a\", \"env\": {\"A\": \"1\"}}, "
			"{\"g\": [{}, {\"x\": 1}]}]}" },
		{ "[ a . \"b\" ]\n1 = 2", "{\"a\": {\"b\": {\"1\": 2}}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_means("f.toml", good[i][0], good[i][1]);
}

static void test_toml_errors(void **state)
{
	static const char *const bad[][3] = {
		{ "a = 1\na = 2", "2:1", "'a' cannot be set" },
		{ "a = 1\na.b = 2", "2:1", "(first in line 1)" },
		{ "[a]\n[a]", "2:2", "'a' cannot be set" },
		{ "[a]\n[[a]]", "2:3", "'a' cannot be set" },
		{ "[[a]]\n[a]", "2:2", "'a' cannot be set" },
		{ "a = []\n[[a]]", "2:3", "'a' cannot be set" },
		{ "a = {}\n[a.b]", "2:2", "'a' cannot be set" },
		{ "a.b = 1\n[a]", "2:2", "'a' cannot be set" },
		{ "[a.b]\n[a]\nb.c = 1", "3:1", "'b' cannot be set" },
		{ "x = {a = {}, a.b = 1}", "1:14", "'a' cannot be set" },
		{ "a 1", "1:3", "expected '=', not '1'" },
		{ "a =\n", "1:4", "the line ends where a value" },
		{ "a = 1 b = 2", "1:7", "the end of the line" },
		{ "= 1", "1:1", "expected a key" },
		{ "[a\n", "1:3", "']'" },
		{ "[[a]\n", "1:5", "']]'" },
		{ "a = \"x\ny\"", "1:7", "no end in its line" },
		{ "a = \"\"\"x", "1:5", "the string has no end" },
		{ "a = \"\\q\"", "1:6", "unknown escape" },
		{ "a = \"\\ud800\"", "1:6", "no character U+D800" },
		{ "a = \"\x01\"", "1:6", "a control character" },
		{ "# \x01", "1:3", "a control character" },
		{ "a = 01", "1:5", "'01' is no value" },
		{ "a = 1__0", "1:5", "'1__0' is no value" },
		{ "a = 0xg", "1:5", "'0xg' is no value" },
		{ "a = 9223372036854775808", "1:5", "is no value" },
		{ "a = 2023-02-29", "1:5", "is no value" },
		{ "a = 24:00:00", "1:5", "is no value" },
		{ "a = yes", "1:5", "'yes' is no value of TOML" },
		{ "a = [1 2]", "1:8", "',' or ']'" },
		{ "a = {b = 1,,}", "1:12", "expected a key" },
		{ "a = {,}", "1:6", "expected a key" },
		{ "a = {b = 1\n c = 2}", "2:2", "',' or '}'" },
		{ "a = {b =\n 1}", "1:9", "the line ends where a value" },
		{ "a = {b = 1\n", "1:11", "',' or '}'" },
		{ "a = \"\\x4\"", "1:6", "2 hexadecimal digits" },
		{ "a = '''\xff'''", "1:8", "not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_error("f.toml", bad[i][0], bad[i][1], bad[i][2]);
}

/* ---- both ---------------------------------------------------------------- */

static void test_places(void **state)
{
	struct fixture f;
	const struct node *node;

	(void)state;
	assert_int_equal(read_named(&f, "f.toml",
				 "[h]\n  a.\"\xc3\xa9\".k = [1,\n  'x']\n"),
		0);
	node = node_path(f.root, "h", "a", "\xc3\xa9", "k");
	assert_int_equal(node->key_line, 2);
	assert_int_equal(node->key_col, 9);
	assert_int_equal(node->col, 13);
	assert_int_equal(node->first->next->line, 3);
	assert_int_equal(node->first->next->col, 3);
	done(&f);
	assert_int_equal(
		read_named(&f, "f.json", "{\n \"a\": {\"b\":\n  true}}"), 0);
	node = node_path(f.root, "a", "b");
	assert_int_equal(node->key_line, 2);
	assert_int_equal(node->key_col, 8);
	assert_int_equal(node->line, 3);
	assert_int_equal(node->col, 3);
	done(&f);
}

static void test_nul(void **state)
{
	static const char *const paths[] = { "f.json", "f.toml" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f = { 0 };

		assert_int_equal(node_read(&f.arena, paths[i], "# \n\0", 4,
					 &f.root, &f.err),
			-1);
		assert_memory_equal(f.err.msg + 6, ":2:1: a NUL byte", 16);
		done(&f);
	}
}

static void test_depth(void **state)
{
	static const char *const opens[][3] = { { "f.json", "", "[" },
		{ "f.jsonc", "", "{\"a\":" }, { "f.toml", "a = ", "[" },
		{ "f.toml", "a = ", "{a=" }, { "f.toml", "", "a." } };

	(void)state;
	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct fixture f;

		strbuf_addstr(&text, opens[i][1]);
		for (int n = 0; n < 10000; n++)
			strbuf_addstr(&text, opens[i][2]);
		assert_int_equal(read_named(&f, opens[i][0], text.buf), -1);
		assert_memory_equal(f.err.msg + strlen(opens[i][0]), ":1:", 3);
		done(&f);
	}
}

/* Every truncation ends well or with a line. */
static void test_truncations(void **state)
{
	static const char *const samples[][2] = {
		{ "f.jsonc",
			"{ // c\n \"a\": [1.5e3, true, null, /* x */],\n"
			" \"b\": {\"\\u00e9\\ud83d\\ude00\": \"\xc3\xa9\"},}" },
		{ "f.toml",
			"# c\r\na = 1_0.5e3 # x\n[t.\"u v\"]\nd = 1979-05-27 "
			"07:32:00.5+01:00\n[[t.l]]\ns = \"\"\"\n\xc3\xa9 \\\n "
			"\\u00e9\"\"\"\"\ni = {a.b = 'x', c = [0xff, ]}\n" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t len = 0; len < strlen(samples[i][1]); len++) {
			AUTO_STRBUF text = STRBUF_INIT;
			struct fixture f;

			strbuf_add(&text, samples[i][1], len);
			if (read_named(&f, samples[i][0], text.buf) &&
				!strstr(f.err.msg, "\n"))
				fail_msg("at %zu: %s", len, f.err.msg);
			done(&f);
		}
}

/* Time must not grow with the square of the size. */
static void test_large(void **state)
{
	static const char *const paths[] = { "f.json", "f.toml" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		struct fixture f;

		strbuf_addstr(&text, i ? "a = {" : "{");
		for (int n = 0; n < 50000; n++)
			strbuf_addf(&text, "%s\"k%d\"%c [%d]", n ? ", " : "", n,
				i ? '=' : ':', n);
		strbuf_addstr(&text, "}");
		assert_int_equal(read_named(&f, paths[i], text.buf), 0);
		assert_int_equal((i ? f.root->first : f.root)->count, 50000);
		done(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_errors),
		cmocka_unit_test(test_jsonc),
		cmocka_unit_test(test_toml_scalars),
		cmocka_unit_test(test_toml_tables),
		cmocka_unit_test(test_toml_errors),
		cmocka_unit_test(test_places), cmocka_unit_test(test_nul),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_large) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
