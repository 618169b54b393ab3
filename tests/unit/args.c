/*
 * The command line as users of either program write it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/cli.h"

#include <string.h>
#include <fcntl.h>
#include <unistd.h>

static int nothing(const struct args *args)
{
	(void)args;
	return 0;
}

static const struct option_spec run_options[] = {
	{ "verbose", 'v', NULL, "" },
	{ "job", 0, "NAME,...", "" },
	{ "colors", 0, "WHEN", "" },
	{ "no-tty", 0, NULL, "" },
	{ "format", 'f', "FORMAT", "" },
	{ NULL, 0, NULL, NULL },
};
static const struct command commands[] = {
	{ "run", "HOOK", "", NULL, run_options, 1, 2, .run = nothing },
	{ "help", "", "", NULL, NULL, 0, 1, .run = nothing },
	{ .name = NULL },
};

/* Parse the words of `line`, which are separated by single blanks. */
static int parse(const char *line, struct args *args)
{
	AUTO_STRVEC words = STRVEC_INIT;

	while (*line) {
		size_t len = strcspn(line, " ");

		strvec_pushn(&words, line, len);
		line += len + (line[len] == ' ');
	}
	return args_parse(commands, &commands[0], (int)words.nr, words.v, args);
}

static void assert_values(
	const struct args *args, const char *name, const char *want)
{
	const struct strvec *values = args_values(args, name);
	AUTO_STRBUF got = STRBUF_INIT;

	for (size_t i = 0; i < values->nr; i++)
		strbuf_addf(&got, "[%s]", values->v[i]);
	assert_string_equal(got.buf, want);
}

static void test_places(void **state)
{
	static const char *const lines[] = { "--no-tty hook --job a x",
		"hook --job=a x --no-tty", "hook -no-tty x -job a" };
	struct args args;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(parse(lines[i], &args), 0);
		assert_int_equal(args.words.nr, 2);
		assert_string_equal(args.words.v[0], "hook");
		assert_string_equal(args.words.v[1], "x");
		assert_true(args_has(&args, "no-tty"));
		assert_values(&args, "job", "[a]");
		args_release(&args);
	}
	/* what follows -- is git's */
	assert_int_equal(parse("-v hook -- --job", &args), 0);
	assert_string_equal(args.words.v[1], "--job");
	assert_values(&args, "job", "");
	assert_true(args_has(&args, "verbose"));
	args_release(&args);
}

static void test_lists(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(
		parse("h --job a,b --job c --colors on,off --job=,", &args), 0);
	assert_values(&args, "job", "[a][b][c][][]");
	assert_string_equal(args_value(&args, "colors"), "on,off");
	args_release(&args);
}

static void test_flags(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse("h --no-tty --no-tty=false -v=1", &args), 0);
	assert_false(args_has(&args, "no-tty"));
	assert_true(args_has(&args, "verbose"));
	args_release(&args);
	assert_int_equal(parse("h --no-tty=F --no-tty=TRUE", &args), 0);
	assert_true(args_has(&args, "no-tty"));
	args_release(&args);
	assert_int_equal(parse("h --no-tty x", &args), 0);
	assert_int_equal(args.words.nr, 2);
	args_release(&args);
}

static void test_letters(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse("-f json h -v", &args), 0);
	assert_string_equal(args_value(&args, "format"), "json");
	args_release(&args);
	assert_int_equal(parse("h --f=toml", &args), 0);
	assert_string_equal(args_value(&args, "format"), "toml");
	args_release(&args);
	assert_int_equal(parse("- h", &args), 0);
	assert_string_equal(args.words.v[0], "-");
	args_release(&args);
}

static void test_refused(void **state)
{
	static const char *const lines[] = { "", "h --bogus", "h -vf",
		"h --no-tty=maybe", "h --job", "h x y", "h --jobs=a",
		"h --verb" };
	struct args args;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		persona_init("hookrun");
		assert_int_equal(parse(lines[i], &args), EXIT_USAGE);
		persona_init("/usr/bin/lefthook");
		if (i != 5) /* lefthook does not count them */
			assert_int_equal(parse(lines[i], &args), 1);
	}
	persona_init("hookrun");
}

static void test_help(void **state)
{
	struct args args;

	(void)state;
	assert_int_equal(parse("h --bogu --help", &args), EXIT_USAGE);
	assert_int_equal(parse("h --help --bogus", &args), 0);
	assert_ptr_equal(args.command, command_find(commands, "help"));
	assert_string_equal(args.words.v[0], "run");
	args_release(&args);
	/* a hook may have that name */
	assert_int_equal(parse("help -- -h", &args), 0);
	assert_ptr_equal(args.command, &commands[0]);
	args_release(&args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_help),
	};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* usage errors are not this test's output */
	dup2(null, STDERR_FILENO);
	close(null);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
