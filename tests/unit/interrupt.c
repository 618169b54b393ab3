#include "git_fixture.h"

#include "hookrun/proc/cmd.h"
#include "hookrun/proc/interrupt.h"

#include <signal.h>

static int run(const char *text, int *ret_status)
{
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" },
		(char *)(uintptr_t)text, NULL };
	struct cmd cmd = { .argv = argv };
	struct err err = ERR_INIT;

	return cmd_run(&cmd, ret_status, NULL, NULL, &err);
}

/* One story, since what is noted stays noted. */
static void test_signal_waits(void **state)
{
	int status = -1;

	(void)state;
	interrupt_hold();
	assert_int_equal(interrupt_noted(), 0);
	assert_int_equal(run("exit 3", &status), 0);
	assert_int_equal(status, 3);

	/* a signal ends the command that is waited for */
	assert_int_equal(run("kill -TERM $PPID; exec sleep 1000", &status), -1);
	assert_int_equal(interrupt_noted(), SIGTERM);
	assert_true(interrupt_ends_commands());

	/* but not what puts things back; the first signal counts */
	interrupt_defer(true);
	assert_int_equal(run("kill -HUP $PPID; exit 4", &status), 0);
	assert_int_equal(status, 4);
	assert_int_equal(interrupt_noted(), SIGTERM);

	interrupt_release();
	assert_int_equal(interrupt_noted(), SIGTERM);
	assert_int_equal(run("exit 5", &status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signal_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
