#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/files/template.h"

static struct strvec list(const char *const *names)
{
	struct strvec vec = STRVEC_INIT;

	for (; *names; names++)
		strvec_push(&vec, *names);
	return vec;
}

#define LIST(...) list((const char *const[]){ __VA_ARGS__, NULL })

static char *const args[] = { (char[]){ "one" }, (char[]){ "two words" },
	(char[]){ "$x" }, NULL };
static const struct template_pair own[] = { { "tool", "npx eslint" },
	{ "again", "{tool} {files} {0}" }, { "open", "'" }, { "cut-off", "\"" },
	{ "empty", "" } };

/* One command from `text` with {files} a.js "b c.js", {staged_files} s.rb and
 * an empty {all_files}. */
static void check(const char *text, const char *want)
{
	AUTO_STRVEC files = LIST("a.js", "b c.js");
	AUTO_STRVEC staged = LIST("s.rb");
	AUTO_STRVEC none = STRVEC_INIT;
	AUTO_STRVEC commands = STRVEC_INIT;
	struct template_values values = {
		.files = { [SET_FILES] = &files,
			[SET_STAGED] = &staged,
			[SET_ALL] = &none },
		.args = args,
		.nargs = 3,
		.job_name = "my job",
		.own = own,
		.nown = ARRAY_SIZE(own),
	};
	struct err err;

	if (template_expand(text, &values, TEMPLATE_MAX, &commands, &err))
		fail_msg("%s: %s", text, err.msg);
	assert_int_equal(commands.nr, 1);
	assert_string_equal(commands.v[0], want);
}

static void test_tokens(void **state)
{
	(void)state;
	check("", "");
	check("make lint", "make lint");
	check("lint {files}", "lint a.js 'b c.js'");
	check("lint {staged_files} {files} ", "lint s.rb a.js 'b c.js' ");
	check("{files}{staged_files}", "a.js 'b c.js's.rb");
	check("lint --x={files} -y", "lint --x=a.js 'b c.js' -y");
	check("lint {files},z", "lint a.js 'b c.js',z");
	check("echo {lefthook_job_name}", "echo 'my job'");
	check("{tool} .", "npx eslint .");
	check("x{empty}y", "xy");
}

static void test_arguments(void **state)
{
	(void)state;
	check("x {0}", "x one two words $x");
	check("x {1} {2} {3}", "x one two words $x");
	check("x {4} {10}", "x {4} {10}");
	check("x \"{2}\"", "x \"two words\"");
	check("x {00} {01} {1 }", "x {00} {01} {1 }");
	check("x {99999999999999999999}", "x {99999999999999999999}");
}

static void test_unknown_stays(void **state)
{
	(void)state;
	check("{unknown} {} {", "{unknown} {} {");
	check("awk '{print $1}'", "awk '{print $1}'");
	check("{FILES} { files} {files", "{FILES} { files} {files");
	check("{{files}}", "{a.js 'b c.js'}");
	check("{a{files}", "{aa.js 'b c.js'");
	check("a}b", "a}b");
}

/* What was put in is never looked at again. */
static void test_single_pass(void **state)
{
	(void)state;
	check("{again}", "{tool} {files} {0}");
}

static void test_quotes_around(void **state)
{
	(void)state;
	check("x \"{files}\"", "x \"a.js\" \"b c.js\"");
	check("x '{files}'", "x 'a.js' 'b c.js'");
	check("x --y=\"{files}\" z", "x --y=\"a.js\" \"b c.js\" z");
	check("x \"{staged_files}\"\"{files}\"",
		"x \"s.rb\"\"a.js\" \"b c.js\"");
	check("x \"{files}\"{files}\"", "x \"a.js\" \"b c.js\"a.js 'b c.js'\"");
	check("x \"{lefthook_job_name}\"", "x \"my job\"");
	check("x '{lefthook_job_name}'", "x 'my job'");
}

static void test_within_quotes(void **state)
{
	(void)state;
	check("x \"y {files} z\"", "x \"y a.js 'b c.js' z\"");
	check("x 'y {files} z'", "x 'y a.js '\\''b c.js'\\'' z'");
	check("x \"{files} z\"", "x \"a.js 'b c.js' z\"");
	check("x \"z {files}\"", "x \"z a.js 'b c.js'\"");
	check("x \"a\"{files}\"b\"", "x \"a\"a.js 'b c.js'\"b\"");
	check("x \"'{files}'\"", "x \"'a.js' 'b c.js'\"");
	check("x '\"{files}\"'", "x '\"a.js\" \"b c.js\"'");
	check("x \"'{files}{staged_files}'\"", "x \"'a.js 'b c.js's.rb'\"");
	check("x \"$(y {files})\"", "x \"$(y a.js 'b c.js')\"");
	check("x \"$(y \"{files}\")\"", "x \"$(y \"a.js\" \"b c.js\")\"");
}

/* Raw values count in the quoting of what comes after them. */
static void test_quotes_from_values(void **state)
{
	(void)state;
	check("x {open}{files}'", "x 'a.js '\\''b c.js'\\'''");
	check("x {cut-off}y {files}\"", "x \"y a.js 'b c.js'\"");
	check("x {cut-off}{files}\"", "x \"a.js 'b c.js'\"");
}

static void test_empty_list(void **state)
{
	(void)state;
	check("x {all_files} y", "x  y");
	check("x \"{all_files}\" y", "x  y");
	check("x '{all_files}'", "x ");
	check("x \"y {all_files}\"", "x \"y \"");
}

static void test_left_alone(void **state)
{
	(void)state;
	check("for f in {files}; do echo ${files}; done",
		"for f in a.js 'b c.js'; do echo ${files}; done");
	check("echo ${1} ${0}", "echo ${1} ${0}");
	check("x \\{files}", "x \\{files}");
	check("x \\\\{files}", "x \\\\a.js 'b c.js'");
	check("x \"\\{files}\"", "x \"\\{files}\"");
	check("x '\\{files}'", "x '\\a.js '\\''b c.js'\\'''");
	check("# {files}\nx {files}", "# {files}\nx a.js 'b c.js'");
	check("x a#{files}", "x a#a.js 'b c.js'");
	check("x # don't\ny {files}", "x # don't\ny a.js 'b c.js'");
}

static void test_sets(void **state)
{
	(void)state;
	assert_int_equal(template_sets(""), 0);
	assert_int_equal(
		template_sets("x {unknown} {0} {lefthook_job_name}"), 0);
	assert_int_equal(template_sets("x {files}"), 1U << SET_FILES);
	assert_int_equal(template_sets("{staged_files}'{push_files}'"),
		1U << SET_STAGED | 1U << SET_PUSH);
	assert_int_equal(
		template_sets("\"{all_files}\" {all_files}"), 1U << SET_ALL);
	assert_int_equal(template_sets("${files} \\{files}\n# {files}"), 0);
}

static void check_error(const char *text, const char *part)
{
	AUTO_STRVEC files = LIST("a b");
	AUTO_STRVEC commands = STRVEC_INIT;
	static const struct template_pair dollar = { "dollar", "$" };
	struct template_values values = { .files = { [SET_FILES] = &files },
		.job_name = "j",
		.own = &dollar,
		.nown = 1 };
	struct err err = ERR_INIT;

	assert_int_equal(
		template_expand(text, &values, TEMPLATE_MAX, &commands, &err),
		-1);
	if (!strstr(err.msg, part))
		fail_msg("'%s' is not in: %s", part, err.msg);
	assert_int_equal(commands.nr, 0);
}

static void test_errors(void **state)
{
	AUTO_STRBUF deep = STRBUF_INIT;

	(void)state;
	check_error("x {push_files}", "'{push_files}' is not available");
	check_error("x `y \\`z {files}\\``", "backquotes are nested");
	check_error("x `y \\`z {lefthook_job_name}\\``", "backquotes");
	for (int i = 0; i < 100; i++)
		strbuf_addstr(&deep, "\"$(");
	strbuf_addstr(&deep, "{files}");
	check_error(deep.buf, "nested too deeply");
	check_error("x $'{files}'", "shells differ");
	check_error("x $'y {files}'", "shells differ");
	check_error("x $'it\\'s' {files}'", "shells differ");
	check_error("x $'{lefthook_job_name}'", "shells differ");
	check_error("x {dollar}{files}", "shells differ");
	check_error("<<A <<B <<C <<D <<E {files}", "here-documents");
}

/* Quoting nobody writes names into may be as deep as it likes. */
static void test_trouble_without_files(void **state)
{
	(void)state;
	check("x `y \\`z\\``", "x `y \\`z\\``");
	check("x $'it\\'s'", "x $'it\\'s'");
	check("x $'\\t' $'\\\\' {files}", "x $'\\t' $'\\\\' a.js 'b c.js'");
	check("x {files} `y \\`z\\``", "x a.js 'b c.js' `y \\`z\\``");
}

/* ---- splitting ----------------------------------------------------------- */

struct split {
	struct strvec files[SET_COUNT];
	struct strvec commands;
};

static void split_release(struct split *split)
{
	for (int i = 0; i < SET_COUNT; i++)
		strvec_release(&split->files[i]);
	strvec_release(&split->commands);
}

static void split_expand(struct split *split, const char *text, size_t max)
{
	struct template_values values = { .job_name = "job",
		.own = own,
		.nown = ARRAY_SIZE(own),
		.args = args,
		.nargs = 3 };
	struct err err;

	for (int i = 0; i < SET_COUNT; i++)
		values.files[i] = &split->files[i];
	if (template_expand(text, &values, max, &split->commands, &err))
		fail_msg("%s", err.msg);
}

static void add_names(struct strvec *vec, const char *prefix, int nr)
{
	for (int i = 0; i < nr; i++)
		strvec_pushf(vec, "%s%d", prefix, i);
}

static void test_split_exactly(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	add_names(&split.files[SET_FILES], "f", 5);
	split_expand(&split, "x {files};", 9);
	assert_int_equal(split.commands.nr, 3);
	assert_string_equal(split.commands.v[0], "x f0 f1;");
	assert_string_equal(split.commands.v[1], "x f2 f3;");
	assert_string_equal(split.commands.v[2], "x f4;");
	split_release(&split);

	split = (struct split){ .commands = STRVEC_INIT };
	add_names(&split.files[SET_FILES], "f", 3);
	split_expand(&split, "x {files};", 11);
	assert_int_equal(split.commands.nr, 1);
	assert_string_equal(split.commands.v[0], "x f0 f1 f2;");
	split_release(&split);
}

/* A list that stands twice is dealt out once, the same files in both. */
static void test_split_same_twice(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	add_names(&split.files[SET_FILES], "f", 3);
	split_expand(&split, "x {files} && y {files}", 22);
	assert_int_equal(split.commands.nr, 2);
	assert_string_equal(split.commands.v[0], "x f0 f1 && y f0 f1");
	assert_string_equal(split.commands.v[1], "x f2 && y f2");
	split_release(&split);
}

static void test_split_in_step(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	add_names(&split.files[SET_STAGED], "s", 4);
	add_names(&split.files[SET_ALL], "a", 2);
	split_expand(&split, "x {staged_files} \"{all_files}\"", 10);
	assert_int_equal(split.commands.nr, 3);
	assert_string_equal(split.commands.v[0], "x s0 \"a0\"");
	assert_string_equal(split.commands.v[1], "x s1 \"a1\"");
	assert_string_equal(split.commands.v[2], "x s2 s3 ");
	split_release(&split);
}

static void test_split_one_too_long(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	strvec_push(&split.files[SET_FILES], "a");
	strvec_push(&split.files[SET_FILES], "much-too-long-a-name");
	strvec_push(&split.files[SET_FILES], "b");
	split_expand(&split, "x {files}", 8);
	assert_int_equal(split.commands.nr, 3);
	assert_string_equal(split.commands.v[0], "x a");
	assert_string_equal(split.commands.v[1], "x much-too-long-a-name");
	assert_string_equal(split.commands.v[2], "x b");
	split_release(&split);
}

static void test_no_token_is_never_split(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	add_names(&split.files[SET_FILES], "f", 3);
	split_expand(&split, "a long command without a token", 4);
	assert_int_equal(split.commands.nr, 1);
	split_release(&split);
}

/* Count how often each plain name stands as a word in the commands. */
static void count_words(
	const struct strvec *commands, const struct strvec *names, size_t max)
{
	AUTO_STRVEC words = STRVEC_INIT;
	size_t at = 0;

	for (size_t i = 0; i < commands->nr; i++) {
		size_t files = 0;

		for (const char *p = commands->v[i]; *p;) {
			size_t len = strcspn(p, " ");

			if (*p == *names->v[0] && len > 1) {
				strvec_pushn(&words, p, len);
				files++;
			}
			p += len;
			p += strspn(p, " ");
		}
		assert_true(files > 0);
		assert_true(files == 1 || strlen(commands->v[i]) <= max);
	}
	assert_int_equal(words.nr, names->nr);
	for (; at < words.nr; at++)
		assert_string_equal(words.v[at], names->v[at]);
}

/* lefthook's bug: with any second token, all files behind the second command
 * were lost. */
static void test_split_many_with_other_tokens(void **state)
{
	struct split split = { .commands = STRVEC_INIT };

	(void)state;
	add_names(&split.files[SET_FILES], "fdir/some/name-", 20000);
	split_expand(&split, "{tool} {lefthook_job_name} {1} {files}", 5000);
	assert_true(split.commands.nr > 50);
	count_words(&split.commands, &split.files[SET_FILES], 5000);
	split_release(&split);
}

/* Names of all lengths, ceilings of all sizes: no name lost or doubled. */
static void test_split_sizes(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (size_t max = 1; max < 120; max += 3) {
		struct split split = { .commands = STRVEC_INIT };

		for (int i = 0; i < 40; i++) {
			seed = seed * 1103515245U + 12345U;
			strvec_pushf(&split.files[SET_FILES], "f%0*d",
				(int)(seed >> 16 & 15) + 1, i);
		}
		split_expand(&split, "x {files}", max);
		count_words(&split.commands, &split.files[SET_FILES], max);
		split_release(&split);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_unknown_stays),
		cmocka_unit_test(test_single_pass),
		cmocka_unit_test(test_quotes_around),
		cmocka_unit_test(test_within_quotes),
		cmocka_unit_test(test_quotes_from_values),
		cmocka_unit_test(test_empty_list),
		cmocka_unit_test(test_left_alone),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_trouble_without_files),
		cmocka_unit_test(test_split_exactly),
		cmocka_unit_test(test_split_same_twice),
		cmocka_unit_test(test_split_in_step),
		cmocka_unit_test(test_split_one_too_long),
		cmocka_unit_test(test_no_token_is_never_split),
		cmocka_unit_test(test_split_many_with_other_tokens),
		cmocka_unit_test(test_split_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
