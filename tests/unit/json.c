#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/json.h"

static void write_sample(struct json *json)
{
	json_open(json, '{');
	json_kstr(json, "name", "x");
	json_kint(json, "nr", -3);
	json_kbool(json, "on", true);
	json_key(json, "list");
	json_open(json, '[');
	json_int(json, 1);
	json_str(json, "two");
	json_null(json);
	json_open(json, '{');
	json_close(json, '}');
	json_close(json, ']');
	json_key(json, "empty");
	json_open(json, '[');
	json_close(json, ']');
	json_kstr(json, "none", NULL);
	json_key(json, "raw");
	json_raw(json, "1.5");
	json_close(json, '}');
}

static void test_one_line(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out, 0);
	write_sample(&json);
	assert_string_equal(out.buf,
		"{\"name\": \"x\", \"nr\": -3, \"on\": true, "
		"\"list\": [1, \"two\", null, {}], \"empty\": [], "
		"\"none\": null, \"raw\": 1.5}");
	assert_int_equal(json.depth, 0);
}

static void test_indented(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out, 2);
	write_sample(&json);
	assert_string_equal(out.buf, "{\n"
				     "  \"name\": \"x\",\n"
				     "  \"nr\": -3,\n"
				     "  \"on\": true,\n"
				     "  \"list\": [\n"
				     "    1,\n"
				     "    \"two\",\n"
				     "    null,\n"
				     "    {}\n"
				     "  ],\n"
				     "  \"empty\": [],\n"
				     "  \"none\": null,\n"
				     "  \"raw\": 1.5\n"
				     "}");
}

static void check_strn(const char *text, size_t len, const char *want)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	json_init(&json, &out, 0);
	json_strn(&json, text, len);
	assert_string_equal(out.buf, want);
}

static void check_str(const char *text, const char *want)
{
	check_strn(text, strlen(text), want);
}

#define REPLACED "\xef\xbf\xbd"

static void test_escapes(void **state)
{
	(void)state;
	check_str("", "\"\"");
	check_str("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	check_str("\n\r\t", "\"\\n\\r\\t\"");
	check_str("\x01\x1b\x7f", "\"\\u0001\\u001b\\u007f\"");
	check_strn("a\0b", 3, "\"a\\u0000b\"");
}

static void test_utf8(void **state)
{
	(void)state;
	check_str("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	check_str("\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"");
	check_str("a\xff"
		  "b",
		"\"a" REPLACED "b\"");
	check_str("\x80", "\"" REPLACED "\"");
	/* Cut short, overlong, a surrogate, beyond Unicode. */
	check_str("\xe2\x82", "\"" REPLACED REPLACED "\"");
	check_str("\xc3", "\"" REPLACED "\"");
	check_str("\xc0\xaf", "\"" REPLACED REPLACED "\"");
	check_str("\xe0\x80\xaf", "\"" REPLACED REPLACED REPLACED "\"");
	check_str("\xed\xa0\x80", "\"" REPLACED REPLACED REPLACED "\"");
	check_str("\xf4\x90\x80\x80",
		"\"" REPLACED REPLACED REPLACED REPLACED "\"");
	check_str("\xc3(", "\"" REPLACED "(\"");
	/* The byte behind the end is not looked at. */
	check_strn("\xc3\xa4", 1, "\"" REPLACED "\"");
}

static void test_numbers(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out, 0);
	json_open(&json, '[');
	json_int(&json, 0);
	json_int(&json, INT64_MAX);
	json_int(&json, INT64_MIN);
	json_bool(&json, false);
	json_close(&json, ']');
	assert_string_equal(out.buf,
		"[0, 9223372036854775807, -9223372036854775808, false]");
}

static void test_odd_keys(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out, 0);
	json_open(&json, '{');
	json_kstr(&json, "a\"\n", "1");
	json_kstr(&json, "", "2");
	json_close(&json, '}');
	assert_string_equal(out.buf, "{\"a\\\"\\n\": \"1\", \"\": \"2\"}");
}

static void test_deep(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out, 0);
	for (int i = 0; i < JSON_MAX_DEPTH - 1; i++)
		json_open(&json, '[');
	for (int i = 0; i < JSON_MAX_DEPTH - 1; i++)
		json_close(&json, ']');
	assert_int_equal(out.len, 2 * (JSON_MAX_DEPTH - 1));
	assert_int_equal(json.depth, 0);
}

/* Appends to what is there. */
static void test_appends(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct json json;

	(void)state;
	strbuf_addstr(&out, "x = ");
	json_init(&json, &out, 4);
	json_open(&json, '{');
	json_kint(&json, "a", 1);
	json_close(&json, '}');
	assert_string_equal(out.buf, "x = {\n    \"a\": 1\n}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_indented),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_odd_keys),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_appends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
