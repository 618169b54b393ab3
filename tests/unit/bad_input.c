/*
 * Bad configurations of every format, through the whole of loading: whatever
 * they are, the end is an answer with a place, and soon.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "config_text.h"
#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Loads, or the message begins with "NAME:LINE:COL: ". */
static void try_text(const char *name, const char *text, size_t len)
{
	struct config config;
	struct err err = ERR_INIT;
	int line = 0, col = 0, end = 0;

	if (!config_load_text(name, text, len, false, &config, &err)) {
		config_release(&config);
		return;
	}
	if (strncmp(err.msg, name, strlen(name)) != 0 ||
		sscanf(err.msg + strlen(name), ":%d:%d: %n", &line, &col,
			&end) != 2 ||
		line < 1 || col < 1 || !end || !strchr(err.msg, '^'))
		fail_msg("%.*s\nsays: %s", (int)(len < 300 ? len : 300), text,
			err.msg);
}

static void assert_refused(const char *name, const char *text, size_t len)
{
	struct config config;
	struct err err;

	if (!config_load_text(name, text, len, false, &config, &err))
		fail_msg("%s is accepted", name);
	try_text(name, text, len);
}

static void read_sample(const char *path, struct strbuf *out)
{
	struct err err;

	if (fs_read(path, out, 1 << 20, &err) != 1)
		fail_msg("%s", path);
}

/* Every truncation of what lefthook dumps, and of what it was made from. */
static void test_truncations(void **state)
{
	static const char *const samples[] = { "conditions/lefthook.yml",
		"conditions/want.json", "conditions/want.toml",
		"groups/want.yaml", "groups/want.json", "groups/want.toml",
		"top/lefthook.yml", "top/want.json", "top/want.toml",
		"keys/lefthook.yml", "keys/want.toml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		AUTO_FREE char *path = fs_join("tests/dumps", samples[i]);
		AUTO_STRBUF text = STRBUF_INIT;

		read_sample(path, &text);
		for (size_t len = 0; len < text.len; len++)
			try_text(samples[i], text.buf, len);
	}
}

/* A byte of every kind in place of every byte. */
static void test_replaced_bytes(void **state)
{
	static const char bytes[] = "\0\xff\x80\x1b\t\"'{[:#\\\n";
	static const char *const samples[] = { "conditions/lefthook.yml",
		"commands/want.json", "commands/want.toml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		AUTO_FREE char *path = fs_join("tests/dumps", samples[i]);
		AUTO_STRBUF text = STRBUF_INIT;

		read_sample(path, &text);
		for (size_t at = 0; at < text.len; at++) {
			char old = text.buf[at];

			text.buf[at] = bytes[at % (sizeof(bytes) - 1)];
			try_text(samples[i], text.buf, text.len);
			text.buf[at] = old;
		}
	}
}

/* Each opens one level; 10,000 of them, and not closed. */
static void test_deep(void **state)
{
	static const struct {
		const char *name, *before, *unit;
	} cases[] = { { "f.yml", "", "[" }, { "f.yml", "", "{a: " },
		{ "f.yml", "a: ", "- " }, { "f.yml", "", "? " },
		{ "f.yml", "pre-commit: {jobs: [", "{group: {jobs: [" },
		{ "f.json", "", "[" }, { "f.json", "", "{\"a\":" },
		{ "f.jsonc", "", "[/**/" }, { "f.toml", "a=", "[" },
		{ "f.toml", "a=", "{b=" }, { "f.toml", "[", "a." },
		{ "f.toml", "", "a." }, { "f.toml", "", "[[a]]\n[" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addstr(&text, cases[i].before);
		for (int n = 0; n < 10000; n++)
			strbuf_addstr(&text, cases[i].unit);
		assert_refused(cases[i].name, text.buf, text.len);
	}
}

static void test_aliases(void **state)
{
	static const char *const loops[] = { "a: &a [*a]", "a: &a {b: *a}",
		"a: &a {<<: *a}", "pre-commit: &a {jobs: *a}",
		"a: &a [&b [*a, *b]]", "a: *b", "? &a [*a]\n: x" };
	AUTO_STRBUF bomb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(loops); i++)
		assert_refused("f.yml", loops[i], strlen(loops[i]));
	strbuf_addstr(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 20; i++) {
		strbuf_addf(&bomb, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			strbuf_addf(&bomb, "*a%d, ", i - 1);
		strbuf_addstr(&bomb, "]\n");
	}
	assert_refused("f.yml", bomb.buf, bomb.len);
}

/* A megabyte of one thing; what takes a second here takes minutes where time
 * grows with the square of the size.  Valgrind, which looks for something else,
 * gets a tenth. */
static void test_wide(void **state)
{
	const char *variant = getenv("HOOKRUN_TEST_VARIANT");
	bool is_slow = variant && !strcmp(variant, "valgrind");
	size_t size_bytes = is_slow ? 100000 : 1000000;
	static const struct {
		const char *name, *before, *unit; /* unit: with a number */
	} cases[] = { { "f.yml", "", "k%d: 1\n" },
		{ "f.yml", "", "k%d: {jobs: []}\n" },
		{ "f.yml", "pre-commit:\n", "  k%d: 1\n" },
		{ "f.yml", "pre-commit:\n  commands:\n", "    k%d: [\n" },
		{ "f.yml", "pre-commit:\n  jobs:\n",
			"  - {run: x, rnu%d: 1}\n" },
		{ "f.toml", "", "[k%d]\n" }, { "f.toml", "", "a.k%d = 1\n" },
		{ "f.toml", "", "[[k%d]]\n" }, { "f.json", "[", "%d,\n" },
		{ "f.jsonc", "{", "\"k%d\": {},\n" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *unit = cases[i].unit, *number = strstr(unit, "%d");
		AUTO_STRBUF text = STRBUF_INIT;

		strbuf_addstr(&text, cases[i].before);
		for (int n = 0; text.len < size_bytes; n++)
			strbuf_addf(&text, "%.*s%d%s", (int)(number - unit),
				unit, n, number + 2);
		try_text(cases[i].name, text.buf, text.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_replaced_bytes),
		cmocka_unit_test(test_deep), cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_wide) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
