/*
 * A program in our place: what it reads, what it returns, and that Ctrl-C is
 * for it and not for us.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/strbuf.h"
#include "hookrun/proc/foreground.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static char shell[] = "sh", option[] = "-c";

static int run(char *script, const void *in, size_t in_len, int *status)
{
	char *argv[] = { shell, option, script, NULL };
	struct foreground fg = {
		.argv = argv, .env = environ, .in = in, .in_len = in_len
	};
	struct err err = ERR_INIT;

	return foreground_run(&fg, status, &err);
}

static void test_input(void **state)
{
	static char script[] = "test \"$(wc -c)\" -eq 300000";
	static char rest[] = "read -r a && read -r b && test \"$a$b\" = onetwo";
	AUTO_STRBUF text = STRBUF_INIT;
	int status = -1;

	(void)state;
	for (size_t i = 0; i < 30000; i++)
		strbuf_addstr(&text, "0123456789");
	assert_int_equal(run(script, text.buf, text.len, &status), 0);
	assert_int_equal(status, 0);
	assert_int_equal(run(rest, "one\ntwo\n", 8, &status), 0);
	assert_int_equal(status, 0);
}

static void test_status(void **state)
{
	static char three[] = "exit 3", signal_of[] = "kill -TERM $$";
	int status = -1;

	(void)state;
	assert_int_equal(run(three, "", 0, &status), 0);
	assert_int_equal(status, 3);
	assert_int_equal(run(signal_of, "", 0, &status), 0);
	assert_int_equal(status, 128 + SIGTERM);
}

static void test_missing(void **state)
{
	static char name[] = "/no/such/program";
	char *argv[] = { name, NULL };
	struct foreground fg = { .argv = argv, .env = environ };
	struct err err = ERR_INIT;
	int status = 77;

	(void)state;
	assert_int_equal(foreground_run(&fg, &status, &err), -1);
	assert_int_equal(status, 77);
	assert_non_null(strstr(err.msg, name));
}

/* The terminal sends it to both of us. */
static void test_interrupt(void **state)
{
	static char script[] = "kill -INT $PPID; kill -INT $$; exit 0";
	struct sigaction before, after;
	int status = -1;

	(void)state;
	sigaction(SIGINT, NULL, &before);
	assert_int_equal(run(script, "", 0, &status), 0);
	assert_int_equal(status, 128 + SIGINT);
	sigaction(SIGINT, NULL, &after);
	assert_ptr_equal(before.sa_handler, after.sa_handler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
