/*
 * A folder of each test's own, with shell scripts run in it; for the tests of
 * steps, which make their repositories by script.
 */
#ifndef TESTS_STEP_FIXTURE_H
#define TESTS_STEP_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/proc/cmd.h"

static char *dir;

static inline int make_dir(const char *name)
{
	struct err err = ERR_INIT;

	return fs_temp_dir(name, &dir, &err);
}

static inline int drop_dir(void)
{
	struct err err = ERR_INIT;
	int ret = fs_remove_tree(dir, &err);

	free(dir);
	return ret;
}

static inline void sh(const char *script)
{
	char dash_ec[] = "-ec", name[] = "sh";
	AUTO_FREE char *copy = xstrdup(script);
	char *argv[] = { name, dash_ec, copy, NULL };
	struct cmd cmd = { .argv = argv, .cwd = dir };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status;

	assert_int_equal(cmd_run(&cmd, &status, &out, &out, &err), 0);
	if (status)
		fail_msg("'%s' failed with %d: %s", script, status, out.buf);
}

#endif
