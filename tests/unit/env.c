/*
 * The list of git's local variables is compared with what the git here says of
 * itself, so that a newer git which has one more makes this fail.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/proc/cmd.h"
#include "hookrun/proc/env.h"

static void git_local_names(struct strvec *ret)
{
	static const char *const argv[] = { "git", "rev-parse",
		"--local-env-vars", NULL };
	char *args[4] = { 0 };
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err = ERR_INIT;
	int status = -1;

	for (size_t i = 0; argv[i]; i++)
		args[i] = strdup(argv[i]);
	assert_int_equal(cmd_run(&(struct cmd){ .argv = args }, &status, &out,
				 NULL, &err),
		0);
	assert_int_equal(status, 0);
	for (char *p = out.buf; *p;) {
		size_t len = strcspn(p, "\n");

		strvec_pushn(ret, p, len);
		p += len + (p[len] == '\n');
	}
	for (size_t i = 0; args[i]; i++)
		free(args[i]);
}

/* Git counts the settings in the environment as local; children keep them. */
static bool is_setting(const char *name)
{
	return !strcmp(name, "GIT_CONFIG_COUNT") ||
	       !strcmp(name, "GIT_CONFIG_PARAMETERS");
}

static void test_local_variables_of_this_git(void **state)
{
	AUTO_STRVEC names = STRVEC_INIT;
	AUTO_STRVEC env = STRVEC_INIT;

	(void)state;
	git_local_names(&names);
	assert_true(names.nr > 10);
	assert_true(strvec_has(&names, "GIT_DIR"));
	for (size_t i = 0; i < names.nr; i++)
		if (!is_setting(names.v[i]))
			setenv(names.v[i], "x", 1);
	env_clean(&env);
	for (size_t i = 0; i < names.nr; i++) {
		if (env_get(&env, names.v[i]))
			fail_msg("%s is left", names.v[i]);
		unsetenv(names.v[i]);
	}
}

static void test_what_stays(void **state)
{
	static const char *const kept[] = { "GIT_SSH", "GIT_SSH_COMMAND",
		"GIT_EDITOR", "GIT_AUTHOR_NAME", "GIT_AUTHOR_DATE",
		"GIT_COMMITTER_EMAIL", "GIT_EXEC_PATH", "GIT_DIRECTORY",
		"GIT_CONFIG_KEY_", "GIT_CONFIG_KEY_x", "GIT_CONFIG_GLOBAL",
		"XGIT_DIR", "PATH" };
	AUTO_STRVEC env = STRVEC_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		setenv(kept[i], "kept", 0);
	env_clean(&env);
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (!env_get(&env, kept[i]))
			fail_msg("%s is gone", kept[i]);
		assert_string_equal(env_get(&env, kept[i]), getenv(kept[i]));
		if (strcmp(kept[i], "PATH") != 0)
			unsetenv(kept[i]);
	}
}

/* What git hands on to the repositories of submodules too. */
static void test_settings_stay(void **state)
{
	static const char *const kept[] = { "GIT_CONFIG_COUNT",
		"GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0",
		"GIT_CONFIG_PARAMETERS" };
	AUTO_STRVEC env = STRVEC_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		setenv(kept[i], "1", 1);
	env_clean(&env);
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (!env_get(&env, kept[i]))
			fail_msg("%s is gone", kept[i]);
		unsetenv(kept[i]);
	}
}

static void test_set_and_get(void **state)
{
	AUTO_STRVEC env = STRVEC_INIT;

	(void)state;
	env_set(&env, "GONE", NULL);
	assert_int_equal(env.nr, 0);
	env_set(&env, "A", "1");
	env_set(&env, "AB", "2");
	env_set(&env, "A", "3=4");
	assert_int_equal(env.nr, 2);
	assert_string_equal(env_get(&env, "A"), "3=4");
	assert_string_equal(env_get(&env, "AB"), "2");
	env_set(&env, "AB", "");
	assert_string_equal(env_get(&env, "AB"), "");
	strvec_push(&env, "A=twice");
	env_set(&env, "A", NULL);
	assert_null(env_get(&env, "A"));
	assert_int_equal(env.nr, 1);
	assert_null(env.v[1]);
}

static void test_borrowed(void **state)
{
	AUTO_STRVEC env = STRVEC_INIT;
	AUTO_STRVEC plain = STRVEC_INIT;
	static const char entry[] = "PATH=/only";

	(void)state;
	env_clean(&env);
	env_clean(&plain);
	env_borrow(&env, entry);
	assert_int_equal(env.nr, plain.nr);
	assert_ptr_equal(env_get(&env, "PATH"), entry + strlen("PATH="));
	env_borrow(&env, "PATHS=more");
	assert_string_equal(env_get(&env, "PATH"), "/only");
	env_set(&env, "PATH", "/own");
	assert_string_equal(env_get(&env, "PATH"), "/own");
	assert_string_equal(env_get(&env, "PATHS"), "more");
	env_set(&env, "PATHS", NULL);
	assert_null(env_get(&env, "PATHS"));
	assert_string_equal(getenv("PATH"), env_get(&plain, "PATH"));
}

static void test_ours(void **state)
{
	(void)state;
	unsetenv("HOOKRUN");
	unsetenv("LEFTHOOK");
	unsetenv("HOOKRUN_BIN");
	unsetenv("LEFTHOOK_BIN");
	assert_null(env_ours(""));
	assert_null(env_ours("BIN"));
	setenv("LEFTHOOK", "0", 1);
	setenv("LEFTHOOK_BIN", "/l", 1);
	assert_string_equal(env_ours(""), "0");
	assert_string_equal(env_ours("BIN"), "/l");
	setenv("HOOKRUN", "1", 1);
	setenv("HOOKRUN_BIN", "/h", 1);
	assert_string_equal(env_ours(""), "1");
	assert_string_equal(env_ours("BIN"), "/h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_local_variables_of_this_git),
		cmocka_unit_test(test_what_stays),
		cmocka_unit_test(test_settings_stay),
		cmocka_unit_test(test_set_and_get),
		cmocka_unit_test(test_borrowed),
		cmocka_unit_test(test_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
