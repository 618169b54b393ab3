#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/glob.h"
#include "hookrun/base/strbuf.h"

#include <string.h>

static bool matches(unsigned flags, const char *pattern, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct glob *glob;
	bool result;

	if (glob_compile(&arena, pattern, flags, &glob, &err))
		fail_msg("%s", err.msg);
	result = glob_match(glob, text, strlen(text));
	if (glob_compile_any(&arena, (const char *const[]){ pattern, NULL },
		    flags, &glob, &err))
		fail_msg("%s", err.msg);
	/* Once to learn, once to know. */
	for (int i = 0; i < 2; i++)
		if (glob_match(glob, text, strlen(text)) != result)
			fail_msg("'%s' and '%s' are not always %d", pattern,
				text, result);
	arena_release(&arena);
	return result;
}

struct example {
	const char *pattern, *yes, *no; /* texts, separated by blanks */
};

static void check_texts(
	unsigned flags, const char *pattern, const char *texts, bool want)
{
	while (*texts) {
		size_t len = strcspn(texts, " ");
		AUTO_FREE char *text = xstrndup(texts, len);

		if (matches(flags, pattern, text) != want)
			fail_msg("'%s' and '%s': not %d", pattern, text, want);
		texts += len;
		texts += strspn(texts, " ");
	}
}

static void check(unsigned flags, const struct example *examples, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		check_texts(flags, examples[i].pattern, examples[i].yes, true);
		check_texts(flags, examples[i].pattern, examples[i].no, false);
	}
}

static void test_gobwas(void **state)
{
	static const struct example examples[] = {
		{ "a.js", "a.js", "b.js A.js xa.js a.jsx a_js" },
		{ "*", "a a/b .x /", "" },
		{ "*.js", "a.js x/a.js x/y/a.js .js", "a.jsx js a.JS" },
		{ "**.js", "a.js x/a.js", "a.rb" },
		{ "**/*.js", "x/a.js x/y/a.js /a.js", "a.js" },
		{ "src/*", "src/a src/b/c src/", "src srcx/a x/src/a" },
		{ "***", "a a/b", "" },
		{ "a*b*c", "abc axbyc a/b/c abbcc", "ab acb abcd" },
		{ "?.js", "a.js \xc3\xa4.js /.js", ".js ab.js" },
		{ "??", "ab \xe2\x82\xac\xc3\xa4", "a abc \xe2\x82\xac" },
		{ "[ab]", "a b", "c ab" },
		{ "[a-c]x", "ax bx cx", "dx -x x" },
		{ "[!a-c]x", "dx -x /x \xc3\xa4x", "ax bx cx x" },
		{ "[^a]", "^ a", "b" },
		{ "[!ab]", "c !", "a b" },
		{ "[a!]", "a !", "b" },
		{ "[ab-d]", "a b - d", "c" },
		{ "[a-cx-z]", "a c x z", "d w -" },
		{ "[a-zA-Z0-9_]", "a Q 7 _", "- \xc3\xa4" },
		{ "[\xc3\xa4-\xc3\xbc]", "\xc3\xb6", "o \xc3\xbf" },
		{ "[\\]a]", "] a", "\\" },
		{ "[*?]", "* ?", "a" },
		{ "{a,b}", "a b", "c ab a,b" },
		{ "*.{js,ts}", "a.js a.ts x/a.ts", "a.jsts a. a.{js,ts}" },
		{ "{a,b{c,d}}e", "ae bce bde", "be abe ce" },
		{ "{*.js,src/**}", "a.js src/x src/y/z", "lib/x" },
		{ "{,a}b", "b ab", "a aab" },
		{ "{a}", "a", "b" },
		{ "{}x", "x", "" },
		{ "{[a,b],c}", "a , b c", "[a b]" },
		{ "{a\\,b,c}", "a,b c", "a b" },
		{ "{a?,b*}{1,2}", "ax1 b2 bxx1", "a1 ax b" },
		{ "a,b}", "a,b}", "a" },
		{ "]", "]", "a" },
		{ "\\*", "*", "a \\*" },
		{ "\\a\\{\\[\\\\", "a{[\\", "a" },
		{ "a//b", "a//b", "a/b" },
		{ "\xff*",
			"\xff \xff"
			"a",
			"\xfe" },
		{ "?", "\xff \xc3", "\xff\xff" },
		{ "[!a]", "\xff", "a" },
	};

	(void)state;
	check(0, examples, ARRAY_SIZE(examples));
	assert_true(matches(0, "", ""));
	assert_true(matches(0, "*", ""));
	assert_true(matches(0, "{a,}", ""));
	assert_false(matches(0, "", "a"));
	assert_false(matches(0, "?", ""));
	assert_false(matches(0, "a", ""));
	assert_true(matches(0, "a*c", "a\nb\nc"));
	assert_true(matches(0, "* b", "a b"));
}

static void test_doublestar(void **state)
{
	static const struct example examples[] = {
		{ "*.js", "a.js .js", "x/a.js a.JS" },
		{ "*", "a .x", "a/b" },
		{ "**", "a a/b a/b/c", "" },
		{ "**/*.js", "a.js x/a.js x/y/a.js", "a.rb x/a" },
		{ "**/x", "x a/x a/b/x", "ax a/bx x/a" },
		{ "a/**", "a a/b a/b/c", "ab b/a" },
		{ "a/**/b", "a/b a/x/b a/x/y/b", "ab a/xb axb a/b/c" },
		{ "a/**/b/**/c", "a/b/c a/1/b/2/3/c", "a/c a/b a/xb/c" },
		{ "**/a/**", "a a/b x/a x/a/b", "ab x/ab/c" },
		{ "a**", "a ab", "a/b" },
		{ "**b", "b ab", "a/b" },
		{ "a/**.js", "a/x.js", "a/x/y.js a.js" },
		{ "src/*/x", "src/a/x", "src/x src/a/b/x" },
		{ "a?b", "axb", "a/b ab" },
		{ "a[!x]b", "ayb a/b", "axb" },
		{ "a[./]b", "a.b a/b", "a,b" },
		{ "[a-cx]", "a c x", "d -" },
		{ "[ab-d]", "a b c d", "-" },
		{ "[a-]", "a -", "b" },
		{ "[\\-a]", "- a", "\\" },
		{ "[+--]", "+ , -", "." },
		{ "[^a]", "b", "a" },
		{ "*.{js,ts}", "a.js a.ts", "x/a.ts" },
		{ "{src,lib}/**/*.c", "src/a.c lib/x/y.c", "a.c src/a.h" },
		{ "{src/**,lib}", "src/a src/a/b lib src", "lib/x" },
		{ "{a/**,b}/x", "a/x a/q/x a/q/r/x b/x", "b/q/x ax" },
		{ "{**/,}x", "x a/x a/b/x", "ax" },
		{ "{**,a}/x", "x a/x b/c/x", "ax" },
		{ "{src/,lib/}**/*.c", "src/a.c lib/x/y.c", "a.c x/src/a.c" },
		{ "{src/,}**", "src/a src/a/b a a/b", "" },
		{ "x{/**,}", "x x/y x/y/z", "xy" },
		{ "{,**/}x", "x a/x a/b/x", "ax" },
		{ "{a,b/{c,d/**}}", "a b/c b/d b/d/e/f", "b b/c/x" },
		{ "\\**", "* *a", "a" },
		{ "/**", "/a /a/b", "a" },
		{ "***", "a", "a/b" },
	};

	(void)state;
	check(GLOB_DOUBLESTAR, examples, ARRAY_SIZE(examples));
}

static void test_icase(void **state)
{
	static const struct example examples[] = {
		{ "*.JS", "a.js A.Js", "a.jx" },
		{ "Makefile", "makefile MAKEFILE", "makefiles" },
		{ "[A-C]", "b B", "d D" },
		{ "\xc3\x84*", "\xc3\xa4x \xc3\x84x", "ax" }, /* Latin */
		{ "\xc3\xbf", "\xc5\xb8", "y" },
		{ "\xc4\x8c", "\xc4\x8d", "c" },
		{ "\xce\xa3\xce\x91", "\xcf\x83\xce\xb1", "s" }, /* Greek */
		{ "\xd0\x96\xd0\x81", "\xd0\xb6\xd1\x91", "\xd0\xb5" },
		{ "\xc3\x97", "\xc3\x97", "\xc3\xb7" }, /* no letters */
		{ "@", "@", "`" },
	};

	(void)state;
	check(GLOB_ICASE, examples, ARRAY_SIZE(examples));
	assert_false(matches(0, "\xc3\x84", "\xc3\xa4"));
	assert_true(matches(GLOB_ICASE | GLOB_DOUBLESTAR, "SRC/**", "src/a/b"));
}

static void check_error(unsigned flags, const char *pattern, const char *what)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct glob *glob = NULL;

	assert_int_equal(glob_compile(&arena, pattern, flags, &glob, &err), -1);
	assert_null(glob);
	if (!strstr(err.msg, what))
		fail_msg("'%s' is not in: %s", what, err.msg);
	arena_release(&arena);
}

static void test_errors(void **state)
{
	AUTO_STRBUF deep = STRBUF_INIT;
	AUTO_STRBUF big = STRBUF_INIT;

	(void)state;
	for (unsigned flags = 0; flags <= GLOB_DOUBLESTAR; flags++) {
		check_error(flags, "[a", "'[' is never closed at character 1");
		check_error(flags, "ab[", "'[' is never closed at character 3");
		check_error(flags, "[!", "'[' is never closed at character 1");
		check_error(flags, "x[a\\]", "is never closed at character 2");
		check_error(flags, "{a", "'{' is never closed at character 1");
		check_error(flags, "{a,{b}", "is never closed at character 1");
		check_error(
			flags, "a\\", "nothing follows '\\' at character 2");
		check_error(flags, "\xc3\xa4[]", "empty class at character 2");
		check_error(flags, "[!]", "empty class at character 1");
		check_error(flags, "[z-a]", "backwards at character 2");
		check_error(
			flags, "{[a,b}", "'[' is never closed at character 2");
	}
	check_error(0, "[a", "invalid glob '[a'");
	for (int i = 0; i < 20000; i++)
		strbuf_addch(&big, 'a');
	check_error(0, big.buf, "is longer than");
	for (int i = 0; i < 5000; i++)
		strbuf_addch(&deep, '{');
	for (int i = 0; i < 5000; i++)
		strbuf_addch(&deep, '}');
	check_error(0, deep.buf, "too many nested '{'");
}

/* Patterns that take a backtracking matcher years. */
static void test_bounded_time(void **state)
{
	AUTO_STRBUF pattern = STRBUF_INIT;
	AUTO_STRBUF text = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 40; i++)
		strbuf_addstr(&pattern, "*{a,aa,{a,aaa}}*");
	strbuf_addch(&pattern, 'x');
	for (int i = 0; i < 1000; i++)
		strbuf_addch(&text, 'a');
	assert_false(matches(0, pattern.buf, text.buf));
	assert_false(matches(GLOB_DOUBLESTAR, pattern.buf, text.buf));
	strbuf_addch(&text, 'x');
	assert_true(matches(0, pattern.buf, text.buf));

	strbuf_reset(&pattern);
	for (int i = 0; i < 4000; i++)
		strbuf_addstr(&pattern, "{,a}");
	assert_true(matches(0, pattern.buf, "aaaa"));
	assert_false(matches(0, pattern.buf, "aaab"));
}

static void test_any(void **state)
{
	static const char *const patterns[] = { "*.rb", "src/*.{c,h}", "[!a]?",
		NULL };
	static const char *const none[] = { NULL };
	static const char *const bad[] = { "a", "[b", NULL };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct glob *glob;

	(void)state;
	assert_int_equal(glob_compile_any(&arena, patterns, 0, &glob, &err), 0);
	assert_true(glob_match(glob, "x.rb", 4));
	assert_true(glob_match(glob, "src/x/y.h", 9));
	assert_true(glob_match(glob, "b\xc3\xa4", 3));
	assert_false(glob_match(glob, "x.c", 3));
	assert_false(glob_match(glob, "ab", 2));
	assert_false(glob_match(glob, "", 0));
	assert_int_equal(glob_compile_any(&arena, none, 0, &glob, &err), 0);
	assert_false(glob_match(glob, "", 0));
	assert_int_equal(glob_compile_any(&arena, bad, 0, &glob, &err), -1);
	assert_non_null(strstr(err.msg, "invalid glob '[b'"));
	arena_release(&arena);
}

/* More sets of states than there is memory for. */
static void test_any_without_end(void **state)
{
	AUTO_STRBUF pattern = STRBUF_INIT;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct glob *glob;
	char text[4001] = "";
	unsigned random = 3;

	(void)state;
	strbuf_addstr(&pattern, "*a");
	for (int i = 0; i < 60; i++)
		strbuf_addch(&pattern, '?');
	assert_int_equal(glob_compile_any(&arena,
				 (const char *const[]){ pattern.buf, NULL }, 0,
				 &glob, &err),
		0);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(text) - 1; i++) {
			random = random * 1103515245U + 12345U;
			text[i] = random >> 16 & 1 ? 'a' : 'b';
		}
		text[sizeof(text) - 62] = 'a';
		assert_true(glob_match(glob, text, sizeof(text) - 1));
		text[sizeof(text) - 62] = 'b';
		assert_false(glob_match(glob, text, sizeof(text) - 1));
	}
	arena_release(&arena);
}

/* ---- against a plain matcher --------------------------------------------- */

/* Match by trying everything; braces were expanded before. */
static bool slow_match(const char *p, const char *t)
{
	switch (*p) {
	case '\0':
		return !*t;
	case '*':
		return slow_match(p + 1, t) || (*t && slow_match(p, t + 1));
	case '?':
		return *t && slow_match(p + 1, t + 1);
	case '[':
		return *t && (*t == p[1] || *t == p[2]) &&
		       slow_match(p + 4, t + 1);
	default:
		return *t == *p && slow_match(p + 1, t + 1);
	}
}

/* Replace the first braces by each of their alternatives in turn. */
static bool slow_expand(const char *p, const char *t)
{
	const char *open = strchr(p, '{'), *from = open + 1, *end = from;
	const char *commas[64] = { NULL };
	size_t ncommas = 0;
	int depth = 1;

	if (!open)
		return slow_match(p, t);
	for (; depth; end++) {
		if (*end == ',' && depth == 1)
			commas[ncommas++] = end;
		depth += *end == '{' ? 1 : *end == '}' ? -1 : 0;
	}
	commas[ncommas++] = end - 1;
	for (size_t i = 0; i < ncommas; i++) {
		AUTO_STRBUF one = STRBUF_INIT;

		strbuf_add(&one, p, (size_t)(open - p));
		strbuf_add(&one, from, (size_t)(commas[i] - from));
		strbuf_addstr(&one, end);
		if (slow_expand(one.buf, t))
			return true;
		from = commas[i] + 1;
	}
	return false;
}

static unsigned seed = 7;

static unsigned next_random(unsigned below)
{
	seed = seed * 1103515245U + 12345U;
	return (seed >> 16) % below;
}

static void random_pattern(struct strbuf *out, int depth)
{
	unsigned len = next_random(5);

	for (unsigned i = 0; i < len; i++) {
		unsigned kind = next_random(depth < 3 ? 8 : 6);

		if (kind < 3) {
			strbuf_addch(out, (char)('a' + next_random(2)));
		} else if (kind < 4) {
			strbuf_addch(out, '?');
		} else if (kind < 5) {
			strbuf_addch(out, '*');
		} else if (kind < 6) {
			strbuf_addstr(out, next_random(2) ? "[ab]" : "[bc]");
		} else {
			unsigned more = next_random(3);

			strbuf_addch(out, '{');
			random_pattern(out, depth + 1);
			while (more--) {
				strbuf_addch(out, ',');
				random_pattern(out, depth + 1);
			}
			strbuf_addch(out, '}');
		}
	}
}

static void test_against_plain_matcher(void **state)
{
	size_t yes = 0, rounds = 3000;

	(void)state;
	for (size_t i = 0; i < rounds; i++) {
		AUTO_STRBUF pattern = STRBUF_INIT;
		char text[8] = "";
		unsigned len = next_random(7);
		bool want;

		do {
			strbuf_reset(&pattern);
			random_pattern(&pattern, 0);
		} while (pattern.len > 40);
		for (unsigned k = 0; k < len; k++)
			text[k] = (char)('a' + next_random(2));
		want = slow_expand(pattern.buf, text);
		if (matches(0, pattern.buf, text) != want)
			fail_msg("'%s' and '%s': not %d", pattern.buf, text,
				want);
		yes += want;
	}
	assert_true(yes > rounds / 20);
	assert_true(yes < rounds - rounds / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gobwas),
		cmocka_unit_test(test_doublestar),
		cmocka_unit_test(test_icase),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_bounded_time),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_any_without_end),
		cmocka_unit_test(test_against_plain_matcher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
